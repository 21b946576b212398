import { setTimeout as delay } from 'node:timers/promises';
import { v7 as uuid } from 'uuid';
import type { Config } from './config.ts';
import { type Database, openDatabase } from './db/database.ts';
import { isTransient } from './db/failures.ts';
import { untilSchemaReady } from './db/readiness.ts';
import { loadKeys } from './identity/keys.ts';
import { createTokens } from './identity/tokens.ts';
import { watchBacklog } from './ingest/backlog.ts';
import { createIngest } from './ingest/ingest.ts';
import { createPacing } from './ingest/pacing.ts';
import { type Lease, startLease } from './leases/lease.ts';
import { timeLimits } from './messages/limits.ts';
import type { Queue } from './queue/batch.ts';
import { postgresStore } from './queue/postgres.ts';
import { redisStore } from './queue/redis.ts';
import { openQueue } from './queue/send.ts';
import type { QueueStore } from './queue/store.ts';
import { listen } from './signals/signals.ts';
import type { Log } from './telemetry/log.ts';
import { type CountedPools, createCountedPools, createMetrics, type Metrics } from './telemetry/metrics.ts';
import { startTelemetryServer } from './telemetry/server.ts';
import { VERSION } from './version.ts';
import type { Worker } from './worker/worker.ts';

/** A role that runs; `close` undoes what `start` did, in reverse. */
export interface Running {
  /** Where it listens, if it does. */
  readonly port?: number;
  readonly webSocketPort?: number | undefined;
  readonly tlsPort?: number | undefined;
  readonly metricsPort?: number | undefined;
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

/** The roles that ops scale apart; `stepcloud up` runs one of each. Each loads its own room alone, and so starts sooner. */
export const ROLES = { broker: runBroker, worker: runWorker, api: runApi } as const;

const START_AGAIN_MS = 500;
const monotonic = () => performance.now();
/** A query whose request was given up must not hold its connection. */
const API_SESSIONS = '-c statement_timeout=30s';
/** Locks of a machine that vanished without a word are free again after a minute or two. */
const MAINTENANCE_SESSIONS = '-c tcp_keepalives_idle=15 -c tcp_keepalives_interval=5';

async function runBroker(options: RoleOptions): Promise<Running> {
  const { startBroker } = await import('./broker/broker.ts');
  const { config, log, signal, clock = Date.now } = options;
  const { settings, databaseUrl: url, poolSize } = config;
  return assemble(options, async (opened) => {
    const pools = createCountedPools();
    const db = opened(openDatabase({ url, poolSize, log, counted: pools.queries }), (it) => it.destroy());
    const tokens = createTokens(await loadKeys(config.keysFile, { clock, log }), clock);
    const queue = opened(openQueue({ store: openStore(config, log, pools), shards: settings.shards, log }));
    let listening = false;
    const isReady = async () => listening && (await queue.isReady());
    const { metrics, metricsPort } = await watch(options, opened, { isReady, pools, queue });
    await untilSchemaReady(db, log, signal);
    const lease = opened(takeLease('broker', options, db, metrics));
    await lease.registered;
    const { processId } = lease;
    const ingest = createIngest({ queue, brokerId: processId, settings, metrics: metrics.ingest, log });
    const { backlog: marks, ackTimeoutMs } = settings;
    const backlog = opened(watchBacklog({ queue, marks, ackTimeoutMs, clock, monotonic, log }));
    const parts = { processId, settings, db, tokens, ingest, backlog, clock, metrics, log };
    const broker = opened(await startBroker({ ...parts, listen: config.mqtt }));
    lease.onReturn(broker.restoreConnections);
    opened(listen({ url, log }, broker.handlers));
    listening = true;
    opened(broker, async () => {
      listening = false; // first of all, so that a load balancer sends nobody here any more
    });
    return { ...broker, metricsPort };
  });
}

async function runWorker(options: RoleOptions): Promise<Running> {
  const [{ startWorker }, { startMaintenance }, { JOBS }, { createDiskMeter }] = await Promise.all([
    import('./worker/worker.ts'),
    import('./worker/maintenance.ts'),
    import('./worker/jobs.ts'),
    import('./worker/disk.ts'),
  ]);
  const { config, log, signal, clock = Date.now } = options;
  const { settings, workerConcurrency: concurrency } = config;
  return assemble(options, async (opened) => {
    const { databaseUrl: url } = config;
    const pools = createCountedPools();
    const poolSize = settings.shards * concurrency + 2; // or the jobs of some shards would wait for those of others
    const db = opened(openDatabase({ url, poolSize, log, counted: pools.queries }), (it) => it.destroy());
    const keeping = { url, poolSize: JOBS.length + 2, log, options: MAINTENANCE_SESSIONS };
    const maintenanceDb = opened(openDatabase({ ...keeping, counted: pools.maintenance }), (it) => it.destroy());
    let worker: Worker | undefined;
    const isReady = async () => (await worker?.isReady()) === true;
    const { metrics, metricsPort } = await watch(options, opened, { isReady, pools });
    await untilSchemaReady(db, log, signal);
    await opened(takeLease('worker', options, db, metrics)).registered;
    worker = startWorker({
      db,
      store: openStore(config, log, pools),
      settings,
      concurrency,
      clock,
      metrics: metrics.worker,
      log,
    });
    opened(worker);
    const queue = opened(openQueue({ store: openStore(config, log, pools), shards: settings.shards, log }));
    const measureDisk = createDiskMeter(config.databaseDir);
    const maintenance = { db: maintenanceDb, queue, measureDisk, jobs: JOBS, settings, clock, log };
    opened(startMaintenance({ ...maintenance, metrics: metrics.maintenance }));
    return { metricsPort };
  });
}

/** The API answers at once; `/readyz` tells what it still waits for. */
async function runApi(options: RoleOptions): Promise<Running> {
  const [{ startApi }, { startLive }, { mqttUrls }, { openMailer }] = await Promise.all([
    import('./api/server.ts'),
    import('./api/live/live.ts'),
    import('./api/asyncapi/servers.ts'),
    import('./mail/mailer.ts'),
  ]);
  const { config, log, clock = Date.now } = options;
  return assemble(options, async (opened) => {
    const { databaseUrl: url, poolSize, settings } = config;
    const pools = createCountedPools();
    const opening = { poolSize, log, options: API_SESSIONS, counted: pools.queries };
    const db = opened(openDatabase({ ...opening, url }), (it) => it.destroy());
    const reader = config.databaseReadUrl
      ? opened(openDatabase({ ...opening, url: config.databaseReadUrl }), (it) => it.destroy())
      : db;
    const keys = await loadKeys(config.keysFile, { clock, log });
    const queue = opened(openQueue({ store: openStore(config, log, pools), shards: settings.shards, log }));
    const { metrics, metricsPort } = await watch(options, opened, { isReady: () => queue.isReady(), pools, queue });
    const { processId } = opened(takeLease('api', options, db, metrics));
    const ingest = createIngest({ queue, brokerId: processId, settings, metrics: metrics.ingest, log });
    opened(ingest, () => ingest.flush());
    const { backlog: marks, ackTimeoutMs, rates } = settings;
    const backlog = opened(watchBacklog({ queue, marks, ackTimeoutMs, clock, monotonic, log }));
    const pacing = opened(createPacing({ rates, backlog, monotonic, metrics: metrics.ingest }), async (it) =>
      it.close(),
    );
    const tokens = createTokens(keys, clock);
    const mailer = opened(openMailer({ ...config.mail, isDevelopment: config.isDevelopment, log }));
    const { publicUrl, mqtt, http } = config;
    const { trustedProxies } = http;
    const { maxPacketBytes } = settings;
    const limits = () => timeLimits(settings, clock());
    const live = startLive({ db, log });
    opened(listen({ url, log }, { live: live.look, access: live.check }));
    const parts = {
      db,
      reader,
      tokens,
      keys,
      queue,
      ingest,
      pacing,
      maxPacketBytes,
      timeLimits: limits,
      live,
      mailer,
      clock,
      metrics: metrics.api,
      log,
      version: VERSION,
    };
    const urls = mqttUrls(mqtt, publicUrl);
    const api = await startApi({
      ...parts,
      settings,
      http: settings.http,
      publicUrl,
      mqttUrls: urls,
      trustedProxies,
      listen: http,
    });
    return { ...opened(api), metricsPort };
  });
}

/** Says that this process lives, until it is closed. */
function takeLease(role: RoleName, { config, log }: RoleOptions, db: Database, metrics: Metrics): Lease {
  const { leaseMs } = config;
  return startLease({ db, processId: uuid(), role, version: VERSION, leaseMs, metrics: metrics.leases, log });
}

/** Registers what was opened, to be closed in reverse, and returns it. */
type Opened = <T>(it: T, close?: (it: T) => Promise<unknown>) => T;

/**
 * Wires a role, and begins again where the database went away meanwhile: a process may start at any moment of an outage.
 * What it opened is closed in reverse, at the end or when the rest could not be opened; each, whatever became of the others.
 */
async function assemble(
  { log, signal }: RoleOptions,
  wire: (opened: Opened) => Promise<Omit<Running, 'close'>>,
): Promise<Running> {
  for (;;) {
    const closing: (() => Promise<unknown>)[] = [];
    const closeAll = async (): Promise<void> => {
      const faults: unknown[] = [];
      for (const close of closing.reverse()) await close().catch((error: unknown) => faults.push(error));
      if (faults.length > 0) throw faults[0];
    };
    const opened: Opened = (it, close = (one) => (one as { close(): Promise<unknown> }).close()) => {
      closing.push(() => close(it));
      return it;
    };
    try {
      return { ...(await wire(opened)), close: closeAll };
    } catch (error) {
      await closeAll().catch(() => {});
      if (!isTransient(error) || signal.aborted) throw error;
      log.warn({ reason: (error as Error).message }, 'the database went away while this role started: it starts again');
      await delay(START_AGAIN_MS, undefined, { signal });
    }
  }
}

interface Watched {
  metrics: Metrics;
  metricsPort: number | undefined;
}

/** Counts what the role does, and serves that where the configuration says so. */
async function watch(
  { config }: RoleOptions,
  opened: Opened,
  { isReady, pools, queue }: { isReady: () => Promise<boolean>; pools: CountedPools; queue?: Queue },
): Promise<Watched> {
  const metrics = createMetrics(queue, pools);
  if (!config.metrics) return { metrics, metricsPort: undefined };
  const server = opened(await startTelemetryServer({ listen: config.metrics, metrics, isReady }));
  return { metrics, metricsPort: server.port };
}

function openStore(config: Config, log: Log, pools: CountedPools): QueueStore {
  const { redisUrl, databaseUrl: url } = config;
  return redisUrl ? redisStore({ url: redisUrl, log }) : postgresStore({ url, log, counted: pools.queue });
}
