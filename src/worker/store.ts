import { sql } from 'kysely';
import { type ClaimedBatch, claimBatch, executeTogether } from '../db/batches.ts';
import type { Database, Db } from '../db/database.ts';
import { recordDeadLetters } from '../db/dead-letters.ts';
import { isDataFault, isMissingPartition, isTransient } from '../db/failures.ts';
import { appendCounts } from '../db/ledger.ts';
import { appendLive } from '../db/live.ts';
import { type LatestValue, moveLatest } from '../db/readings.ts';
import { insertReceipts } from '../db/receipts.ts';
import { appendMarks } from '../db/rollups.ts';
import type { RefusalCode } from '../errors.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { NoteClocks } from './clocks.ts';
import { toDeadLetters } from './dead-letters.ts';
import type { DecodedBatch, DecodedMessage } from './decode.ts';
import { toLedger } from './ledger.ts';
import { toLive, toSubjects } from './live.ts';
import { toMarks } from './marks.ts';
import type { Outcome } from './outcome.ts';
import type { Partitions } from './partitions.ts';
import { toReceipts } from './receipts.ts';
import type { ReferenceCache, References } from './references.ts';
import { writeRows } from './rows.ts';
import type { NoteWarnings } from './warnings.ts';

export interface StoreOptions {
  db: Database;
  references: ReferenceCache;
  partitions: Partitions;
  noteClocks: NoteClocks;
  noteWarnings: NoteWarnings;
  deadLettersPerGateway: number;
  transactionSeconds: Metrics['worker']['transactionSeconds'];
}

/** Items of a batch by outcome; all 0 when it had been stored before and nothing was done. */
export interface StoreOutcome {
  repeated: boolean;
  stored: number;
  duplicate: number;
  rejected: number;
  /** Refused items by their code. */
  codes: ReadonlyMap<RefusalCode, number>;
  /** Gateways by what there is to tell them now, and the topics that somebody watches and has something new of. */
  news: Record<'complaints' | 'receipts' | 'devices' | 'live', ReadonlySet<string>>;
}

type Write = typeof writeRows;

const NO_NEWS: StoreOutcome['news'] = {
  complaints: new Set(),
  receipts: new Set(),
  devices: new Set(),
  live: new Set(),
};

/**
 * Stores a batch in one transaction: all of its rows, dead letters, counts and latest values, or nothing. Run again, it
 * does nothing. Throws when the database is away, or when not one message of the batch could be stored: then the fault
 * is ours rather than theirs, and the batch stays in the queue.
 */
export async function storeBatch(options: StoreOptions, batch: DecodedBatch): Promise<StoreOutcome> {
  // A batch may tell void numbers of gateways that it has no message of.
  const references = await options.references.resolve(batch.messages, batch.voided.keys());
  await options.partitions.ensure(batch.messages);
  await options.noteClocks(batch.clocks);
  await options.noteWarnings(batch);
  try {
    return await commit(options, references, batch, writeRows);
  } catch (error) {
    if (isTransient(error)) throw error;
    if (!isMissingPartition(error)) return commit(options, references, batch, writeIsolated);
    options.partitions.forget();
    await options.partitions.ensure(batch.messages);
    return commit(options, references, batch, writeIsolated);
  }
}

/**
 * Every transaction touches its tables in this order and its rows sorted, so that two workers wait for each other in one
 * direction only; the rows that many batches share, the latest values, are locked last and for the shortest time.
 */
async function commit(
  options: StoreOptions,
  references: References,
  batch: DecodedBatch,
  write: Write,
): Promise<StoreOutcome> {
  const committed = options.transactionSeconds.startTimer();
  const outcome = await options.db.transaction().execute(async (tx) => {
    const claimed = await claimBatch(tx, batch.id, toSubjects(references, batch.messages));
    if (!claimed) return { ...summarise([]), repeated: true };
    const outcomes = await write(tx, references, batch.messages);
    const letters = toDeadLetters(references, batch, outcomes);
    await recordDeadLetters(tx, letters, options.deadLettersPerGateway);
    const receipts = await writeReceipts(tx, batch, outcomes, claimed);
    const live = claimed.watched.size === 0 ? [] : toLive(references, outcomes, letters, claimed.watched);
    await appendLive(tx, live);
    await executeTogether(tx, [
      appendCounts(toLedger(references, batch, outcomes)),
      appendMarks(toMarks(outcomes)),
      moveLatest(newestPerSensor(outcomes)),
    ]);
    const news = {
      live: new Set(live.map(({ topic }) => topic)),
      complaints: new Set(letters.map(({ gatewayId }) => gatewayId)),
      receipts: new Set(receipts.map(({ gatewayId }) => gatewayId)),
      devices: new Set([...references.newHearers, ...registeredBy(outcomes)]),
    };
    return { ...summarise(outcomes), news };
  });
  committed();
  return outcome;
}

/** Gateways whose registrations changed something. */
function registeredBy(outcomes: readonly Outcome[]): string[] {
  return outcomes
    .filter(({ message, stored }) => message.registration && stored > 0)
    .map((one) => one.message.gatewayId);
}

async function writeReceipts(
  tx: Db,
  batch: DecodedBatch,
  outcomes: readonly Outcome[],
  { wantReceipts }: ClaimedBatch,
) {
  const receipts = wantReceipts.size === 0 ? [] : toReceipts(batch, outcomes, wantReceipts);
  await insertReceipts(tx, batch.id, receipts);
  return receipts;
}

/** Halves what fails until the poisonous message stands alone; the others are stored as if it had not been there. */
async function writeIsolated(tx: Db, references: References, messages: readonly DecodedMessage[]): Promise<Outcome[]> {
  const outcomes = await isolate(tx, references, messages);
  const poisoned = outcomes.filter(({ refusals }) => refusals.some(({ code }) => code === 'STORAGE_REFUSED'));
  const taken = outcomes.some(({ stored, duplicate }) => stored + duplicate > 0);
  if (new Set(poisoned.map(({ message }) => message.index)).size > 1 && !taken) {
    throw new Error(`the database refuses every message of the batch: ${poisoned[0]?.refusals[0]?.detail}`);
  }
  return outcomes;
}

async function isolate(tx: Db, references: References, messages: readonly DecodedMessage[]): Promise<Outcome[]> {
  try {
    await sql`SAVEPOINT part`.execute(tx);
    const outcomes = await writeRows(tx, references, messages);
    await sql`RELEASE SAVEPOINT part`.execute(tx);
    return outcomes;
  } catch (error) {
    if (!isDataFault(error)) throw error;
    await sql`ROLLBACK TO SAVEPOINT part`.execute(tx);
    const [message] = messages;
    if (message && messages.length === 1) return [poison(message, error as Error)];
    const half = messages.length >> 1;
    return [
      ...(await isolate(tx, references, messages.slice(0, half))),
      ...(await isolate(tx, references, messages.slice(half))),
    ];
  }
}

function poison(message: DecodedMessage, { message: reason }: Error): Outcome {
  const refusal = { code: 'STORAGE_REFUSED', path: '', detail: `the database refused the message: ${reason}` } as const;
  return { message, stored: 0, duplicate: 0, refusals: [...message.refusals, refusal], values: [], events: [] };
}

function newestPerSensor(outcomes: readonly Outcome[]): LatestValue[] {
  const newest = new Map<number, LatestValue>();
  for (const { values } of outcomes) {
    for (const { sensorId, recordedAt, receivedAt, value } of values) {
      const known = newest.get(sensorId);
      if (known && known.recordedAt >= recordedAt) continue;
      const [number, text] = typeof value === 'string' ? [null, value] : [Number(value), null];
      newest.set(sensorId, { sensorId, recordedAt, receivedAt, value: number, text });
    }
  }
  return [...newest.values()].sort((a, b) => a.sensorId - b.sensorId);
}

function summarise(outcomes: readonly Outcome[]): StoreOutcome {
  const codes = new Map<RefusalCode, number>();
  const total = { repeated: false, stored: 0, duplicate: 0, rejected: 0, codes, news: NO_NEWS };
  for (const { stored, duplicate, refusals } of outcomes) {
    total.stored += stored;
    total.duplicate += duplicate;
    total.rejected += refusals.length;
    for (const { code } of refusals) codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  return total;
}
