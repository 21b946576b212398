import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Batch } from '../../src/queue/batch.ts';
import { consume } from '../../src/queue/consume.ts';
import { redisStore } from '../../src/queue/redis.ts';
import { readRedisSettings } from '../../src/queue/redis-settings.ts';
import { openQueue } from '../../src/queue/send.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { missing } from '../support/found.ts';
import type { OwnRedis } from '../support/redis.ts';
import { type RedisTogether, redisCluster, redisWithSentinel } from '../support/redis-together.ts';

const WAIT = { timeout: 30_000, interval: 20 };
const SHARDS = 4;
const log = createLog('test', { level: 'silent', pretty: false });

describe.skipIf(missing('redis-server'))('a Redis of several servers (redis-server)', () => {
  const close: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of close.splice(0).reverse()) await end();
  });

  async function open(servers: Promise<RedisTogether>, query = '') {
    const together = await servers;
    close.push(together.remove);
    const store = redisStore({ url: `${together.url}${query}`, log });
    const queue = openQueue({ store, shards: SHARDS, log });
    close.push(queue.close);
    await vi.waitFor(async () => expect(await queue.isReady()).toBe(true), WAIT);
    const send = async (n: number): Promise<string> => {
      const batch: Batch = { v: 1, batch: randomUUID(), shard: n % SHARDS, body: `${n}` };
      await queue.send(batch, 2_000);
      return batch.batch;
    };
    /** Takes what is there, until all of these have come; what was not acknowledged may come as well. */
    const take = async (sent: readonly string[]): Promise<void> => {
      const taken = new Set<string>();
      const handle = async ({ batch }: Batch): Promise<void> => void taken.add(batch);
      const consumer = consume({ store, shards: SHARDS, concurrency: 2, log, handle });
      close.push(() => consumer.close(1_000));
      await vi.waitFor(() => expect(sent.filter((batch) => !taken.has(batch))).toEqual([]), WAIT);
    };
    return { ...together, queue, send, take };
  }

  it('a Cluster holds the queues of all shards, on several of its nodes, and workers take from all', async () => {
    const { servers, queue, send, take, url } = await open(redisCluster());
    const sent = await Promise.all(Array.from({ length: 20 }, (_, n) => send(n)));
    expect((await queue.depth()).waiting).toBe(20);
    expect(await queue.oldestJob()).toBeGreaterThan(0);
    expect((await Promise.all(servers.map(keysOf))).filter((count) => count > 0).length).toBeGreaterThan(1);
    await take(sent);
    expect((await readRedisSettings(url)).map(({ appendOnly }) => appendOnly)).toEqual(['yes', 'yes', 'yes']);
  });

  it('what was acknowledged outlives the master, where a replica must have it', { timeout: 90_000 }, async () => {
    const { servers, queue, send, take, url } = await open(redisWithSentinel(), '?replicas=1');
    expect((await readRedisSettings(url))[0]?.node).toBe(`127.0.0.1:${servers[0]?.port}`);
    const acknowledged: string[] = [];
    for (let n = 0; n < 20; n++) acknowledged.push(await send(n));
    await servers[0]?.stop('SIGKILL');
    await expect(send(20)).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    // The replica is the master now, and has no replica of its own: nothing is acknowledged before it has.
    await vi.waitFor(
      async () => expect((await readRedisSettings(url))[0]?.node).toBe(`127.0.0.1:${servers[1]?.port}`),
      WAIT,
    );
    await vi.waitFor(async () => expect(await queue.isReady()).toBe(true), WAIT);
    await expect(send(21)).rejects.toThrow('0 of 1 replicas');
    await servers[0]?.start();
    await vi.waitFor(async () => acknowledged.push(await send(22)), WAIT);
    await take(acknowledged);
  });
});

async function keysOf({ url }: OwnRedis): Promise<number> {
  const client = new Redis(url);
  const count = await client.dbsize();
  client.disconnect();
  return count;
}
