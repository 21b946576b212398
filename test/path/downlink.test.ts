import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { MqttClient } from 'mqtt';
import type { IPublishPacket } from 'mqtt-packet';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DeviceConfig, ErrorReport, Receipt, SessionReport } from '../../src/messages/downlink.ts';
import { openGateway, type RawClient } from '../broker/raw.ts';
import { puback, subscribe } from '../broker/wire.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';

const WAIT = { timeout: 20_000, interval: 20 };

interface Heard {
  errors: ErrorReport[];
  receipts: Receipt[];
  config: DeviceConfig[];
  session: SessionReport[];
}

let world: World;
let gateway: TestGateway;
let client: MqttClient;
let heard: Heard;

beforeAll(async () => {
  world = await createWorld({ roles: ['worker', 'broker', 'api'] });
});
afterAll(() => world?.close());
beforeEach(async () => {
  gateway = await world.createGateway();
});

const topicOf = (name: string) => `v1/gateways/${gateway.id}/down/${name}`;

/** Connects the gateway, to the broker that was started last, and lets it hear these topics. */
async function listenTo(...names: string[]): Promise<void> {
  client = await world.connect(gateway);
  heard = { errors: [], receipts: [], config: [], session: [] };
  const mine = heard;
  client.on('message', (topic, payload) => {
    mine[topic.split('/').at(-1) as keyof Heard].push(JSON.parse(payload.toString()));
  });
  await client.subscribeAsync(names.map(topicOf), { qos: 1 });
}

/** The same, as a client that acknowledges nothing of its own accord. */
async function listenSilently(...names: string[]): Promise<RawClient> {
  const raw = await openGateway(world, gateway);
  raw.send(subscribe(1, names.map(topicOf), 1));
  await raw.until('suback');
  return raw;
}

const packetsOf = (raw: RawClient) => raw.received.filter((one): one is IPublishPacket => one.cmd === 'publish');
const bodiesOf = (raw: RawClient) => packetsOf(raw).map(({ payload }) => JSON.parse(payload.toString()));

async function publish(topic: string, payload: unknown): Promise<void> {
  const bytes = typeof payload === 'string' ? payload : JSON.stringify(payload);
  await client.publishAsync(`v1/gateways/${gateway.id}/${topic}`, bytes, { qos: 1 });
}

async function ask(path: string): Promise<{ items: object[] }> {
  const { token } = await world.createUser(gateway.customerId);
  const response = await fetch(`${world.httpUrl}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
  return (await response.json()) as { items: object[] };
}

async function untold(): Promise<number> {
  const rows = await world.db
    .selectFrom('dead_letter')
    .where('gateway_id', '=', gateway.id)
    .where('told_at', 'is', null)
    .select('id')
    .execute();
  return rows.length;
}

async function letters(count: number): Promise<void> {
  const own = () => world.db.selectFrom('dead_letter').where('gateway_id', '=', gateway.id).select('id').execute();
  await vi.waitFor(async () => expect(await own()).toHaveLength(count), WAIT);
}

describe('down/errors', () => {
  it('tells of a refused item by ref, place, code and text, once it is acknowledged no more', async () => {
    await listenTo('errors');
    await publish('devices/d/readings/job-17', { values: { good: 1, bad: {} } });
    await vi.waitFor(() => expect(heard.errors).toHaveLength(1), WAIT);
    expect(heard.errors).toEqual([
      {
        severity: 'error',
        id: expect.any(String),
        messageId: expect.any(String),
        ref: 'job-17',
        topic: `v1/gateways/${gateway.id}/devices/d/readings/job-17`,
        path: '/values/bad',
        code: 'PAYLOAD_INVALID',
        text: 'a value is a number, a boolean, a string or null',
        seen: 1,
        receivedAt: expect.any(String),
      },
    ]);
    await vi.waitFor(async () => expect(await untold()).toBe(0), WAIT);
    await client.endAsync();
    await listenTo('errors', 'session');
    await vi.waitFor(() => expect(heard.session).toHaveLength(1), WAIT);
    expect(heard.errors).toEqual([]);
  });

  it('warns of fields that nobody reads, once', async () => {
    await listenTo('errors');
    const reading = (n: number) => [{ ts: Date.now() - n, values: { t: n }, quality: 'good' }];
    await publish('devices/d/readings/r1', reading(1));
    await vi.waitFor(() => expect(heard.errors).toHaveLength(1), WAIT);
    expect(heard.errors[0]).toMatchObject({
      severity: 'warning',
      code: 'FIELD_UNKNOWN',
      ref: 'r1',
      path: '/*/quality',
    });
    await publish('devices/d/readings/r2', reading(2));
    await publish('devices/d/readings/r3', 'no JSON');
    await vi.waitFor(() => expect(heard.errors.map(({ ref }) => ref)).toEqual(['r1', 'r3']), WAIT);
    const { items } = await ask(`/gateways/${gateway.id}/warnings`);
    expect(items).toMatchObject([{ id: heard.errors[0]?.id, code: 'FIELD_UNKNOWN', path: '/*/quality' }]);
  });

  it('tells again of what is sent again', async () => {
    await listenTo('errors');
    const topic = 'devices/d/readings';
    await publish(topic, 'no JSON');
    await vi.waitFor(() => expect(heard.errors).toHaveLength(1), WAIT);
    await publish(topic, 'no JSON');
    await vi.waitFor(() => expect(heard.errors.map(({ seen }) => seen)).toEqual([1, 2]), WAIT);
    expect(heard.errors[0]?.id).toBe(heard.errors[1]?.id);
  });

  it('tells of what was refused before it was listened to, and again what was not acknowledged, on whichever broker', async () => {
    client = await world.connect(gateway);
    await publish('devices/d/readings', 'no JSON');
    await publish('devices/d/reading', { values: { t: 1 } });
    await letters(2);
    const codes = ['PAYLOAD_NOT_JSON', 'TOPIC_UNKNOWN'];
    const raw = await listenSilently('errors');
    await raw.until('publish');
    expect(bodiesOf(raw).map(({ code }) => code)).toEqual(codes.slice(0, 1)); // one at a time
    raw.send(puback(packetsOf(raw)[0]?.messageId as number));
    await raw.until('publish', 2);
    expect(bodiesOf(raw).map(({ code }) => code)).toEqual(codes);
    raw.destroy();
    expect(await untold()).toBe(1);
    const other = await world.start('broker');
    await listenTo('errors');
    await vi.waitFor(() => expect(heard.errors.map(({ code }) => code)).toEqual(codes.slice(1)), WAIT);
    await publish('devices/d/readings', '{}');
    await vi.waitFor(() => expect(heard.errors).toHaveLength(2), WAIT);
    await client.endAsync();
    await other.close();
    await world.start('broker');
  });

  it('of a backlog tells the last hundred, oldest first, and from then on what is new', async () => {
    client = await world.connect(gateway);
    await Promise.all(Array.from({ length: 130 }, (_, n) => publish('devices/d/readings', `no JSON ${n}`)));
    await letters(130);
    await listenTo('errors');
    await vi.waitFor(() => expect(heard.errors).toHaveLength(100), WAIT);
    const times = heard.errors.map(({ receivedAt }) => receivedAt);
    expect(times).toEqual([...times].sort());
    await publish('devices/e/readings', 'no JSON');
    await vi.waitFor(() => expect(heard.errors).toHaveLength(101), WAIT);
    expect(heard.errors.at(-1)?.topic).toContain('/devices/e/');
    expect(await untold()).toBe(30);
  });
});

describe('down/receipts', () => {
  it('says what became of messages, in counts and by name', async () => {
    await listenTo('receipts');
    const total = {
      messages: { stored: 0, duplicate: 0, rejected: 0 },
      items: { stored: 0, duplicate: 0, rejected: 0 },
    };
    const refs = () => heard.receipts.flatMap((receipt) => receipt.refs.map(({ ref, outcome }) => [ref, outcome]));
    const reading = { ts: Date.now() - 1000, values: { t: 1, u: 2 } };
    await publish('devices/d/readings/a', reading);
    await vi.waitFor(() => expect(refs()).toEqual([['a', 'stored']]), WAIT);
    await publish('devices/d/readings/b', reading);
    await publish('devices/d/readings/c', { values: { t: 'text', w: 3 } });
    await publish('devices/d/readings', { values: { v: 1 } });
    await publish('batch/d', [
      { device: 'd', kind: 'readings', ref: 'd1', payload: { values: { x: 1 } } },
      { device: 'd', kind: 'readings', ref: 'd2', payload: 7 },
      { device: 'd', kind: 'readings', payload: { values: { y: 1 } } },
    ]);
    await vi.waitFor(() => expect(refs()).toHaveLength(6), WAIT);
    expect(refs().sort()).toEqual([
      ['a', 'stored'],
      ['b', 'duplicate'],
      ['c', 'rejected'],
      ['d', 'rejected'],
      ['d1', 'stored'],
      ['d2', 'rejected'],
    ]);
    for (const receipt of heard.receipts) {
      for (const part of ['messages', 'items'] as const) {
        for (const kind of ['stored', 'duplicate', 'rejected'] as const) total[part][kind] += receipt[part][kind];
      }
    }
    expect(total).toEqual({
      messages: { stored: 2, duplicate: 1, rejected: 2 },
      items: { stored: 6, duplicate: 2, rejected: 2 },
    });
    await vi.waitFor(async () => expect(await world.db.selectFrom('receipt').selectAll().execute()).toEqual([]), WAIT);
  });

  it('waits for a gateway that was away, until it has acknowledged it', async () => {
    const raw = await listenSilently('receipts');
    client = await world.connect(gateway, { clientId: 'other' });
    await publish('devices/d/readings/1', { values: { t: 1 } });
    await raw.until('publish');
    raw.destroy();
    await publish('devices/d/readings/2', { values: { t: 1 } });
    const kept = () => world.db.selectFrom('receipt').where('gateway_id', '=', gateway.id).selectAll().execute();
    await vi.waitFor(async () => expect(await kept()).toHaveLength(2), WAIT);
    await listenTo('receipts');
    await vi.waitFor(() => expect(heard.receipts).toHaveLength(1), WAIT);
    expect(heard.receipts[0]).toMatchObject({
      messages: { stored: 2, duplicate: 0, rejected: 0 },
      refs: [
        { ref: '1', outcome: 'stored' },
        { ref: '2', outcome: 'stored' },
      ],
    });
    await vi.waitFor(async () => expect(await kept()).toEqual([]), WAIT);
  });

  it('is written for nobody who does not listen', async () => {
    client = await world.connect(gateway);
    await publish('devices/d/readings', { values: { t: 1 } });
    await vi.waitFor(async () => expect(await world.ledger(gateway.id)).toMatchObject({ stored: 1 }), WAIT);
    expect(await world.db.selectFrom('receipt').where('gateway_id', '=', gateway.id).selectAll().execute()).toEqual([]);
  });
});

describe('down/config', () => {
  it('has every device at subscription, and from then on what has changed', async () => {
    await listenTo('config');
    await vi.waitFor(() => expect(heard.config).toEqual([{ complete: true, devices: [] }]), WAIT);
    await publish('devices/Drucker%201/readings', { values: { t: 1 } });
    const pending = { device: 'Drucker 1', state: 'pending', monitored: true, model: null, label: null };
    await vi.waitFor(() => expect(heard.config.slice(1)).toEqual([{ complete: false, devices: [pending] }]), WAIT);
    await publish('devices/Drucker%201/registration', { model: 'max mini', label: 'One' });
    const active = { ...pending, state: 'active', model: 'MAX Mini', label: 'One' };
    await vi.waitFor(() => expect(heard.config.slice(2)).toEqual([{ complete: false, devices: [active] }]), WAIT);
    await client.endAsync();
    await listenTo('config');
    await vi.waitFor(() => expect(heard.config).toEqual([{ complete: true, devices: [active] }]), WAIT);
  });

  it('finds by itself what no signal told it of', async () => {
    client = await world.connect(gateway);
    await publish('devices/d/readings', { values: { t: 1 } });
    await vi.waitFor(async () => expect(await world.ledger(gateway.id)).toMatchObject({ stored: 1 }), WAIT);
    await listenTo('config');
    await vi.waitFor(() => expect(heard.config).toHaveLength(1), WAIT);
    await world.db
      .updateTable('device')
      .set({ state: 'blocked', changed_at: new Date() })
      .where('office_id', '=', gateway.officeId)
      .execute();
    await vi.waitFor(() => expect(heard.config[1]?.devices).toMatchObject([{ device: 'd', state: 'refused' }]), WAIT);
  });

  it('begins anew when the gateway moves to another office, where it hears other devices', async () => {
    await listenTo('config');
    await publish('devices/d/readings', { values: { t: 1 } });
    await vi.waitFor(() => expect(heard.config.at(-1)?.devices).toMatchObject([{ device: 'd' }]), WAIT);
    const { token } = await world.createUser(gateway.customerId);
    const officeId = randomUUID();
    const office = { id: officeId, customer_id: gateway.customerId, name: 'Another office' };
    await world.db.insertInto('office').values(office).execute();
    const response = await fetch(`${world.httpUrl}/api/v1/gateways/${gateway.id}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ officeId }),
    });
    expect(response.status).toBe(200);
    await vi.waitFor(() => expect(heard.config.at(-1)).toEqual({ complete: true, devices: [] }), WAIT);
  });
});

it('down/session says what the gateway may, and how much of it is used', async () => {
  client = await world.connect(gateway);
  await publish('devices/d/readings', { values: { t: 1 } });
  await publish('devices/d/readings', 'no JSON');
  await letters(1);
  await listenTo('session');
  await vi.waitFor(() => expect(heard.session).toHaveLength(1), WAIT);
  expect(heard.session[0]?.limits).toMatchObject({
    pendingDevices: { limit: 1000, used: 1 },
    sensorsPerDevice: { limit: 2000 },
    deadLetters: { limit: 10_000, used: 1 },
  });
});

it('one subscription to all of it brings all of it', async () => {
  await listenTo('#');
  await publish('devices/d/readings/r', { values: { t: 1, bad: [] } });
  await vi.waitFor(() => {
    expect(heard.session).toHaveLength(1);
    expect(heard.errors).toHaveLength(1);
    expect(heard.receipts).toHaveLength(1);
    expect(heard.config.length).toBeGreaterThanOrEqual(1);
  }, WAIT);
  await turn();
});
