import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { ErrorReport, Receipt } from '../../src/messages/downlink.ts';
import { createWorld, type World } from '../support/world.ts';

const WAIT = { timeout: 15_000, interval: 50 };

let world: World;
beforeAll(async () => {
  world = await createWorld({ roles: ['worker', 'broker', 'api'] });
});
afterAll(() => world?.close());

async function askAs(token: string, path: string, body?: object) {
  const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) };
  const request = body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers };
  const response = await fetch(`${world.httpUrl}/api/v1${path}`, request);
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  return { status: response.status, body: (await response.json()) as any };
}

it('a value of the wrong type is found, previewed, mended and replayed over REST, and the audit says by whom', async () => {
  const gateway = await world.createGateway();
  const { email, token } = await world.createUser(gateway.customerId);
  const stranger = await world.createUser((await world.createCustomer()).customerId);
  const ask = (path: string, body?: object, as = token) => askAs(as, path, body);
  const letters = async () => (await ask('/dead-letters?deviceKey=oven')).body.items;

  const ts = Date.now() - 60_000;
  const client = await world.connect(gateway);
  const topic = `v1/gateways/${gateway.id}/devices/oven/readings`;
  const publish = (values: object, at: number) =>
    client.publishAsync(topic, JSON.stringify({ ts: at, values }), { qos: 1 });
  await publish({ temperature: 21.5 }, ts);
  await vi.waitFor(async () => expect(await world.readings()).toHaveLength(1), WAIT);
  await publish({ temperature: '22,5' }, ts + 1000);
  await vi.waitFor(async () => expect(await letters()).toHaveLength(1), WAIT);

  const [letter] = await letters();
  expect(letter).toMatchObject({ code: 'TYPE_MISMATCH', item: `{"ts":${ts + 1000},"values":{"temperature":"22,5"}}` });
  const one = `/dead-letters/${letter.id}`;
  const mended = { item: letter.item.replace('"22,5"', '22.5') };
  for (const path of [`${one}/preview`, `${one}/replay`])
    expect((await ask(path, mended, stranger.token)).status).toBe(404);
  expect((await ask(`${one}/preview`, {})).body).toMatchObject({ readings: [], refusals: [{ code: 'TYPE_MISMATCH' }] });
  expect((await ask(`${one}/preview`, mended)).body).toMatchObject({ readings: [{ value: 22.5 }], refusals: [] });

  // Sent as it was it is refused once more, under another message.
  expect((await ask(`${one}/replay`, {})).status).toBe(202);
  await vi.waitFor(async () => expect(await letters()).toMatchObject([{ code: 'TYPE_MISMATCH', seen: 1 }]), WAIT);
  const [again] = await letters();
  expect([again.id === letter.id, again.messageId === letter.messageId]).toEqual([false, false]);

  const replayed = await ask(`/dead-letters/${again.id}/replay`, mended);
  expect(replayed.status).toBe(202);
  await vi.waitFor(async () => {
    expect((await world.readings()).map(({ recordedAt, value }) => [recordedAt, value])).toEqual([
      [ts, 21.5],
      [ts + 1000, 22.5],
    ]);
  }, WAIT);
  expect(await letters()).toEqual([]);
  expect(await world.ledger(gateway.id)).toEqual({ stored: 2, duplicate: 0, rejected: 2 });
  const { items } = (await ask('/audit?action=dead_letter.replayed')).body;
  expect(items).toMatchObject([
    { actor: { name: email }, subject: { id: gateway.id }, detail: { code: 'TYPE_MISMATCH', edited: true } },
    { actor: { name: email }, subject: { id: gateway.id }, detail: { code: 'TYPE_MISMATCH', edited: false } },
  ]);
});

it('a wrong unit is told to its gateway, found by its user, replayed with the right one, and joins its event', async () => {
  const gateway = await world.createGateway();
  const { email, token } = await world.createUser(gateway.customerId);
  const client = await world.connect(gateway);
  const heard = { errors: [] as ErrorReport[], receipts: [] as Receipt[] };
  client.on('message', (topic, payload) => {
    heard[topic.split('/').at(-1) as keyof typeof heard].push(JSON.parse(payload.toString()));
  });
  const base = `v1/gateways/${gateway.id}`;
  await client.subscribeAsync([`${base}/down/errors`, `${base}/down/receipts`], { qos: 1 });
  const publish = (topic: string, payload: object) =>
    client.publishAsync(`${base}/devices/press/${topic}`, JSON.stringify(payload), { qos: 1 });

  // The gateway says that force is in newtons, and reports a task in which it is in pounds, beside a good temperature.
  await publish('registration', {
    model: 'MAX Mini',
    sensors: [{ label: 'force', unit: 'N', measure: 'gauge' }],
  });
  await vi.waitFor(() => expect(heard.receipts).toMatchObject([{ messages: { stored: 1 } }]), WAIT);
  const id = randomUUID();
  await publish('events/task-9', {
    id,
    type: 'performed_task',
    recordedAt: Date.now() - 5_000,
    sensors: [
      { label: 'temperature', unit: '°C', kind: 'singular', value: 41 },
      { label: 'force', unit: 'lbf', kind: 'timeseries', start: Date.now() - 9_000, step: 1_000, values: [12, 13] },
    ],
  });

  // It hears of it, by the name that it gave the message.
  await vi.waitFor(() => expect(heard.errors).toHaveLength(1), WAIT);
  const [told] = heard.errors;
  expect(told).toMatchObject({ ref: 'task-9', code: 'UNIT_MISMATCH', path: '/sensors/1/unit', severity: 'error' });
  await vi.waitFor(() => {
    expect(heard.receipts.at(-1)?.refs).toEqual([{ ref: 'task-9', messageId: told?.messageId, outcome: 'rejected' }]);
  }, WAIT);

  // Its user finds the same, and that the gateway meant newtons all along.
  const { items } = (await askAs(token, '/dead-letters?ref=task-9')).body;
  expect(items).toMatchObject([{ id: told?.id, messageId: told?.messageId, code: 'UNIT_MISMATCH' }]);
  const letter = `/dead-letters/${told?.id}`;
  expect((await askAs(token, `${letter}/preview`, {})).body.refusals).toMatchObject([{ code: 'UNIT_MISMATCH' }]);
  expect((await askAs(token, `${letter}/preview`, { unit: 'N' })).body.refusals).toEqual([]);
  expect((await askAs(token, `${letter}/replay`, { unit: 'N' })).status).toBe(202);

  const device = (await askAs(token, '/devices')).body.items[0];
  await vi.waitFor(async () => {
    const event = (await askAs(token, `/devices/${device.id}/events/${id}`)).body;
    expect(event.sensors).toMatchObject([
      { label: 'force', unit: 'N', values: [12, 13] },
      { label: 'temperature', unit: '°C', value: 41 },
    ]);
  }, WAIT);
  expect((await askAs(token, '/dead-letters')).body.items).toEqual([]);
  expect((await askAs(token, '/audit?action=dead_letter.replayed')).body.items).toMatchObject([
    { actor: { name: email }, subject: { id: gateway.id }, detail: { code: 'UNIT_MISMATCH' } },
  ]);
});
