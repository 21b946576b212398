import { readFileSync } from 'node:fs';
import { v7 as uuid } from 'uuid';
import { startApi } from './api/server.ts';
import { startBroker } from './broker/broker.ts';
import type { Config } from './config.ts';
import { openDatabase } from './db/database.ts';
import { untilSchemaReady } from './db/readiness.ts';
import { loadKeys } from './identity/keys.ts';
import { createTokens } from './identity/tokens.ts';
import { createIngest } from './ingest/ingest.ts';
import { postgresStore } from './queue/postgres.ts';
import { redisStore } from './queue/redis.ts';
import { openQueue } from './queue/send.ts';
import type { QueueStore } from './queue/store.ts';
import type { Log } from './telemetry/log.ts';
import { startWorker } from './worker/worker.ts';

/** A role that runs; `close` undoes what `start` did, in reverse. */
export interface Running {
  /** Where it listens, if it does. */
  readonly port?: number;
  readonly webSocketPort?: number | undefined;
  readonly tlsPort?: number | undefined;
  close(): Promise<void>;
}

export interface RoleOptions {
  config: Config;
  log: Log;
  /** Gives up waiting for what the role needs. */
  signal: AbortSignal;
  clock?: () => number;
}

export type RoleName = keyof typeof ROLES;

/** The roles that ops scale apart; `stepcloud up` runs one of each. */
export const ROLES = { broker: runBroker, worker: runWorker, api: runApi } as const;

async function runBroker({ config, log, signal, clock = Date.now }: RoleOptions): Promise<Running> {
  const { settings } = config;
  const db = openDatabase({ url: config.databaseUrl, poolSize: config.poolSize, log });
  const tokens = createTokens(await loadKeys(config.keysFile), clock);
  const queue = openQueue({ store: openStore(config, log), shards: settings.shards, log });
  try {
    await untilSchemaReady(db, log, signal);
    const ingest = createIngest({ queue, brokerId: uuid(), settings, log });
    const broker = await startBroker({ listen: config.mqtt, settings, db, tokens, ingest, clock, log });
    return {
      ...broker,
      close: () => inOrder(broker.close, queue.close, () => db.destroy()),
    };
  } catch (error) {
    await inOrder(queue.close, () => db.destroy());
    throw error;
  }
}

async function runWorker({ config, log, signal, clock = Date.now }: RoleOptions): Promise<Running> {
  const { settings, workerConcurrency: concurrency } = config;
  const db = openDatabase({ url: config.databaseUrl, poolSize: concurrency + 2, log });
  try {
    await untilSchemaReady(db, log, signal);
    const worker = startWorker({ db, store: openStore(config, log), settings, concurrency, clock, log });
    return { close: () => inOrder(worker.close, () => db.destroy()) };
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

/** The API answers at once; `/readyz` tells what it still waits for. */
async function runApi({ config, log, clock = Date.now }: RoleOptions): Promise<Running> {
  const db = openDatabase({ url: config.databaseUrl, poolSize: config.poolSize, log });
  const keys = await loadKeys(config.keysFile);
  const queue = openQueue({ store: openStore(config, log), shards: config.settings.shards, log });
  const tokens = createTokens(keys, clock);
  try {
    const api = await startApi({ db, tokens, keys, queue, clock, log, version: VERSION, listen: config.http });
    return { port: api.port, close: () => inOrder(api.close, queue.close, () => db.destroy()) };
  } catch (error) {
    await inOrder(queue.close, () => db.destroy());
    throw error;
  }
}

function openStore(config: Config, log: Log): QueueStore {
  const { redisUrl, databaseUrl } = config;
  return redisUrl ? redisStore({ url: redisUrl, log }) : postgresStore({ url: databaseUrl, log });
}

/** Every step runs, whatever became of the one before. */
async function inOrder(...steps: (() => Promise<unknown>)[]): Promise<void> {
  const faults: unknown[] = [];
  for (const step of steps) await step().catch((error: unknown) => faults.push(error));
  if (faults.length > 0) throw faults[0];
}

export const VERSION = (
  JSON.parse(
    readFileSync(
      new URL(import.meta.url.includes('/dist/') ? '../../package.json' : '../package.json', import.meta.url),
      'utf8',
    ),
  ) as { version: string }
).version;
