import {
  assertSchemaCompatibility,
  createPostgresBackend,
  DEFAULT_SCHEMA,
  type PostgresConnectionOptions,
  Queue,
  runMigrations,
  Worker,
} from 'bullmq';
import type { Pool } from 'pg';
import { createPool, type DatabaseOptions } from '../db/database.ts';
import type { Log } from '../telemetry/log.ts';
import type { CountedPool } from '../telemetry/metrics.ts';
import type { BatchQueue, BatchWorker, QueueStore } from './store.ts';

export interface PostgresStoreOptions {
  url: string;
  log: Log;
  /** Its pools add themselves, to be counted. */
  counted?: Set<CountedPool> | undefined;
}

/** BullMQ's tables in the same database, in a schema of their own. */
export function postgresStore({ url, log, counted }: PostgresStoreOptions): QueueStore {
  return {
    backend: 'postgres',
    async openQueue(name) {
      const pool = await openPool({ url, poolSize: 3, log, counted });
      const bull = new Queue(name, { connection: asConnection(pool) }, createPostgresBackend) as unknown as BatchQueue;
      bull.on('error', (error) => log.debug({ reason: error.message }, 'queue: error of the store'));
      return {
        bull: await ready(bull, pool),
        settle: async () => {}, // the commit did
        probe: () => pool.query('SELECT 1'),
        oldestJob: () => oldestJob(pool, name),
        version: () => version(pool),
        nextJob: () => nextJob(pool, name),
        disconnect: () => pool.end(),
      };
    },

    async openWorker(name, process, settings) {
      const concurrency = settings.concurrency ?? 1;
      const poolSize = concurrency + 3; // one of them listens for new jobs
      const pool = await openPool({ url, poolSize, log, counted });
      const bull = new Worker(
        name,
        process,
        { ...settings, connection: asConnection(pool) },
        createPostgresBackend,
      ) as unknown as BatchWorker;
      bull.on('error', (error) => log.debug({ reason: error.message }, 'worker: error of the store'));
      const disconnect = async (): Promise<void> => {
        // A worker that still has a job keeps the client that listens, and the pool would wait for that for ever.
        await bull.disconnect();
        await pool.end();
      };
      return { bull: await ready(bull, pool), probe: () => pool.query('SELECT 1'), disconnect };
    },
  };
}

/** Makes or updates BullMQ's tables; it takes an advisory lock of its own. */
export async function migrateQueue({ url, log }: { url: string; log: Log }): Promise<void> {
  const pool = createPool({ url, poolSize: 1, log });
  try {
    const client = await pool.connect();
    try {
      await runMigrations(client);
    } finally {
      client.release();
    }
  } finally {
    await pool.end();
  }
}

/** BullMQ would be asked state by state, and a job on its way from one to another be overlooked: a table has no such gaps. */
async function oldestJob(pool: Pool, name: string): Promise<number | undefined> {
  const { rows } = await pool.query<{ added: number | null }>(
    `SELECT min(added_at_ms)::float8 AS added FROM job WHERE queue = $1 AND state <> 'completed'`,
    [name],
  );
  return rows[0]?.added ?? undefined;
}

async function version(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ version: string }>(`SELECT current_setting('server_version') AS version`);
  return rows[0]?.version ?? '';
}

/** In the order in which BullMQ's workers take them, by the index that serves those. */
async function nextJob(pool: Pool, name: string): Promise<number | undefined> {
  const { rows } = await pool.query<{ added: number }>(
    `SELECT added_at_ms::float8 AS added FROM job WHERE queue = $1 AND state = 'waiting' AND attempts_made = 0
     ORDER BY priority, seq LIMIT 1`,
    [name],
  );
  return rows[0]?.added;
}

async function openPool({ url, poolSize, log, counted }: Omit<DatabaseOptions, 'options'>): Promise<Pool> {
  const pool = createPool({ url, poolSize, log, options: `-c search_path=${DEFAULT_SCHEMA}` });
  try {
    const client = await pool.connect();
    try {
      await assertSchemaCompatibility(client);
    } finally {
      client.release();
    }
    counted?.add(pool); // only now: while the database is away one after the other is tried
    return pool;
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/** BullMQ takes a pool; its type asks for an index signature that pg's class does not have. */
function asConnection(pool: Pool): PostgresConnectionOptions {
  return pool as unknown as PostgresConnectionOptions;
}

async function ready<T extends { waitUntilReady(): Promise<unknown>; close(): Promise<void> }>(
  bull: T,
  pool: Pool,
): Promise<T> {
  try {
    await bull.waitUntilReady();
    return bull;
  } catch (error) {
    await bull.close().catch(() => {});
    await pool.end().catch(() => {});
    throw error;
  }
}
