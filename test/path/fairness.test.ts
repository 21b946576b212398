import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BrokerSettings } from '../../src/config.ts';
import { openGateway, openRaw } from '../broker/raw.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';

const WAIT = { timeout: 15_000, interval: 50 };
const PLENTY = { messagesPerSecond: 1_000_000, bytesPerSecond: 1_000_000_000 };

let world: World;

const topicOf = ({ id }: TestGateway) => `v1/gateways/${id}/devices/eager/readings`;
const from = Date.now() - 3_600_000;
const reading = (n: number) => JSON.stringify({ ts: from + n, values: { n } });

/** Sends all at once; resolves with how long each took to be acknowledged, in milliseconds. */
async function flood(gateway: TestGateway, count: number, port = world.mqttPort, first = 0): Promise<number[]> {
  const client = await world.connect(gateway, { port, clientId: `flood-${port}` });
  const startedAt = performance.now();
  return Promise.all(
    Array.from({ length: count }, async (_, n) => {
      await client.publishAsync(topicOf(gateway), reading(first + n), { qos: 1 });
      return performance.now() - startedAt;
    }),
  );
}

async function createWorldWith(
  settings: (all: BrokerSettings) => Partial<BrokerSettings>,
  roles = ['broker'] as const,
) {
  world = await createWorld({ roles: [...roles], settings: (all) => ({ ...all, ...settings(all) }) });
}
afterEach(() => world.close());

describe('a gateway over its rate', () => {
  beforeEach(async () => {
    const rates = { gateway: { ...PLENTY, messagesPerSecond: 100 }, customer: PLENTY, burstSeconds: 1 };
    await createWorldWith(() => ({ rates }));
    await world.start('worker');
    await world.start('api');
  });

  it('is delayed and loses nothing, another one of the same customer is not delayed; both can be seen', async () => {
    const home = await world.createCustomer();
    const [eager, calm] = [await world.createGateway(home), await world.createGateway(home)];
    const { token } = await world.createUser(home.customerId);
    const limitsOf = async ({ id }: TestGateway) => {
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch(`${world.httpUrl}/api/v1/gateways/${id}/limits`, { headers })).json();
    };

    const flooding = flood(eager, 500);
    // A reading of its own: both speak of one device. What waits behind the others would wait for four seconds.
    const [alone] = await flood(calm, 1, world.mqttPort, 1_000);
    expect(alone).toBeLessThan(2_000);
    await vi.waitFor(
      async () => expect(await limitsOf(eager)).toMatchObject({ delayed: { reason: 'gateway_rate' } }),
      WAIT,
    );
    expect(await limitsOf(calm)).toMatchObject({ limits: { messagesPerSecond: { limit: 100 } }, delayed: null });

    const took = Math.max(...(await flooding));
    expect(took).toBeGreaterThan(3_500); // a burst of 100, and 400 at 100 a second
    await vi.waitFor(async () => expect((await world.ledger(eager.id)).stored).toBe(500), WAIT);
    await vi.waitFor(async () => expect(await limitsOf(eager)).toMatchObject({ delayed: null }), WAIT);
  });
});

describe('a customer over its rate', () => {
  it('is delayed on all brokers together, and another one is not', async () => {
    const rates = { gateway: PLENTY, customer: { ...PLENTY, messagesPerSecond: 200 }, burstSeconds: 1 };
    await createWorldWith(() => ({ rates }));
    const ports = [world.mqttPort, (await world.start('broker')).port as number];
    const home = await world.createCustomer();
    const gateways = [await world.createGateway(home), await world.createGateway(home)];
    // Both brokers must know of each other's connections before: they look every two seconds.
    const before = gateways.map((gateway, n) =>
      world.connect(gateway, { port: ports[n] as number, clientId: 'first' }),
    );
    await Promise.all(before);
    const shares = () => world.db.selectFrom('connection').select('process_id').distinct().execute();
    await vi.waitFor(async () => expect(await shares()).toHaveLength(2), WAIT);
    await new Promise((resolve) => setTimeout(resolve, 2_500));

    const startedAt = performance.now();
    const flooding = gateways.map((gateway, n) => flood(gateway, 400, ports[n] as number));
    const [other] = await flood(await world.createGateway(), 1, ports[1] as number);
    expect(other).toBeLessThan(2_000);
    await Promise.all(flooding);
    expect(performance.now() - startedAt).toBeGreaterThan(2_500); // 200 at once, and 600 at 200 a second
  });
});

describe('a queue that workers are behind with', () => {
  const isQueueAt = async (level: 'delayed' | 'shut') => {
    const refused = level === 'shut' ? { refuseJobs: 1 } : { refuseJobs: 1_000 };
    await createWorldWith((all) => ({ backlog: { ...all.backlog, delayJobs: 1, ...refused } }));
  };

  it('delays everybody, for as long as it lasts; one message per third of the keepalive goes all the same', async () => {
    await isQueueAt('delayed');
    const gateway = await world.createGateway();
    const client = await world.connect(gateway, { keepalive: 3 });
    let closed = false;
    client.on('close', () => {
      closed = true;
    });
    await client.publishAsync(topicOf(gateway), reading(0), { qos: 1 });
    const isDelayed = async () => (await world.db.selectFrom('gateway_delay').select('reason').execute())[0]?.reason;
    let acknowledged = 0;
    const sending: Promise<unknown>[] = [];
    const send = (n: number) =>
      sending.push(client.publishAsync(topicOf(gateway), reading(n), { qos: 1 }).then(() => acknowledged++));
    let n = 1;
    await vi.waitFor(async () => {
      send(n++);
      expect(await isDelayed()).toBe('backlog');
    }, WAIT);
    const [before, startedAt] = [acknowledged, performance.now()];
    for (let more = 0; more < 20; more++) send(n++);
    await vi.waitFor(() => expect(acknowledged - before).toBeGreaterThanOrEqual(3), WAIT);
    expect(performance.now() - startedAt).toBeGreaterThan(1_500);
    expect(closed).toBe(false);
    await world.start('worker');
    await Promise.all(sending);
    expect(closed).toBe(false);
    await vi.waitFor(async () => expect((await world.ledger(gateway.id)).stored).toBe(n), WAIT);
    await vi.waitFor(async () => expect(await isDelayed()).toBeUndefined(), WAIT);
  });

  it('has new connections closed without CONNACK at its second mark, until there is room again', async () => {
    await isQueueAt('shut');
    const gateway = await world.createGateway();
    const client = await world.connect(gateway);
    await client.publishAsync(topicOf(gateway), reading(0), { qos: 1 });
    await vi.waitFor(async () => {
      const late = await openRaw(world.mqttPort);
      await late.closed().finally(() => late.destroy());
      expect(late.received).toEqual([]);
    }, WAIT);
    await world.start('worker');
    await vi.waitFor(async () => (await openGateway(world, gateway, { clientId: 'again' })).destroy(), WAIT);
    expect(client.connected).toBe(true);
  });
});
