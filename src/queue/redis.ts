import { Queue, Worker } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import type { Log } from '../telemetry/log.ts';
import { withDeadline } from './deadline.ts';
import type { BatchQueue, BatchWorker, Opened, QueueStore } from './store.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const MAX_RECONNECT_MS = 1_000;
const DISCONNECT_TIMEOUT_MS = 1_000;
const LOOKED_AT = 5;

/**
 * BullMQ on Redis, which must keep what it acknowledged: AOF on, and no eviction. Producers fail at once while it is away,
 * since a command that waits in memory would be acknowledged by nobody; consumers wait.
 */
export function redisStore({ url, log }: { url: string; log: Log }): QueueStore {
  return {
    backend: 'redis',
    async openQueue(name) {
      const options = { enableOfflineQueue: false, maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false };
      const opened = await open(
        url,
        options,
        log,
        (connection) => new Queue(name, { connection }) as unknown as BatchQueue,
      );
      const { bull, connection } = opened;
      return {
        ...opened,
        oldestJob: () => oldestJob(bull),
        nextJob: () => nextJob(bull),
        version: () => version(connection),
      };
    },

    openWorker(name, process, settings) {
      const options = { maxRetriesPerRequest: null };
      return open(
        url,
        options,
        log,
        (connection) => new Worker(name, process, { ...settings, connection }) as unknown as BatchWorker,
      );
    },
  };
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

async function version(connection: Redis): Promise<string> {
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
  on(event: 'error', listener: (error: Error) => void): unknown;
  waitUntilReady(): Promise<unknown>;
  close(force?: boolean): Promise<void>;
  disconnect(): Promise<void>;
}

/** Connects and asks before anything is built on the connection; it reconnects by itself from then on. */
async function open<T extends Bull>(
  url: string,
  options: RedisOptions,
  log: Log,
  build: (connection: Redis) => T,
): Promise<Opened<T> & { connection: Redis }> {
  const connection = new Redis(url, {
    ...options,
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: (attempt) => Math.min(attempt * 50, MAX_RECONNECT_MS),
  });
  connection.on('error', (error) => log.debug({ reason: error.message }, 'connection to Redis lost'));
  let bull: T | undefined;
  const disconnect = async (): Promise<void> => {
    connection.disconnect();
    // A worker has a second connection, which would try to come back for ever and keep the process alive.
    if (bull) await withDeadline(bull.disconnect(), DISCONNECT_TIMEOUT_MS).catch(() => {});
  };
  try {
    await connection.connect();
    await connection.ping();
    bull = build(connection);
    bull.on('error', (error) => log.debug({ reason: error.message }, 'queue: error of the store'));
    await bull.waitUntilReady();
    return { bull, connection, probe: () => connection.ping(), disconnect };
  } catch (error) {
    if (bull) await withDeadline(bull.close(true), DISCONNECT_TIMEOUT_MS).catch(() => {}); // or it would go on asking
    await disconnect();
    throw error;
  }
}
