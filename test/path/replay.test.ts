import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createWorld, type World } from '../support/world.ts';

const WAIT = { timeout: 15_000, interval: 50 };

let world: World;
beforeAll(async () => {
  world = await createWorld({ roles: ['worker', 'broker', 'api'] });
});
afterAll(() => world?.close());

it('a value of the wrong type is found, previewed, mended and replayed over REST, and the audit says by whom', async () => {
  const gateway = await world.createGateway();
  const { email, token } = await world.createUser(gateway.customerId);
  const stranger = await world.createUser((await world.createCustomer()).customerId);
  const ask = async (path: string, body?: object, as = token) => {
    const headers = { authorization: `Bearer ${as}`, ...(body && { 'content-type': 'application/json' }) };
    const request = body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers };
    const response = await fetch(`${world.httpUrl}/api/v1${path}`, request);
    // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
    return { status: response.status, body: (await response.json()) as any };
  };
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
