import { Counter, collectDefaultMetrics, Gauge, Histogram, type LabelValues, Registry } from 'prom-client';
import { REFUSAL_CODES } from '../errors.ts';

const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60];
const SKEW_SECONDS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600, 86_400];
const MESSAGES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

/** Everything StepCloud counts, station by station. Labels have few, known values: never an id, a topic or an address. */
export type Metrics = ReturnType<typeof createMetrics>;

/** Asked at each scrape; fails while the queue is away, and then the last figures stay. */
export interface AskedQueue {
  depth(): Promise<{ waiting: number; failed: number }>;
  oldestJob(): Promise<number | undefined>;
}

/** What a pool of connections to Postgres tells of itself. */
export interface CountedPool {
  readonly totalCount: number;
  readonly idleCount: number;
  /** Who waits for a connection. */
  readonly waitingCount: number;
  readonly ended: boolean;
  readonly options: { readonly max: number };
}

/** The pools of a process, by what they are for; whoever opens one adds it. */
export type CountedPools = Record<'queries' | 'maintenance' | 'queue', Set<CountedPool>>;

export function createCountedPools(): CountedPools {
  return { queries: new Set(), maintenance: new Set(), queue: new Set() };
}

/** A process has one set; stations that do not run in it stay at zero. */
export function createMetrics(queue?: AskedQueue, pools: CountedPools = createCountedPools()) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  /** With each label the values that are known: they are shown as 0, since what comes out of nothing is no rise. */
  const counter = <L extends string = never>(
    name: string,
    help: string,
    known = {} as Record<L, readonly string[]>,
  ) => {
    const labelNames = Object.keys(known) as L[];
    const it = new Counter({ name: `stepcloud_${name}`, help, labelNames, registers });
    for (const labels of combinations(known)) it.inc(labels, 0);
    return it;
  };
  const gauge = <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
    new Gauge({ name: `stepcloud_${name}`, help, labelNames, registers });
  /** Not shown before it is set: 0 would be a figure like any other. */
  const measured = (name: string, help: string) => {
    const it = gauge(name, help);
    it.remove();
    return it;
  };
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram({ name: `stepcloud_${name}`, help, buckets, registers });

  return {
    registry,
    broker: {
      connections: gauge('broker_connections', 'MQTT connections that are open'),
      connects: counter('broker_connects_total', 'CONNECTs by outcome', {
        outcome: ['accepted', 'refused', 'unavailable'],
      }),
      closed: counter('broker_closed_total', 'connections that the guard refused or closed; the log says why'),
      refused: counter('broker_refused_total', 'messages refused by topic or size, by code', { code: [] }),
      delayed: gauge('broker_delayed_gateways', 'gateways that are delayed now, by reason', ['reason']),
      ended: counter('broker_ended_total', 'connections of gateways that ended, by reason', { reason: [] }),
      certificateExpires: measured(
        'broker_certificate_expires_timestamp_seconds',
        'when the certificate of MQTT over TLS ends',
      ),
    },
    ingest: {
      accepted: counter(
        'ingest_accepted_total',
        'messages that went towards the queue; acknowledged since, given up, or on their way',
      ),
      acknowledged: counter('ingest_acknowledged_total', 'messages that the queue holds'),
      givenUp: counter(
        'ingest_given_up_total',
        'messages not acknowledged since the queue was away; senders keep them',
      ),
      batchMessages: histogram('ingest_batch_messages', 'messages of a batch sent to the queue', MESSAGES),
      sendSeconds: histogram('ingest_send_seconds', 'time the queue took to hold a batch', SECONDS),
      acknowledgeSeconds: histogram(
        'ingest_acknowledge_seconds',
        'from the receipt of the oldest message of a batch to its acknowledgement',
        SECONDS,
      ),
      delays: counter('ingest_delays_total', 'times that a sender was held up, by reason', { reason: [] }),
      retries: counter('ingest_retries_total', 'attempts to send a batch that failed'),
    },
    queue: createQueueMetrics(queue, registry),
    database: createPoolMetrics(pools, registry),
    leases: {
      lapsed: counter('lease_lapsed_total', 'times that this process renewed its lease too late'),
      died: counter('lease_died_total', 'processes whose lease ran out, as this one found them, by role', {
        role: ['broker', 'worker', 'api'],
      }),
    },
    worker: {
      batches: counter('worker_batches_total', 'batches by outcome', { outcome: ['stored', 'repeated'] }),
      items: counter('worker_items_total', 'values, events and registrations by outcome', {
        outcome: ['stored', 'duplicate', 'rejected'],
      }),
      deadLetters: counter('worker_dead_letters_total', 'refused items by code', { code: Object.keys(REFUSAL_CODES) }),
      storeSeconds: histogram('worker_store_seconds', 'decoding and storing a batch', SECONDS),
      transactionSeconds: histogram(
        'worker_transaction_seconds',
        'the transaction that stores a batch, up to its commit',
        SECONDS,
      ),
      endToEndSeconds: histogram(
        'worker_end_to_end_seconds',
        'from the receipt of the oldest message of a batch to its commit',
        SECONDS,
      ),
      clockSkewSeconds: histogram(
        'worker_clock_skew_seconds',
        'how far the clocks of gateways are off, ahead or behind, as each tells at most once a minute',
        SKEW_SECONDS,
      ),
    },
    api: {
      answers: counter('api_answers_total', 'answers by API and status; 429 is refused by rate', {
        api: ['user', 'admin', 'gateway', 'other'],
        status: ['500', '503'],
      }),
      answerSeconds: histogram(
        'api_answer_seconds',
        'from a request to the end of its answer, but for live streams',
        SECONDS,
      ),
    },
    maintenance: {
      runs: counter('maintenance_runs_total', 'runs of maintenance jobs by outcome', { name: [], outcome: [] }),
      seconds: gauge('maintenance_last_run_seconds', 'how long the last run of a job took', ['name']),
      succeeded: gauge('maintenance_last_success_timestamp_seconds', 'when a job last went well', ['name']),
      losses: counter('worker_losses_total', 'acknowledged messages found lost; any is an alarm'),
      retentionRows: counter('retention_rows_total', 'rows that retention deleted (those of partitions: estimated)', {
        kept: [],
      }),
      retentionBytes: counter('retention_bytes_total', 'bytes of partitions that retention dropped', { kept: [] }),
      retentionWaiting: gauge('retention_waiting', 'whether partitions are kept beyond their time by a reader', [
        'kept',
      ]),
      databaseBytes: measured('database_bytes', 'size of the database'),
      databaseGrowth: measured('database_growth_bytes_per_day', 'what the database grows by in a day'),
      diskBytes: measured('disk_bytes', 'size of the disk of the database'),
      diskFree: measured('disk_free_bytes', 'what is free on the disk of the database'),
      diskDaysLeft: measured('disk_days_left', 'days until the disk of the database is full, as it goes now'),
      diskWarning: gauge('disk_warning', 'whether the disk of the database is low on space, or filling up', [
        'warning',
      ]),
    },
  };
}

/** Every combination of these values of labels. */
function combinations<L extends string>(known: Record<L, readonly string[]>): LabelValues<L>[] {
  return Object.entries<readonly string[]>(known).reduce<LabelValues<L>[]>(
    (all, [label, values]) => all.flatMap((one) => values.map((value) => ({ ...one, [label]: value }))),
    [{}],
  );
}

function createQueueMetrics(queue: AskedQueue | undefined, registry: Registry) {
  const registers = [registry];
  /** Once for both gauges: all of a scrape are asked before any of them has its answer. */
  let asked: Promise<{ waiting: number; failed: number } | undefined> | undefined;
  async function askDepth() {
    asked ??= Promise.resolve(queue?.depth().catch(() => undefined));
    const depth = await asked;
    asked = undefined;
    return depth;
  }
  const jobs = (state: 'waiting' | 'failed', name: string, help: string) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        const depth = await askDepth();
        if (depth) this.set(depth[state]);
      },
    });
  const waiting = jobs(
    'waiting',
    'stepcloud_queue_waiting_jobs',
    'jobs waiting, being worked on or waiting for their next attempt',
  );
  const failed = jobs('failed', 'stepcloud_queue_failed_jobs', 'jobs that gave up; any is an alarm');
  const oldest = new Gauge({
    name: 'stepcloud_queue_oldest_job_seconds',
    help: 'age of the oldest job, whatever its state; 0 when there is none',
    registers,
    async collect() {
      const addedAt = await queue?.oldestJob().catch(() => null);
      if (addedAt === null) return;
      this.set(addedAt === undefined ? 0 : Math.max(0, Date.now() - addedAt) / 1000);
    },
  });
  return { waiting, failed, oldest };
}

function createPoolMetrics(pools: CountedPools, registry: Registry) {
  const registers = [registry];
  const total = (all: Set<CountedPool>, of: (one: CountedPool) => number): number => {
    for (const one of all) if (one.ended) all.delete(one);
    return [...all].reduce((sum, one) => sum + of(one), 0);
  };
  const totalOf = (name: string, help: string, of: (one: CountedPool) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['pool'],
      registers,
      collect() {
        for (const [pool, all] of Object.entries(pools)) this.set({ pool }, total(all, of));
      },
    });
  const limit = totalOf(
    'stepcloud_database_pool_limit',
    'connections to Postgres that the pools may have, by what they are for',
    ({ options }) => options.max,
  );
  const waiting = totalOf(
    'stepcloud_database_pool_waiting',
    'queries that wait for a connection of a pool',
    ({ waitingCount }) => waitingCount,
  );
  const connections = new Gauge({
    name: 'stepcloud_database_pool_connections',
    help: 'connections of the pools to Postgres, busy or idle',
    labelNames: ['pool', 'state'],
    registers,
    collect() {
      for (const [pool, all] of Object.entries(pools)) {
        const idle = total(all, ({ idleCount }) => idleCount);
        const open = total(all, ({ totalCount }) => totalCount);
        this.set({ pool, state: 'idle' }, idle);
        this.set({ pool, state: 'busy' }, open - idle);
      }
    },
  });
  return { limit, waiting, connections };
}
