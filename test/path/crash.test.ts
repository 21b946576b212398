import { sql } from 'kysely';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { describeBackends, sharedStore } from '../support/backends.ts';
import { type RoleProcess, startProcess } from '../support/process.ts';
import { createWorld, type World } from '../support/world.ts';

const WAIT = { timeout: 60_000, interval: 100 };

describeBackends('a crash of a worker', (backend) => {
  let store: Awaited<ReturnType<typeof sharedStore>>;
  let world: World;
  let processes: RoleProcess[];

  beforeEach(async () => {
    store = await sharedStore(backend);
    world = await createWorld({ roles: ['broker'], redisUrl: store.redisUrl });
    processes = [];
  });
  afterEach(async () => {
    for (const process of processes) await process.kill();
    await world.close();
    await store.remove();
  });

  async function startWorker(): Promise<RoleProcess> {
    const worker = await startProcess(world, 'worker');
    processes.push(worker);
    return worker;
  }

  /**
   * How many workers wait inside their transaction: the first for the lock that the test holds, the next for the batch
   * that the killed one's transaction still claims.
   */
  async function workersWaiting(): Promise<number> {
    const { rows } = await sql<{ waiting: number }>`
    SELECT count(*)::int4 AS waiting FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(world.db);
    return rows[0]?.waiting ?? 0;
  }

  it('in mid-batch, and another one of its successor, loses nothing and doubles nothing', {
    timeout: 120_000,
  }, async () => {
    const gateway = await world.createGateway();
    const client = await world.connect(gateway);
    const ts = Date.now() - 60_000;
    const publish = (n: number) =>
      client.publishAsync(
        `v1/gateways/${gateway.id}/devices/killed/readings`,
        JSON.stringify({ ts: ts + n, values: { n } }),
        { qos: 1 },
      );
    const first = await startWorker();
    await publish(0);
    await vi.waitFor(async () => expect(await world.readings()).toHaveLength(1), WAIT);

    const blocker = new Client({ connectionString: world.config.databaseUrl });
    await blocker.connect();
    try {
      await blocker.query('BEGIN; LOCK TABLE reading IN EXCLUSIVE MODE');
      await Promise.all(Array.from({ length: 50 }, (_, index) => publish(index + 1)));
      await vi.waitFor(async () => expect(await workersWaiting()).toBeGreaterThan(0), WAIT);
      await first.kill();
      const before = await workersWaiting();
      const second = await startWorker();
      await vi.waitFor(async () => expect(await workersWaiting()).toBeGreaterThan(before), WAIT);
      await second.kill();
      await blocker.query('COMMIT');
    } finally {
      await blocker.end();
    }

    await startWorker();
    await vi.waitFor(
      async () => expect(await world.ledger(gateway.id)).toEqual({ stored: 51, duplicate: 0, rejected: 0 }),
      WAIT,
    );
    expect((await world.readings()).map(({ value }) => value)).toEqual(Array.from({ length: 51 }, (_, n) => n));
  });
});
