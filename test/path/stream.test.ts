import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { randomAt } from '../../src/simulator/random.ts';
import { type EventSource, openEventSource } from '../support/event-source.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';

const WAIT = { timeout: 20_000, interval: 20 };
const CUTS = 50;
const EVENT = '0b7c1a4e-9d2f-4c3b-8a5e-6f7081920a1b';

let world: World;
let gateway: TestGateway;
let token: string;

beforeAll(async () => {
  world = await createWorld({ roles: ['worker', 'worker', 'worker', 'broker', 'api'] });
  gateway = await world.createGateway();
  ({ token } = await world.createUser(gateway.customerId));
});
afterAll(() => world.close());

const topic = (device: string, kind: string) => `v1/gateways/${gateway.id}/devices/${device}/${kind}`;

async function idOf(key: string): Promise<string> {
  return vi.waitFor(async () => {
    const rows = world.db.selectFrom('device').where('office_id', '=', gateway.officeId).where('key', '=', key);
    return (await rows.select('id').executeTakeFirstOrThrow()).id;
  }, WAIT);
}

async function watch(query: string, lastEventId?: string): Promise<EventSource> {
  const source = await openEventSource(`${world.httpUrl}/api/v1/stream?${query}`, { token, lastEventId });
  expect(source.status).toBe(200);
  return source;
}

it(`shows every reading once, though it is cut ${CUTS} times while three workers write`, {
  timeout: 120_000,
}, async () => {
  const client = await world.connect(gateway);
  const from = Date.now() - 3_600_000;
  const publish = (device: string, n: number) =>
    client.publishAsync(topic(device, 'readings'), JSON.stringify({ ts: from + n, values: { n } }), { qos: 1 });
  for (const device of ['a', 'b', 'unwatched']) await publish(device, 0);
  const query = `deviceId=${await idOf('a')}&deviceId=${await idOf('b')}`;
  await vi.waitFor(async () => expect(await world.readings()).toHaveLength(3), WAIT);

  const seen: string[] = [];
  let source = await watch(query);
  await source.until('ready');
  let isDone = false;
  let sent = 0;
  const sending = (async () => {
    while (!isDone) {
      sent++;
      await Promise.all(['a', 'b', 'unwatched'].map((device) => publish(device, sent)));
    }
  })();
  const keep = ({ events }: EventSource): void => {
    for (const { event, data } of events) {
      expect(event).not.toBe('gap');
      if (event !== 'readings') continue;
      for (const { label, value } of data.readings) seen.push(`${data.deviceId} ${label} ${value}`);
    }
  };
  for (let cut = 0; cut < CUTS; cut++) {
    await source.until('readings', 1 + Math.floor(randomAt(7, cut) * 4));
    source.cut();
    keep(source);
    source = await watch(query, source.lastId);
  }
  isDone = true;
  await sending;
  const expected = [await idOf('a'), await idOf('b')].flatMap((id) =>
    Array.from({ length: sent }, (_, n) => `${id} n ${n + 1}`),
  );
  await vi.waitFor(() => {
    const now = source.events.flatMap(({ data }) => data.readings ?? []).length;
    expect(seen.length + now).toBeGreaterThanOrEqual(expected.length);
  }, WAIT);
  source.cut();
  keep(source);
  expect(seen.sort()).toEqual(expected.sort());
});

it('shows readings with unit and type, events, dead letters, and gateways that come and go', async () => {
  const client = await world.connect(gateway, { clientId: 'second' });
  const publish = (device: string, kind: string, body: unknown) =>
    client.publishAsync(topic(device, kind), JSON.stringify(body), { qos: 1 });
  const registration = {
    model: 'Emmi-30 HC',
    sensors: [{ label: 't', unit: '°C', measure: 'gauge' }],
  };
  await publish('shown', 'registration', registration);
  const deviceId = await idOf('shown');
  const units = world.db.selectFrom('sensor').where('device_id', '=', deviceId).select('unit');
  await vi.waitFor(async () => expect(await units.execute()).toEqual([{ unit: '°C' }]), WAIT);
  const source = await watch(`deviceId=${deviceId}`);
  await source.until('ready');
  expect(await source.until('connectivity')).toMatchObject([{ data: { gatewayId: gateway.id, online: true } }]);

  const ts = Date.now();
  await publish('shown', 'readings', { ts, values: { t: 21.5, open: true, text: 'a "b"\nc' } });
  const [readings] = await source.until('readings');
  const at = { recordedAt: new Date(ts).toISOString(), receivedAt: expect.any(String) };
  expect(readings?.data).toEqual({
    deviceId,
    readings: expect.arrayContaining([
      { label: 't', unit: '°C', valueType: 'number', value: 21.5, ...at },
      { label: 'open', unit: null, valueType: 'boolean', value: true, ...at },
      { label: 'text', unit: null, valueType: 'string', value: 'a "b"\nc', ...at },
    ]),
  });

  await publish('shown', 'events', { id: EVENT, type: 'print', outcome: 'failed', recordedAt: ts });
  await publish('shown', 'events', { id: EVENT, type: 'print', outcome: 'failed', recordedAt: ts }); // a resend is no news
  await publish('other', 'readings', { values: { t: {} } });
  await publish('shown', 'readings', { values: { t: 'no number' } });
  expect((await source.until('event')).map(({ data }) => data)).toEqual([
    { deviceId, eventId: EVENT, type: 'print', outcome: 'failed', recordedAt: new Date(ts).toISOString() },
  ]);
  expect((await source.until('dead-letter')).map(({ data }) => data)).toMatchObject([
    { gatewayId: gateway.id, deviceKey: 'shown', code: 'TYPE_MISMATCH', seen: 1 },
  ]);
  source.cut();
});

it('shows all that was refused of a gateway that is watched itself', async () => {
  const other = await world.createGateway(gateway);
  const client = await world.connect(other);
  const source = await watch(`gatewayId=${other.id}`);
  await source.until('ready');
  await client.publishAsync(`v1/gateways/${other.id}/devices/x/readings`, 'no JSON', { qos: 1 });
  await client.publishAsync(`v1/gateways/${other.id}/nothing`, '{}', { qos: 1 });
  const letters = await source.until('dead-letter', 2);
  expect(letters.map(({ data }) => [data.code, data.deviceKey]).sort()).toEqual([
    ['PAYLOAD_NOT_JSON', 'x'],
    ['TOPIC_UNKNOWN', null],
  ]);
  source.cut();
});
