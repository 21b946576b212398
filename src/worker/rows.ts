import type { Db } from '../db/database.ts';
import { insertReadings, insertTextReadings, type StoredReading } from '../db/readings.ts';
import type { ReadingRow, Refusal, Value } from '../messages/kind.ts';
import type { DecodedMessage } from './decode.ts';
import { type References, typeOf } from './references.ts';

/** What became of one message. */
export interface Outcome {
  readonly message: DecodedMessage;
  /** Values that are in the database since now. */
  readonly stored: Candidate<Value>[];
  /** Items that were there before, with the same value. */
  duplicate: number;
  readonly refusals: Refusal[];
}

/** A value on its way into a table, and the message that brought it. */
export interface Candidate<V> extends StoredReading<V> {
  readonly row: ReadingRow;
  readonly outcome: Outcome;
}

type Insert<V> = (tx: Db, rows: readonly Candidate<V>[]) => Promise<Map<number, V>>;

/** Writes what the messages come to, each table once, and says what became of every message. */
export async function writeRows(
  tx: Db,
  references: References,
  messages: readonly DecodedMessage[],
): Promise<Outcome[]> {
  const outcomes = messages.map(
    (message): Outcome => ({ message, stored: [], duplicate: 0, refusals: [...message.refusals] }),
  );
  const numbers: Candidate<number>[] = [];
  const texts: Candidate<string>[] = [];
  for (const outcome of outcomes) collect(references, outcome, numbers, texts);
  await insertNew(tx, numbers, insertReadings);
  await insertNew(tx, texts, insertTextReadings);
  return outcomes;
}

function collect(
  references: References,
  outcome: Outcome,
  numbers: Candidate<number>[],
  texts: Candidate<string>[],
): void {
  const { message } = outcome;
  if (message.readings.length === 0) return;
  const device = references.device(message);
  if ('refused' in device) {
    outcome.refusals.push({ code: device.refused, path: '', detail: device.detail });
    return;
  }
  for (const row of message.readings) {
    const { label, recordedAt, value } = row;
    const sensor = device.sensors.get(label);
    if (!sensor) {
      refuse(outcome, row, 'SENSOR_LIMIT', 'the device has as many sensors as it may have');
      continue;
    }
    if (sensor.valueType !== typeOf(value)) {
      refuse(outcome, row, 'TYPE_MISMATCH', `the sensor has values of type ${sensor.valueType}, not ${typeOf(value)}`);
      continue;
    }
    const common = { sensorId: sensor.id, recordedAt, receivedAt: message.receivedAt, row, outcome };
    if (typeof value === 'string') texts.push({ ...common, value });
    else numbers.push({ ...common, value: Number(value) });
  }
}

/** Inserts each (sensor, time) once; the same value again is a duplicate, another value a conflict. The first one stays. */
async function insertNew<V extends Value>(tx: Db, candidates: Candidate<V>[], insert: Insert<V>): Promise<void> {
  candidates.sort((a, b) => a.sensorId - b.sensorId || a.recordedAt - b.recordedAt); // stable: the first stays first
  const rows: Candidate<V>[] = [];
  for (const candidate of candidates) {
    const first = rows.at(-1);
    const again = first?.sensorId === candidate.sensorId && first.recordedAt === candidate.recordedAt;
    if (again) settle(candidate, first.value);
    else rows.push(candidate);
  }
  const present = await insert(tx, rows);
  for (const [index, candidate] of rows.entries()) {
    const value = present.get(index);
    if (value === undefined) candidate.outcome.stored.push(candidate);
    else settle(candidate, value);
  }
}

function settle<V extends Value>({ row, value, outcome }: Candidate<V>, stays: V): void {
  if (stays === value) outcome.duplicate++;
  else refuse(outcome, row, 'VALUE_CONFLICT', `${JSON.stringify(stays)} is stored for this time already`);
}

function refuse(
  outcome: Outcome,
  { label, recordedAt, value, path }: ReadingRow,
  code: Refusal['code'],
  detail: string,
): void {
  outcome.refusals.push({ code, path, detail, item: { ts: recordedAt, values: Object.fromEntries([[label, value]]) } });
}
