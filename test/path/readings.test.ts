import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeBackends, sharedStore } from '../support/backends.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';

const WAIT = { timeout: 15_000, interval: 50 };

describeBackends('a reading published over MQTT', (backend) => {
  let world: World;
  let gateway: TestGateway;
  let store: Awaited<ReturnType<typeof sharedStore>>;

  beforeAll(async () => {
    store = await sharedStore(backend);
    world = await createWorld({ roles: ['worker', 'broker', 'api'], redisUrl: store.redisUrl });
    gateway = await world.createGateway();
  });
  afterAll(async () => {
    await world.close();
    await store.remove();
  });

  const topic = (device: string) => `v1/gateways/${gateway.id}/devices/${device}/readings`;
  const stored = async (device: string) => (await world.readings()).filter((reading) => reading.device === device);

  it.each([0, 1, 2] as const)('is stored at QoS %i', async (qos) => {
    const client = await world.connect(gateway);
    const ts = Date.now() - 5_000;
    const payload = { ts, values: { weight: 1.25, lid: true, state: 'on' } };
    await client.publishAsync(topic(`qos-${qos}`), JSON.stringify(payload), { qos });
    await vi.waitFor(async () => {
      expect(await stored(`qos-${qos}`)).toEqual([
        { device: `qos-${qos}`, label: 'lid', recordedAt: ts, value: 1 },
        { device: `qos-${qos}`, label: 'state', recordedAt: ts, value: 'on' },
        { device: `qos-${qos}`, label: 'weight', recordedAt: ts, value: 1.25 },
      ]);
    }, WAIT);
  });

  it('comes back over REST, as the latest value and in its range', async () => {
    const client = await world.connect(gateway);
    const { token } = await world.createUser(gateway.customerId);
    const get = async (path: string) => {
      const response = await fetch(`${world.httpUrl}${path}`, { headers: { authorization: `Bearer ${token}` } });
      expect(response.status).toBe(200);
      return (await response.json()) as { items: Record<string, unknown>[] };
    };
    const ts = Date.now() - 10_000;
    for (const [after, power] of [
      [0, 400],
      [2000, 410],
      [1000, 405],
    ] as const) {
      const payload = { ts: ts + after, values: { power, open: after > 0 } };
      await client.publishAsync(topic('rest'), JSON.stringify(payload), { qos: 1 });
    }
    await vi.waitFor(async () => expect(await stored('rest')).toHaveLength(6), WAIT);
    const { items: devices } = await get('/api/v1/devices?state=pending');
    const device = devices.find(({ key }) => key === 'rest');
    expect(device).toMatchObject({ state: 'pending' });
    const { items: latest } = await get(`/api/v1/devices/${device?.id}/latest`);
    expect(latest).toMatchObject([
      { label: 'open', value: true, recordedAt: new Date(ts + 2000).toISOString() },
      { label: 'power', value: 410, recordedAt: new Date(ts + 2000).toISOString() },
    ]);
    const { items } = await get(`/api/v1/devices/${device?.id}/readings?label=power`);
    expect(items.map(({ value }) => value).sort()).toEqual([400, 405, 410]);
  });

  it('leaves each row once when it is sent three times, and each message is accounted for', async () => {
    const sender = await world.createGateway();
    const client = await world.connect(sender);
    const path = `v1/gateways/${sender.id}/devices/thrice/readings`;
    const ts = Date.now() - 60_000;
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < 20; n++) {
        await client.publishAsync(path, JSON.stringify({ ts: ts + n, values: { n } }), { qos: 1 });
      }
    }
    const books = { stored: 20, duplicate: 40, rejected: 0 };
    await vi.waitFor(async () => expect(await world.ledger(sender.id)).toEqual(books), WAIT);
    expect((await stored('thrice')).map(({ value }) => value)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect((await world.deadLetters()).filter((letter) => letter.topic === path)).toEqual([]);
  });
});
