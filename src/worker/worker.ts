import { setTimeout as delay } from 'node:timers/promises';
import type { BrokerSettings } from '../config.ts';
import type { Database } from '../db/database.ts';
import { isTransient } from '../db/failures.ts';
import { messageId } from '../ingest/envelope.ts';
import { timeLimits } from '../messages/limits.ts';
import type { Batch } from '../queue/batch.ts';
import { consume } from '../queue/consume.ts';
import type { QueueStore } from '../queue/store.ts';
import { createSignaller, type SignalName } from '../signals/signals.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { createZeros } from './boots.ts';
import { createClocks } from './clocks.ts';
import { type DecodedBatch, decodeBatch } from './decode.ts';
import { createPartitions } from './partitions.ts';
import { createReferenceCache } from './references.ts';
import { type StoreOutcome, storeBatch } from './store.ts';
import { createWarnings } from './warnings.ts';

const RETRY_MS = 250;
const MAX_RETRY_MS = 2_000;
/** How long running jobs may take to finish when the process is asked to stop. */
const STOP_TIMEOUT_MS = 20_000;

export interface WorkerOptions {
  db: Database;
  store: QueueStore;
  settings: BrokerSettings;
  concurrency: number;
  clock: () => number;
  metrics: Metrics['worker'];
  log: Log;
}

export interface Worker {
  /** Asks the queue's store whether it answers. */
  isReady(): Promise<boolean>;
  /** Finishes the jobs it has, within 20 s; what is left runs again elsewhere. */
  close(): Promise<void>;
}

/** Queue in, rows out. */
export function startWorker({ db, store, settings, concurrency, clock, metrics, log }: WorkerOptions): Worker {
  const options = {
    db,
    references: createReferenceCache(db, settings.limits, clock),
    partitions: createPartitions(db, settings.partitionSpan),
    noteClocks: createClocks(db, (skewMs) => metrics.clockSkewSeconds.observe(Math.abs(skewMs) / 1000)),
    noteWarnings: createWarnings(db),
    deadLettersPerGateway: settings.limits.deadLettersPerGateway,
    transactionSeconds: metrics.transactionSeconds,
  };
  const signaller = createSignaller(db);
  const fixZeros = createZeros(db);
  const stopping = new AbortController();
  const tracing = log.isLevelEnabled('trace');
  const consumer = consume({ store, shards: settings.shards, concurrency, log, handle });

  async function handle(batch: Batch): Promise<void> {
    if (batch.v !== 1) throw new Error(`batches of version ${String(batch.v)} need a newer worker`);
    const startedAt = performance.now();
    const decoded = await whileAway(() => decodeBatch(batch, timeLimits(settings, clock()), fixZeros));
    const outcome = await whileAway(() => storeBatch(options, decoded));
    const took = Math.round(performance.now() - startedAt);
    const { news, codes, ...counts } = outcome;
    for (const [name, gatewayIds] of Object.entries(news)) signaller.send(name as SignalName, gatewayIds);
    count(decoded, outcome, took);
    log.debug(
      { batch: batch.batch, messages: decoded.messages.length, ms: took, ...counts, codes: [...codes] },
      'batch stored',
    );
    if (tracing) traceMessages(decoded);
  }

  /** The same id that the broker logged, so that one message can be followed from PUBLISH to row. */
  function traceMessages({ id, messages }: DecodedBatch): void {
    for (const { index, topic, refusals } of messages) {
      log.trace({ message: messageId(id, index), topic, refusals: refusals.length }, 'message committed');
    }
  }

  function count({ messages }: DecodedBatch, outcome: StoreOutcome, tookMs: number): void {
    metrics.batches.inc({ outcome: outcome.repeated ? 'repeated' : 'stored' });
    if (outcome.repeated) return;
    for (const kind of ['stored', 'duplicate', 'rejected'] as const)
      metrics.items.inc({ outcome: kind }, outcome[kind]);
    for (const [code, items] of outcome.codes) metrics.deadLetters.inc({ code }, items);
    metrics.storeSeconds.observe(tookMs / 1000);
    metrics.endToEndSeconds.observe((clock() - (messages[0]?.receivedAt ?? clock())) / 1000);
  }

  /** Holds a job while the database is away, and with it this worker: there is nothing it could store meanwhile. */
  async function whileAway<T>(work: () => Promise<T>): Promise<T> {
    for (let wait = RETRY_MS; ; wait = Math.min(wait * 2, MAX_RETRY_MS)) {
      try {
        return await work();
      } catch (error) {
        if (!isTransient(error) || stopping.signal.aborted) throw error;
        log.warn({ reason: (error as Error).message }, 'the database is away, trying again');
        await delay(wait, undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
  }

  return {
    isReady: consumer.isReady,
    async close() {
      stopping.abort();
      await consumer.close(STOP_TIMEOUT_MS);
      await signaller.flush();
    },
  };
}
