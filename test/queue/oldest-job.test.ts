import { randomUUID } from 'node:crypto';
import { UnrecoverableError } from 'bullmq';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { Batch, Consumer, Queue } from '../../src/queue/batch.ts';
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
const log = createLog('test', { level: 'silent', pretty: false });

describeBackends('the oldest job', (backend) => {
  let shared: Awaited<ReturnType<typeof sharedStore>>;
  let database: TestDatabase | undefined;
  let store: QueueStore;
  let queue: Queue;
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
  afterEach(async () => {
    for (const { bull } of shards) await bull.obliterate({ force: true });
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

  /** What is sent next has a later time. */
  async function send(shard: number): Promise<Batch & { sentBy: number }> {
    const batch: Batch = { v: 1, batch: randomUUID(), shard, body: '' };
    await queue.send(batch, 10_000);
    const sentBy = Date.now();
    await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(sentBy), WAIT);
    return { ...batch, sentBy };
  }

  /** A worker whose jobs end when the test says so, and how it says. */
  function holdJobs(concurrency: number) {
    const held = new Map<string, { finish(): void; fail(error: Error): void }>();
    const handle = ({ batch }: Batch) =>
      new Promise<void>((resolve, reject) => {
        held.set(batch, { finish: resolve, fail: reject });
      });
    const consumer: Consumer = consume({ store, shards: SHARDS, concurrency, log, handle });
    const untilHeld = ({ batch }: Batch) => vi.waitUntil(() => held.get(batch), WAIT);
    return { untilHeld, close: () => consumer.close(0) };
  }

  const countOf = async (state: 'waiting' | 'delayed' | 'failed') =>
    (await Promise.all(shards.map(({ bull }) => bull.getJobCountByTypes(state)))).reduce((sum, n) => sum + n, 0);

  it('is none of an empty queue', async () => {
    expect(await queue.oldestJob()).toBeUndefined();
    expect(await queue.nextJob()).toBeUndefined();
  });

  it('is the first that was sent, to whichever shard', async () => {
    const before = Date.now();
    const first = await send(1);
    await send(0);
    await send(1);
    const oldest = await queue.oldestJob();
    expect(oldest).toBeGreaterThanOrEqual(before);
    expect(oldest).toBeLessThanOrEqual(first.sentBy);
  });

  it('stays the oldest while it is worked on, while it waits for its next attempt, and behind newer ones', async () => {
    const first = await send(0);
    const worker = holdJobs(1);
    try {
      const attempt = await worker.untilHeld(first);
      await send(0);
      expect(await queue.oldestJob(), 'worked on').toBeLessThanOrEqual(first.sentBy);
      attempt.fail(new Error('not stored'));
      await vi.waitFor(async () => expect(await countOf('delayed')).toBe(1), WAIT);
      expect(await queue.oldestJob(), 'delayed').toBeLessThanOrEqual(first.sentBy);
      const [job] = await (shards[0] as OpenedQueue).bull.getJobs(['delayed']);
      await job?.promote();
      await vi.waitFor(async () => expect(await countOf('waiting')).toBe(1), WAIT);
      expect(await queue.oldestJob(), 'waiting again').toBeLessThanOrEqual(first.sentBy);
    } finally {
      await worker.close();
    }
  });

  it('that a worker takes next is the first that was never tried', async () => {
    const first = await send(0);
    const worker = holdJobs(1);
    (await worker.untilHeld(first)).fail(new Error('not stored'));
    await vi.waitFor(async () => expect(await countOf('delayed')).toBe(1), WAIT);
    await worker.close();
    const [job] = await (shards[0] as OpenedQueue).bull.getJobs(['delayed']);
    await job?.promote();
    await vi.waitFor(async () => expect(await countOf('waiting')).toBe(1), WAIT);
    expect(await queue.nextJob()).toBeUndefined();
    const second = await send(0);
    const next = await queue.nextJob();
    expect(next).toBeGreaterThan(first.sentBy);
    expect(next).toBeLessThanOrEqual(second.sentBy);
  });

  it('is the next one when it is done, and when it was taken out', async () => {
    const [first, second, third] = [await send(0), await send(1), await send(0)];
    const worker = holdJobs(1);
    try {
      (await worker.untilHeld(first)).finish();
      await vi.waitFor(async () => expect(await queue.oldestJob()).toBeGreaterThan(first.sentBy), WAIT);
      expect(await queue.oldestJob()).toBeLessThanOrEqual(second.sentBy);
      (await worker.untilHeld(second)).finish();
      await vi.waitFor(async () => expect(await queue.oldestJob()).toBeGreaterThan(second.sentBy), WAIT);
      expect(await queue.oldestJob()).toBeLessThanOrEqual(third.sentBy);
    } finally {
      await worker.close();
    }
    for (const { bull } of shards) await bull.obliterate({ force: true });
    expect(await queue.oldestJob()).toBeUndefined();
  });

  it('may be one that gave up', async () => {
    const first = await send(0);
    const worker = holdJobs(1);
    try {
      (await worker.untilHeld(first)).fail(new UnrecoverableError('never'));
      await vi.waitFor(async () => expect(await countOf('failed')).toBe(1), WAIT);
      await send(0);
      expect(await queue.oldestJob()).toBeLessThanOrEqual(first.sentBy);
    } finally {
      await worker.close();
    }
  });
});
