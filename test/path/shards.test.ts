import { Client } from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { shardOf } from '../../src/ingest/ingest.ts';
import { postgresStore } from '../../src/queue/postgres.ts';
import { redisStore } from '../../src/queue/redis.ts';
import { openQueue } from '../../src/queue/send.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { describeBackends, sharedStore } from '../support/backends.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';

const WAIT = { timeout: 15_000, interval: 50 };
const SHARDS = 3;
const DEEP = 10;
const from = Date.now() - 3_600_000;

describeBackends('three shards', (backend) => {
  let store: Awaited<ReturnType<typeof sharedStore>>;
  let world: World;
  let queue: ReturnType<typeof openQueue>;
  /** One of each shard. */
  let gateways: TestGateway[];
  let publish: ((n: number, value?: unknown) => Promise<unknown>)[];

  beforeAll(async () => {
    store = await sharedStore(backend);
    world = await createWorld({ redisUrl: store.redisUrl, settings: (all) => ({ ...all, shards: SHARDS }) });
    const log = createLog('test', { level: 'silent', pretty: false });
    const { databaseUrl, redisUrl } = world.config;
    const bull = redisUrl ? redisStore({ url: redisUrl, log }) : postgresStore({ url: databaseUrl, log });
    queue = openQueue({ store: bull, shards: SHARDS, log });
    const home = await world.createCustomer();
    gateways = await Promise.all(Array.from({ length: SHARDS }, (_, shard) => createGatewayOf(shard, home)));
    publish = await Promise.all(
      gateways.map(async (gateway, shard) => {
        const client = await world.connect(gateway);
        const topic = `v1/gateways/${gateway.id}/devices/d${shard}/readings`;
        return (n: number, value: unknown = n) =>
          client.publishAsync(topic, JSON.stringify({ ts: from + n, values: { n: value } }), { qos: 1 });
      }),
    );
  });
  afterAll(async () => {
    await queue.close();
    await world.close();
    await store.remove();
  });

  async function createGatewayOf(shard: number, home: { customerId: string; officeId: string }): Promise<TestGateway> {
    const gateway = await world.createGateway(home);
    return shardOf(gateway.id, SHARDS) === shard ? gateway : createGatewayOf(shard, home);
  }

  const untilBooked = (counts: { stored: number; rejected: number }) =>
    vi.waitFor(async () => {
      const books = await Promise.all(gateways.map(({ id }) => world.ledger(id)));
      expect(books).toEqual(gateways.map(() => ({ duplicate: 0, ...counts })));
    }, WAIT);

  it('store what their gateways send, and keep what they refuse', async () => {
    for (const send of publish) await Promise.all([send(1), send(2, { refused: 2 })]);
    await untilBooked({ stored: 1, rejected: 1 });
    expect(await world.deadLetters()).toHaveLength(SHARDS);
  });

  it('do not wait for each other: two that stand still leave the third alone, and lose nothing', async () => {
    const blocker = new Client({ connectionString: world.config.databaseUrl });
    await blocker.connect();
    await blocker.query('BEGIN');
    await blocker.query(
      `SELECT FROM sensor_latest WHERE sensor_id IN (
         SELECT sensor.id FROM sensor JOIN device ON device.id = device_id WHERE device.key IN ('d0', 'd1')) FOR UPDATE`,
    );
    try {
      for (let n = 3; n < 3 + DEEP; n++) await Promise.all([publish[0]?.(n), publish[1]?.(n)]); // each a job of its own
      await vi.waitFor(async () => {
        const { workerConcurrency: active } = world.config;
        expect(await queue.states()).toMatchObject([{ active }, { active }, { active: 0, waiting: 0 }]);
      }, WAIT);
      expect(await queue.depth()).toEqual({ waiting: 2 * DEEP, failed: 0 });
      const age = Date.now() - ((await queue.oldestJob()) ?? 0);

      for (let n = 3; n < 3 + DEEP; n++) await publish[2]?.(n);
      const [, , third] = gateways as [TestGateway, TestGateway, TestGateway];
      await vi.waitFor(async () => expect((await world.ledger(third.id)).stored).toBe(1 + DEEP), WAIT);
      await vi.waitFor(async () => {
        expect((await queue.states()).map(({ oldestAt }) => oldestAt !== null)).toEqual([true, true, false]);
      }, WAIT);
      expect(Date.now() - ((await queue.oldestJob()) ?? 0), 'the oldest job still waits').toBeGreaterThan(age);
    } finally {
      await blocker.query('ROLLBACK');
      await blocker.end();
    }
    await untilBooked({ stored: 1 + DEEP, rejected: 1 });
    await vi.waitFor(async () => expect(await queue.depth()).toEqual({ waiting: 0, failed: 0 }), WAIT);
  });
});
