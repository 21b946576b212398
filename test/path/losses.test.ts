import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { postgresStore } from '../../src/queue/postgres.ts';
import { redisStore } from '../../src/queue/redis.ts';
import { type OpenedQueue, queueName } from '../../src/queue/store.ts';
import type { Running } from '../../src/roles.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { describeBackends, sharedStore } from '../support/backends.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';

const WAIT = { timeout: 20_000, interval: 50 };
const MINUTE = 60_000;
const log = createLog('test', { level: 'silent', pretty: false });

describeBackends('a job that somebody takes out of the queue', (backend) => {
  let shared: Awaited<ReturnType<typeof sharedStore>>;
  let world: World;
  let queue: OpenedQueue;
  let ahead = 0;
  const clock = () => Date.now() + ahead;

  beforeAll(async () => {
    shared = await sharedStore(backend);
    world = await createWorld({
      roles: ['broker', 'api'],
      redisUrl: shared.redisUrl,
      clock,
      env: { METRICS_PORT: '0' },
    });
    const { databaseUrl: url } = world.config;
    const store = shared.redisUrl ? redisStore({ url: shared.redisUrl, log }) : postgresStore({ url, log });
    queue = await store.openQueue(queueName(0));
  });
  afterAll(async () => {
    await queue?.bull.close();
    await queue?.disconnect();
    await world?.close();
    await shared?.remove();
  });

  /** The books over REST, of one hour or two. */
  async function books({ id, customerId }: TestGateway) {
    const { token } = await world.createUser(customerId);
    const response = await fetch(`${world.httpUrl}/api/v1/gateways/${id}/ledger`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { items, unseen, lost } = (await response.json()) as Record<string, never> & {
      items: { stored: number; lost: number }[];
    };
    const sum = (name: 'stored' | 'lost') => items.reduce((total, item) => total + item[name], 0);
    return { stored: sum('stored'), lostByHour: sum('lost'), unseen, lost };
  }

  async function lookForLosses(): Promise<void> {
    const askedAt = new Date(clock());
    const ask = world.db.updateTable('maintenance_job').where('name', '=', 'find-losses');
    await ask.set({ requested_at: askedAt }).execute();
    await vi.waitFor(async () => {
      const rows = world.db.selectFrom('maintenance_job').where('name', '=', 'find-losses');
      const run = await rows
        .where('started_at', '>=', askedAt)
        .select(['started_at', 'finished_at'])
        .executeTakeFirst();
      expect(run?.finished_at?.getTime()).toBeGreaterThanOrEqual(run?.started_at?.getTime() ?? Number.NaN);
    }, WAIT);
  }

  async function lossesTotal({ metricsPort }: Running): Promise<string | undefined> {
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    return /^stepcloud_worker_losses_total (\d+)$/m.exec(text)?.[1];
  }

  it('is found, counted and shown; one that only waits for its next attempt is not', async () => {
    const gateway = await world.createGateway();
    const client = await world.connect(gateway);
    for (let n = 1; n <= 4; n++) {
      const payload = JSON.stringify({ ts: Date.now() - MINUTE + n, values: { n } });
      await client.publishAsync(`v1/gateways/${gateway.id}/devices/d/readings`, payload, { qos: 1 });
    }
    const jobs = (await queue.bull.getJobs(['waiting'])).sort((a, b) => Number(a.id) - Number(b.id));
    expect(jobs).toHaveLength(4);
    await jobs[1]?.remove();
    await jobs[2]?.remove();
    const { data } = jobs[2] as NonNullable<(typeof jobs)[2]>;
    const delayed = await queue.bull.add('batch', data, { delay: 60 * MINUTE, attempts: 10, removeOnComplete: true });

    const worker = await world.start('worker');
    const none = { lostByHour: 0, lost: 0 };
    await vi.waitFor(async () => expect(await books(gateway)).toEqual({ ...none, stored: 2, unseen: 2 }), WAIT);
    await lookForLosses();
    ahead += 10 * MINUTE;
    await lookForLosses();
    expect(await books(gateway)).toEqual({ ...none, stored: 2, unseen: 2 });

    await delayed.promote();
    await vi.waitFor(async () => expect(await books(gateway)).toEqual({ ...none, stored: 3, unseen: 1 }), WAIT);
    await vi.waitFor(async () => expect(await queue.oldestJob()).toBeUndefined(), WAIT);
    await lookForLosses();
    expect(await books(gateway)).toEqual({ stored: 3, lostByHour: 1, unseen: 0, lost: 1 });
    expect(await lossesTotal(worker)).toBe('1');
  });
});
