import type { Db } from '../db/database.ts';
import {
  type AlreadyThere,
  type EventPlace,
  type EventSensor,
  findOtherUnits,
  insertEventLogs,
  insertEventSensors,
  insertEventSettings,
  insertEvents,
  type StoredEvent,
} from '../db/events.ts';
import type { EventPart, EventRow } from '../messages/kind.ts';
import { refuseUnit } from '../messages/refusals.ts';
import type { Accepted, Outcome } from './outcome.ts';

/** An event on its way into its table, and the message that brought it. */
interface Candidate extends StoredEvent {
  readonly row: EventRow;
  readonly message: Outcome;
  /** Whether the database has something of it since now. */
  isNews: boolean;
}

type PartCandidate<Columns> = EventPart<Columns> & EventPlace & { readonly event: Candidate };

/** What became of a row: it is new, or its key was taken before, by the same content or by other. */
type Verdict = 'new' | 'same' | 'other';

/**
 * Writes the events of these messages and notes in their outcomes what became of them. First the heads; an event whose
 * head is stored, now or before, then gets the parts that it does not have yet. What is stored never changes: a head or
 * part of other content under the same key is a conflict.
 */
export async function writeEvents(tx: Db, accepted: readonly Accepted[]): Promise<void> {
  const candidates = accepted.flatMap(toCandidates);
  if (candidates.length === 0) return;
  const verdicts = await insertOnce(tx, candidates, ({ deviceId, id }) => `${deviceId} ${id}`, insertEvents);
  for (const [event, verdict] of verdicts) {
    event.isNews = verdict === 'new';
    if (verdict === 'other') {
      const detail = `another event is stored under the id ${event.id}`;
      event.message.refusals.push({ code: 'EVENT_CONFLICT', path: '', detail });
    }
  }
  const present = candidates.filter((event) => verdicts.get(event) !== 'other');
  const sensors = partsOf(present, (row) => row.sensors);
  const logs = partsOf(present, (row) => row.logs);
  const settings = partsOf(present, (row) => row.settings);
  await writeParts(tx, await withoutOtherUnits(tx, sensors), keyOf, insertEventSensors);
  await writeParts(tx, logs, (log) => `${keyOf(log)} ${log.level}`, insertEventLogs);
  await writeParts(tx, settings, keyOf, insertEventSettings);
  for (const { message, isNews, id, type, outcome, recordedAt } of present) {
    if (isNews) message.events.push({ id, type, outcome, recordedAt });
    if (isNews) message.stored++;
    else message.duplicate++;
  }
}

function toCandidates({ outcome, device }: Accepted): Candidate[] {
  const { events, gatewayId, receivedAt } = outcome.message;
  return events.map((row) => ({
    ...row,
    row,
    deviceId: device.id,
    gatewayId,
    receivedAt,
    message: outcome,
    isNews: false,
  }));
}

/** The parts of one sort of these events, each with its place. */
function partsOf<Columns>(
  events: readonly Candidate[],
  listOf: (row: EventRow) => readonly EventPart<Columns>[],
): PartCandidate<Columns>[] {
  return events.flatMap((event) => {
    const place = { deviceId: event.deviceId, eventId: event.id, recordedAt: event.recordedAt, event };
    return listOf(event.row).map((part) => ({ ...part, ...place }));
  });
}

/** Refuses the sensors that name another unit than their device has declared, and returns the others. */
async function withoutOtherUnits(tx: Db, sensors: readonly PartCandidate<EventSensor>[]) {
  const others = await findOtherUnits(tx, sensors);
  for (const [sensor, unit] of others) sensor.event.message.refusals.push(refuseUnit(sensor, unit));
  return sensors.filter((sensor) => !others.has(sensor));
}

async function writeParts<Columns extends { readonly label: string; readonly hash: Buffer }>(
  tx: Db,
  candidates: readonly PartCandidate<Columns>[],
  keyOf: (part: PartCandidate<Columns>) => string,
  insert: (tx: Db, rows: readonly PartCandidate<Columns>[]) => Promise<AlreadyThere>,
): Promise<void> {
  for (const [{ event, label, path, item }, verdict] of await insertOnce(tx, candidates, keyOf, insert)) {
    if (verdict === 'new') event.isNews = true;
    if (verdict !== 'other') continue;
    const detail = `the event has another ${JSON.stringify(label)} already`;
    event.message.refusals.push({ code: 'EVENT_CONFLICT', path, detail, item });
  }
}

function keyOf({ deviceId, eventId, label }: EventPlace & { readonly label: string }): string {
  return `${deviceId} ${eventId} ${label}`;
}

/** Inserts each key once; of several candidates with the same key the first is tried. */
async function insertOnce<Row extends { readonly hash: Buffer }>(
  tx: Db,
  candidates: readonly Row[],
  keyOf: (row: Row) => string,
  insert: (tx: Db, rows: readonly Row[]) => Promise<AlreadyThere>,
): Promise<Map<Row, Verdict>> {
  const firsts = new Map<string, Row>();
  for (const candidate of candidates) {
    const key = keyOf(candidate);
    if (!firsts.has(key)) firsts.set(key, candidate);
  }
  const rows = [...firsts].sort(([a], [b]) => (a < b ? -1 : 1));
  const before = await insert(
    tx,
    rows.map(([, row]) => row),
  );
  const news = new Set(rows.filter((_, index) => !before.has(index)).map(([, row]) => row));
  const stays = new Map(rows.map(([key, row], index) => [key, before.get(index) ?? row.hash]));
  const judge = (row: Row): Verdict => {
    if (news.has(row)) return 'new';
    return stays.get(keyOf(row))?.equals(row.hash) ? 'same' : 'other';
  };
  return new Map(candidates.map((candidate) => [candidate, judge(candidate)]));
}
