import { gzipSync } from 'node:zlib';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { printEvent } from '../../src/simulator/print-event.ts';
import { finishedPrint } from '../../src/simulator/printer.ts';
import { describeBackends, sharedStore } from '../support/backends.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';

const WAIT = { timeout: 15_000, interval: 50 };

describeBackends('an event published over MQTT', (backend) => {
  let world: World;
  let gateway: TestGateway;
  let client: MqttClient;
  let token: string;
  let store: Awaited<ReturnType<typeof sharedStore>>;

  beforeAll(async () => {
    store = await sharedStore(backend);
    world = await createWorld({ roles: ['worker', 'broker', 'api'], redisUrl: store.redisUrl });
    gateway = await world.createGateway();
    client = await world.connect(gateway);
    ({ token } = await world.createUser(gateway.customerId));
  });
  afterAll(async () => {
    await world.close();
    await store.remove();
  });

  const topicOf = (device: string, sender = gateway) => `v1/gateways/${sender.id}/devices/${device}/events`;
  const publish = (device: string, payload: unknown) =>
    client.publishAsync(topicOf(device), Buffer.isBuffer(payload) ? payload : JSON.stringify(payload), { qos: 1 });
  const lettersOf = async (device: string) =>
    (await world.deadLetters()).filter(({ topic }) => topic === topicOf(device));

  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  async function get(path: string): Promise<any> {
    const response = await fetch(`${world.httpUrl}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
    expect(response.status).toBe(200);
    return response.json();
  }

  /** The events of a device, each with all its data, once there are as many. */
  async function eventsOf(key: string, count: number) {
    return vi.waitFor(async () => {
      const { items: devices } = await get('/devices?state=pending&limit=200');
      const device = devices.find((one: { key: string }) => one.key === key);
      expect(device).toBeDefined();
      const { items } = await get(`/devices/${device.id}/events?order=asc`);
      expect(items).toHaveLength(count);
      return Promise.all(items.map(({ id }: { id: string }) => get(`/devices/${device.id}/events/${id}`)));
    }, WAIT);
  }

  /** Resolves when everything published before it has been stored. */
  async function settled(expected: { stored: number; duplicate: number; rejected: number }, sender: TestGateway) {
    await vi.waitFor(async () => expect(await world.ledger(sender.id)).toEqual(expected), WAIT);
  }

  it.each([
    ['plain', (payload: object) => Buffer.from(JSON.stringify(payload))],
    ['gzip', (payload: object) => gzipSync(JSON.stringify(payload))],
  ])('is stored, %s', async (form, pack) => {
    const at = Date.now() - 5_000;
    await publish(
      form,
      pack({ recordedAt: at, type: 'settings_changes', settings: [{ label: 's', data: { a: [1] } }] }),
    );
    const [event] = await eventsOf(form, 1);
    expect(event).toEqual({
      id: expect.any(String),
      deviceId: expect.any(String),
      gatewayId: gateway.id,
      timeZone: 'UTC',
      type: 'settings_changes',
      outcome: null,
      recordedAt: new Date(at).toISOString(),
      startedAt: null,
      receivedAt: expect.any(String),
      attributes: {},
      sensors: [],
      logs: [],
      settings: [{ label: 's', data: { a: [1] } }],
    });
    expect(await lettersOf(form)).toEqual([]);
  });

  it('comes back over REST as the simulator sent it: the event of a print', async () => {
    const sent = printAsJson('printer', 7);
    await publish('printer', gzipSync(JSON.stringify(sent)));
    const [event] = await eventsOf('printer', 1);
    const { id, type, outcome, attributes, recordedAt, startedAt, sensors, logs, settings } = event;
    expect({ id, type, outcome, attributes, recordedAt, startedAt }).toEqual({
      id: sent.id,
      type: 'performed_task',
      outcome: sent.outcome,
      attributes: sent.attributes,
      recordedAt: sent.recordedAt,
      startedAt: sent.startedAt,
    });
    expect(sensors.map(({ label }: { label: string }) => label)).toEqual(sent.sensors.map(({ label }) => label));
    for (const [index, given] of sent.sensors.entries()) expect(sensors[index]).toEqual(expectedSensor(given));
    expect(logs).toEqual(
      sent.logs.map(({ data, ...log }) => ({ ...log, data: Array.isArray(data) ? { content: data } : data })),
    );
    expect(settings).toEqual(sent.settings);
    expect(sensors[0].count).toBeGreaterThan(10_000);
    expect(await lettersOf('printer')).toEqual([]);
  });

  it('sent three times is one event, and the rest are duplicates', async () => {
    const sender = await world.createGateway({ customerId: gateway.customerId, officeId: gateway.officeId });
    const own = await world.connect(sender);
    const print = printAsJson('thrice', 8);
    const { id: _, ...anonymous } = print;
    for (let round = 0; round < 3; round++) {
      for (const payload of [print, anonymous]) {
        await own.publishAsync(topicOf('thrice', sender), gzipSync(JSON.stringify(payload)), { qos: 1 });
      }
    }
    await settled({ stored: 2, duplicate: 4, rejected: 0 }, sender);
    const [one, other] = await eventsOf('thrice', 2);
    expect({ ...one, id: 0, receivedAt: 0 }).toEqual({ ...other, id: 0, receivedAt: 0 });
    expect((await world.deadLetters()).filter(({ topic }) => topic === topicOf('thrice', sender))).toEqual([]);
  });

  it('of another content under the same id leaves the first and is a dead letter', async () => {
    const sender = await world.createGateway({ customerId: gateway.customerId, officeId: gateway.officeId });
    const own = await world.connect(sender);
    const sensor = { label: 's', kind: 'singular', value: 1 };
    const first = {
      id: '0b7c1a4e-9d2f-4c3b-8a5e-6f7081920a1b',
      recordedAt: Date.now() - 9_000,
      type: 'x',
      sensors: [sensor],
    };
    const otherHead = { ...first, outcome: 'failed' };
    const otherTime = { ...first, recordedAt: first.recordedAt + 1 };
    const otherPart = { ...first, sensors: [{ ...sensor, value: 2 }] };
    const send = (payload: object) =>
      own.publishAsync(topicOf('conflict', sender), JSON.stringify(payload), { qos: 1 });
    await send(first);
    await settled({ stored: 1, duplicate: 0, rejected: 0 }, sender); // which of two that are under way is first is open
    for (const payload of [otherHead, otherTime, otherPart, otherPart]) await send(payload);
    await settled({ stored: 1, duplicate: 0, rejected: 4 }, sender);
    const [event] = await eventsOf('conflict', 1);
    expect(event).toMatchObject({ id: first.id, outcome: null, sensors: [{ label: 's', value: 1 }] });
    const letters = (await world.deadLetters()).filter(({ topic }) => topic === topicOf('conflict', sender));
    expect(letters.map(({ code, path, item, seen }) => ({ code, path, item: JSON.parse(item), seen }))).toEqual(
      expect.arrayContaining([
        { code: 'EVENT_CONFLICT', path: '', item: otherHead, seen: 1 },
        { code: 'EVENT_CONFLICT', path: '', item: otherTime, seen: 1 },
        { code: 'EVENT_CONFLICT', path: '/sensors/0', item: otherPart, seen: 2 },
      ]),
    );
    expect(letters).toHaveLength(3);
  });

  it('of the same id from another device is another event', async () => {
    const event = { id: '0b7c1a4e-9d2f-4c3b-8a5e-6f7081920a1c', recordedAt: Date.now() - 9_000, type: 'x' };
    await publish('twin-a', { ...event, outcome: 'ok' });
    await publish('twin-b', { ...event, outcome: 'failed' });
    expect([...(await eventsOf('twin-a', 1)), ...(await eventsOf('twin-b', 1))]).toMatchObject([
      { id: event.id, outcome: 'ok' },
      { id: event.id, outcome: 'failed' },
    ]);
  });

  describe('with bad parts', () => {
    const at = Date.now() - 30_000;
    const good = { label: 'good', unit: 'kg', kind: 'timeseries', start: at, step: 10, values: [1, 2.5, null, 4] };
    const payload = {
      recordedAt: at,
      type: 'performed_task',
      sensors: [{ label: 'bad', kind: 'timeseries', start: at, step: 10, values: [1, 'x'] }, good],
      logs: [
        { label: 'bad', level: 'debug', data: ['a', 'b\0'] },
        { label: 'good', level: 'debug', data: 'one\ntwo' },
      ],
      settings: [{ label: 'bad' }, { label: 'good', data: null }],
    };

    it('is stored without them; each is a dead letter that joins the event once it is mended', async () => {
      await publish('mended', payload);
      const [event] = await eventsOf('mended', 1);
      expect(event).toMatchObject({
        sensors: [
          { label: 'good', ts: [at, at + 10, at + 30], values: [1, 2.5, 4], count: 3, min: 1, max: 4, mean: 2.5 },
        ],
        logs: [{ label: 'good', data: { content: ['one', 'two'] } }],
        settings: [{ label: 'good', data: null }],
      });
      const letters = await lettersOf('mended');
      expect(letters.map(({ code, path }) => `${code} ${path}`).sort()).toEqual([
        'PAYLOAD_INVALID /sensors/0/values/1',
        'PAYLOAD_INVALID /settings/0',
        'TEXT_INVALID /logs/0/data/1',
      ]);
      for (const { item } of letters) {
        const mended = item
          .replace('"x"', '2')
          .replace('\\u0000', '')
          .replace('{"label":"bad"}', '{"label":"bad","data":5}');
        await publish('mended', Buffer.from(mended));
        await publish('mended', Buffer.from(mended));
      }
      await vi.waitFor(async () => {
        const [whole] = await eventsOf('mended', 1);
        expect(whole.id).toBe(event.id);
        expect(whole.sensors).toMatchObject([{ label: 'bad', values: [1, 2] }, { label: 'good' }]);
        expect(whole.logs).toMatchObject([{ label: 'bad', data: { content: ['a', 'b'] } }, { label: 'good' }]);
        expect(whole.settings).toEqual([
          { label: 'bad', data: 5 },
          { label: 'good', data: null },
        ]);
      }, WAIT);
      expect(await lettersOf('mended')).toHaveLength(3);
    });

    it.each([
      ['a bad time', { ...payload, recordedAt: 'noon' }, 'TIME_INVALID /recordedAt'],
      ['no type', { ...payload, type: null }, 'PAYLOAD_INVALID /type'],
      ['a bad id', { ...payload, id: 5 }, 'PAYLOAD_INVALID /id'],
      ['a list', [payload], 'PAYLOAD_INVALID '],
    ])('is refused as a whole for %s, and kept as it came', async (name, given, expected) => {
      const device = name.replaceAll(' ', '-');
      await publish(device, given);
      const [letter] = await vi.waitFor(async () => {
        const letters = await lettersOf(device);
        expect(letters).toHaveLength(1);
        return letters;
      }, WAIT);
      expect(`${letter?.code} ${letter?.path}`).toBe(expected);
      expect(letter?.item).toBe(JSON.stringify(given));
    });
  });

  it('finds its partition, years back, and a day before this one', async () => {
    const day = 86_400_000;
    for (const back of [1, 400, 3_000]) {
      const recordedAt = Date.now() - back * day;
      const sensors = [{ label: 's', kind: 'singular', value: back }];
      const logs = [{ label: 'l', level: 'error', data: String(back) }];
      await publish('late', { recordedAt, type: 'x', sensors, logs, settings: [{ label: 'b', data: back }] });
    }
    await vi.waitFor(async () => {
      const { items: devices } = await get('/devices?state=pending&limit=200');
      const device = devices.find(({ key }: { key: string }) => key === 'late');
      const { items } = await get(`/devices/${device?.id}/events?from=2000-01-01T00:00:00Z`);
      expect(items.map(({ sensors }: { sensors: { value: number }[] }) => sensors[0]?.value)).toEqual([1, 400, 3_000]);
    }, WAIT);
    expect(await lettersOf('late')).toEqual([]);
  });

  it('beside readings in one batch costs none of them', async () => {
    const sender = await world.createGateway({ customerId: gateway.customerId, officeId: gateway.officeId });
    const own = await world.connect(sender);
    const ts = Date.now() - 60_000;
    const event = { recordedAt: ts, type: 'x', sensors: [{ label: 's', kind: 'singular', value: 1 }] };
    const sending = Array.from({ length: 30 }, (_, n) => {
      const payload = n % 3 === 0 ? { ...event, recordedAt: ts + n } : { ts: ts + n, values: { n, text: 'x' } };
      const kind = n % 3 === 0 ? 'events' : 'readings';
      return own.publishAsync(`v1/gateways/${sender.id}/devices/mixed/${kind}`, JSON.stringify(payload), { qos: 1 });
    });
    await Promise.all(sending);
    await settled({ stored: 30, duplicate: 0, rejected: 0 }, sender);
    expect(await eventsOf('mixed', 10)).toHaveLength(10);
    expect((await world.readings()).filter(({ device }) => device === 'mixed')).toHaveLength(40);
  });
});

/** The event of a simulated print, as a receiver reads it: JSON has no -0. */
function printAsJson(deviceKey: string, seed: number): ReturnType<typeof printEvent> {
  return JSON.parse(JSON.stringify(printEvent(deviceKey, finishedPrint(seed, Date.now()))));
}

type SentSensor = ReturnType<typeof printEvent>['sensors'][number];

/** What REST says of a sensor that was sent so. */
function expectedSensor(sent: SentSensor): object {
  const { label, unit, kind, visualization = 'default' } = sent as SentSensor & { visualization?: string };
  const sensor = { label, unit, kind, visualization };
  if ('value' in sent) return { ...sensor, value: sent.value };
  const { values } = sent;
  const ts = 'ts' in sent ? sent.ts : values.map((_, index) => sent.start + index * sent.step);
  const summary = {
    count: values.length,
    min: Math.min(...values),
    max: Math.max(...values),
    mean: expect.closeTo(values.reduce((sum, value) => sum + value, 0) / values.length, 9),
  };
  return { ...sensor, ...summary, ts, values, ...('x' in sent ? { x: sent.x } : {}) };
}
