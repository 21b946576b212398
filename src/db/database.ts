import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import { Pool } from 'pg';
import type { Log } from '../telemetry/log.ts';
import type { CountedPool } from '../telemetry/metrics.ts';
import type { DB } from './schema.gen.ts';

/** The database, or a transaction on it: every query takes one as its first argument. */
export type Db = Kysely<DB> | Transaction<DB>;
export type Database = Kysely<DB>;

export interface DatabaseOptions {
  url: string;
  poolSize: number;
  log: Log;
  /** Settings of its sessions, as in PGOPTIONS. */
  options?: string;
  /** The pool adds itself, to be counted. */
  counted?: Set<CountedPool> | undefined;
}

/** Opens a pool; connects on first use, so that a process may start before its database. Close with `destroy()`. */
export function openDatabase(options: DatabaseOptions): Database {
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool: createPool(options) }) });
}

/**
 * A pg pool that survives a restart of Postgres: pg removes its own error listener from a client that is checked out,
 * and an `error` event without a listener ends the process.
 */
export function createPool({ url, poolSize, log, options, counted }: DatabaseOptions): Pool {
  const pool = new Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    ...(options === undefined ? {} : { options }),
  });
  const report = (error: Error): void => log.warn({ reason: error.message }, 'connection to Postgres lost');
  pool.on('error', report);
  pool.on('connect', (client) => client.on('error', () => {}));
  counted?.add(pool);
  return pool;
}
