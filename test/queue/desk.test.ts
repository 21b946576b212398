import { randomUUID } from 'node:crypto';
import { UnrecoverableError } from 'bullmq';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Batch } from '../../src/queue/batch.ts';
import { consume } from '../../src/queue/consume.ts';
import { postgresStore } from '../../src/queue/postgres.ts';
import { redisStore } from '../../src/queue/redis.ts';
import { openQueue } from '../../src/queue/send.ts';
import { type OpenedQueue, type QueueStore, queueName } from '../../src/queue/store.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { describeBackends, sharedStore } from '../support/backends.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

const WAIT = { timeout: 15_000, interval: 20 };
const SHARDS = 2;
const EMPTY = { waiting: 0, active: 0, delayed: 0, failed: 0, paused: false };
const log = createLog('test', { level: 'silent', pretty: false });

describeBackends('the desk of the queue', (backend) => {
  let shared: Awaited<ReturnType<typeof sharedStore>>;
  let database: TestDatabase | undefined;
  let store: QueueStore;
  let queue: ReturnType<typeof openQueue>;
  let shards: OpenedQueue[];

  beforeAll(async () => {
    shared = await sharedStore(backend);
    if (shared.redisUrl) store = redisStore({ url: shared.redisUrl, log });
    else {
      database = await createDatabase();
      store = postgresStore({ url: database.url, log });
    }
    queue = openQueue({ store, shards: SHARDS, log });
    shards = await Promise.all(Array.from({ length: SHARDS }, (_, shard) => store.openQueue(queueName(shard))));
    await vi.waitFor(async () => expect(await queue.isReady()).toBe(true), WAIT);
  });
  afterAll(async () => {
    for (const { bull, disconnect } of shards) {
      await bull.close();
      await disconnect();
    }
    await queue.close();
    await database?.drop();
    await shared.remove();
  });

  async function send(shard: number): Promise<string> {
    const batch: Batch = { v: 1, batch: randomUUID(), shard, body: Buffer.alloc(1_000).toString('base64') };
    await queue.send(batch, 10_000);
    return batch.batch;
  }

  /** Works on all batches so, until it is closed. */
  const work = (handle: (batch: Batch) => Promise<void>) =>
    consume({ store, shards: SHARDS, concurrency: 1, log, handle });

  it('says of a store that is not there that it is not, to whoever waits for an answer', async () => {
    const nowhere = {
      redis: redisStore({ url: 'redis://127.0.0.1:1', log }),
      postgres: postgresStore({ url: 'postgres://127.0.0.1:1/none', log }),
    };
    const away = openQueue({ store: nowhere[queue.backend], shards: SHARDS, log });
    const answers = [away.states(), away.listFailed(undefined, 1), away.retryAll()].map((answer) =>
      answer.catch(({ code }) => code),
    );
    expect(await Promise.all(answers)).toEqual(answers.map(() => 'QUEUE_UNAVAILABLE'));
    await away.close();
  });

  it('says what it stands on', async () => {
    expect(queue.backend).toBe(backend.toLowerCase());
    expect(await queue.version()).toMatch(/^\d+\.\d+/);
  });

  it('counts the jobs of each shard, those of a paused one among them', async () => {
    expect(await queue.states()).toEqual([0, 1].map((shard) => ({ shard, ...EMPTY, oldestAt: null })));
    const before = Date.now();
    for (const shard of [1, 1, 0]) await send(shard);
    await shards[1]?.bull.pause();
    const [first, second] = await queue.states();
    expect(first).toEqual({ shard: 0, ...EMPTY, waiting: 1, oldestAt: expect.any(Date) });
    expect(second).toEqual({ shard: 1, ...EMPTY, waiting: 2, paused: true, oldestAt: expect.any(Date) });
    expect(Number(second?.oldestAt)).toBeGreaterThanOrEqual(before);
    expect(await queue.depth()).toEqual({ waiting: 3, failed: 0 });
    await shards[1]?.bull.resume();
  });

  it('lists what was given up with the reason, page by page, and has it done after all', async () => {
    const failing = work(async ({ shard }) => {
      throw new UnrecoverableError(`shard ${shard} is broken`);
    });
    await vi.waitFor(async () => expect(await queue.depth()).toEqual({ waiting: 0, failed: 3 }), WAIT);
    await failing.close(1_000);

    const all = await queue.listFailed(undefined, 10);
    expect(all.map(({ shard, reason, bytes, attempts }) => ({ shard, reason, bytes, attempts }))).toEqual(
      [0, 1, 1].map((shard) => ({ shard, reason: `shard ${shard} is broken`, bytes: 1_000, attempts: 1 })),
    );
    expect(all[1]?.job).toBeGreaterThan(all[2]?.job as number);
    expect(Number(all[0]?.failedAt)).toBeGreaterThanOrEqual(Number(all[0]?.addedAt));
    const paged = [await queue.listFailed(undefined, 2), await queue.listFailed(all[1], 2)].flat();
    expect(paged).toEqual(all);

    const [last] = all.slice(-1);
    if (!last) throw new Error('nothing failed');
    expect(await queue.retry({ shard: 1, job: 4_711 })).toBeUndefined();
    expect(await queue.retry(last)).toEqual(last);
    expect(await queue.retry(last), 'it waits by now').toBeUndefined();
    expect(await queue.depth()).toEqual({ waiting: 1, failed: 2 });
    expect(await queue.retryAll()).toBe(2);
    expect(await queue.depth()).toEqual({ waiting: 3, failed: 0 });

    const done: string[] = [];
    const working = work(async ({ batch }) => void done.push(batch));
    await vi.waitFor(async () => expect(await queue.depth()).toEqual({ waiting: 0, failed: 0 }), WAIT);
    await working.close(1_000);
    expect(done.sort()).toEqual(all.map(({ batch }) => batch).sort());
    expect(await queue.retryAll()).toBe(0);
  });
});
