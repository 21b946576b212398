import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createWorld, type TestGateway, type World } from '../support/world.ts';

const WAIT = { timeout: 15_000, interval: 50 };

let world: World;
let gateway: TestGateway;
let token: string;

beforeAll(async () => {
  world = await createWorld({ roles: ['worker', 'broker', 'api'] });
});
afterAll(() => world.close());

async function shown(): Promise<Record<string, unknown> | undefined> {
  const response = await fetch(`${world.httpUrl}/api/v1/gateways`, { headers: { authorization: `Bearer ${token}` } });
  const { items } = (await response.json()) as { items: Record<string, unknown>[] };
  return items.find(({ id }) => id === gateway.id);
}

async function newGateway(): Promise<void> {
  gateway = await world.createGateway();
  token = (await world.createUser(gateway.customerId)).token;
}

it('what a gateway says of itself is shown with it, the newest only', async () => {
  await newGateway();
  expect(await shown()).toMatchObject({ reportedState: null, buffered: null });
  const client = await world.connect(gateway);
  const say = (status: object) =>
    client.publishAsync(`v1/gateways/${gateway.id}/status`, JSON.stringify(status), { qos: 1 });
  await say({ state: 'online', softwareVersion: '2.4.1', buffered: 120, dropped: 3 });
  await say({ state: 'online', buffered: 7, clockSynced: true, sentAt: new Date(Date.now() - 3_600_000) });
  const expected = { reportedState: 'online', softwareVersion: '2.4.1', buffered: 7, dropped: null, clockSynced: true };
  await vi.waitFor(async () => expect(await shown()).toMatchObject(expected), WAIT);
  const { clockSkewMs, clockSkewAt } = (await shown()) as { clockSkewMs: number; clockSkewAt: string };
  expect(clockSkewMs).toBeGreaterThanOrEqual(3_600_000);
  expect(Math.abs(Date.now() - Date.parse(clockSkewAt))).toBeLessThan(60_000);
});

it('a field that nobody knows is shown with the gateway, once, and the message is stored', async () => {
  await newGateway();
  const client = await world.connect(gateway);
  const topic = `v1/gateways/${gateway.id}/devices/d/readings`;
  const ts = Date.now();
  for (const t of [1, 2]) {
    const payload = { ts: ts + t, values: { t }, colour: 'red' };
    await client.publishAsync(topic, JSON.stringify(payload), { qos: 1 });
  }
  await vi.waitFor(async () => expect(await world.ledger(gateway.id)).toMatchObject({ stored: 2, rejected: 0 }), WAIT);
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${world.httpUrl}/api/v1/gateways/${gateway.id}/warnings`, { headers });
  expect(await response.json()).toMatchObject({
    items: [{ code: 'FIELD_UNKNOWN', kind: 'readings', path: '/colour', topic }],
  });
});

it('a Will on its status is published when the connection breaks', async () => {
  await newGateway();
  const will = {
    topic: `v1/gateways/${gateway.id}/status`,
    payload: Buffer.from('{"state":"offline"}'),
    qos: 1 as const,
    retain: true,
  };
  const client = await world.connect(gateway, { will });
  client.stream.destroy();
  await vi.waitFor(async () => expect(await shown()).toMatchObject({ reportedState: 'offline' }), WAIT);
});

it('a Will elsewhere is dropped, and the connection is taken', async () => {
  await newGateway();
  const other = await world.createGateway();
  const will = {
    topic: `v1/gateways/${other.id}/status`,
    payload: Buffer.from('{"state":"offline"}'),
    qos: 1 as const,
    retain: false,
  };
  const client = await connectAsync(`mqtt://127.0.0.1:${world.mqttPort}`, {
    username: gateway.id,
    password: gateway.token,
    reconnectPeriod: 0,
    will,
  });
  client.stream.destroy();
  const next = await world.connect(gateway);
  await next.publishAsync(`v1/gateways/${gateway.id}/status`, '{"state":"online"}', { qos: 1 });
  await vi.waitFor(async () => expect(await shown()).toMatchObject({ reportedState: 'online' }), WAIT);
  expect(await world.db.selectFrom('gateway_status').where('gateway_id', '=', other.id).selectAll().execute()).toEqual(
    [],
  );
  expect(await world.ledger(other.id)).toEqual({ stored: 0, duplicate: 0, rejected: 0 });
});
