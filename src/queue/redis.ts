import { Queue, Worker } from 'bullmq';
import type { Cluster, Redis } from 'ioredis';
import { parseRedisUrl } from '../config/redis-url.ts';
import { inTime } from '../deadline.ts';
import type { Log } from '../telemetry/log.ts';
import { createRedis, type Patience } from './redis-connect.ts';
import type { BatchQueue, BatchWorker, Opened, QueueStore } from './store.ts';

const DISCONNECT_TIMEOUT_MS = 1_000;
const LOOKED_AT = 5;
const REPLICATION_TIMEOUT_MS = 1_000;

type Connection = Redis | Cluster;

/** BullMQ refuses consumers that would give up. */
const PRODUCER: Patience = { enableOfflineQueue: false, maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false };
const CONSUMER: Patience = { maxRetriesPerRequest: null };

/**
 * BullMQ on Redis, which must keep what it acknowledged: AOF on, and no eviction. Producers fail at once while it is away,
 * since a command that waits in memory would be acknowledged by nobody; consumers wait.
 */
export function redisStore({ url, log }: { url: string; log: Log }): QueueStore {
  const { mode, replicas } = parseRedisUrl(url);
  // All keys of a queue on one node of a Cluster, and the queues on different ones.
  const keyed = (name: string): string => (mode === 'cluster' ? `{${name}}` : name);
  return {
    backend: 'redis',
    async openQueue(name) {
      const build = (connection: Connection) => new Queue(keyed(name), { connection }) as unknown as BatchQueue;
      const opened = await open(createRedis(url, PRODUCER), log, build);
      const { bull, connection } = opened;
      return {
        ...opened,
        settle: () => untilReplicated(connection, replicas),
        oldestJob: () => oldestJob(bull),
        nextJob: () => nextJob(bull),
        version: () => version(connection),
      };
    },

    openWorker(name, process, settings) {
      const build = (connection: Connection) =>
        new Worker(keyed(name), process, { ...settings, connection }) as unknown as BatchWorker;
      return open(createRedis(url, CONSUMER), log, build);
    },
  };
}

/** Replication is not waited for by Redis: a master that is lost takes with it what no replica has. */
async function untilReplicated(connection: Connection, replicas: number): Promise<void> {
  if (replicas === 0) return;
  const reached = await connection.wait(replicas, REPLICATION_TIMEOUT_MS);
  if (reached < replicas) throw new Error(`${reached} of ${replicas} replicas of Redis have it`);
}

/**
 * Ids count up. No list of BullMQ's is in their order, since a job that is tried again stands behind newer ones, so all ids
 * are looked at; one script reads them, and so overlooks no job on its way from one list to another.
 */
async function oldestJob(bull: BatchQueue): Promise<number | undefined> {
  const ids = await bull.getRanges(['waiting', 'active', 'delayed', 'failed'], 0, -1);
  for (const id of ids.sort((a, b) => Number(a) - Number(b))) {
    const job = await bull.getJob(id);
    if (job) return job.timestamp;
  }
  return undefined;
}

async function version(connection: Connection): Promise<string> {
  const [, found] = /^redis_version:(.*)$/m.exec(await connection.info('server')) ?? [];
  return found?.trim() ?? '';
}

/** A few are looked at: more that were tried before in front of all others there are hardly ever. */
async function nextJob(bull: BatchQueue): Promise<number | undefined> {
  for (const id of await bull.getRanges(['waiting'], 0, LOOKED_AT - 1, true)) {
    const job = await bull.getJob(id);
    if (job && job.attemptsMade === 0) return job.timestamp;
  }
  return undefined;
}

interface Bull {
  toKey(type: string): string;
  on(event: 'error', listener: (error: Error) => void): unknown;
  waitUntilReady(): Promise<unknown>;
  close(force?: boolean): Promise<void>;
  disconnect(): Promise<void>;
}

/** Connects and asks before anything is built on the connection; it reconnects by itself from then on. */
async function open<T extends Bull>(
  connection: Connection,
  log: Log,
  build: (connection: Connection) => T,
): Promise<Opened<T> & { connection: Connection }> {
  connection.on('error', (error) => log.debug({ reason: error.message }, 'connection to Redis lost'));
  let bull: T | undefined;
  const disconnect = async (): Promise<void> => {
    connection.disconnect();
    // A worker has a second connection, which would try to come back for ever and keep the process alive.
    await inTime('BullMQ', DISCONNECT_TIMEOUT_MS, async () => bull?.disconnect()).catch(() => {});
  };
  try {
    await connection.connect();
    await connection.ping();
    bull = build(connection);
    bull.on('error', (error) => log.debug({ reason: error.message }, 'queue: error of the store'));
    await bull.waitUntilReady();
    const meta = bull.toKey('meta'); // asked for by name, so that in a Cluster the node of this queue answers
    return { bull, connection, probe: () => connection.exists(meta), disconnect };
  } catch (error) {
    await inTime('BullMQ', DISCONNECT_TIMEOUT_MS, async () => bull?.close(true)).catch(() => {}); // or it would go on asking
    await disconnect();
    throw error;
  }
}
