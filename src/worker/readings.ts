import type { Db } from '../db/database.ts';
import { insertReadings, insertTextReadings, type StoredReading } from '../db/readings.ts';
import type { ReadingRow, Refusal, Value } from '../messages/kind.ts';
import type { Accepted, Outcome } from './outcome.ts';
import { typeOf } from './references.ts';

/** A value on its way into a table, and the message that brought it. */
interface Candidate<V> extends StoredReading<V> {
  readonly row: ReadingRow;
  readonly outcome: Outcome;
}

type Insert<V> = (tx: Db, rows: readonly Candidate<V>[]) => Promise<Map<number, V>>;

/** Writes the readings of these messages and notes in their outcomes what became of them. */
export async function writeReadings(tx: Db, accepted: readonly Accepted[]): Promise<void> {
  const numbers: Candidate<number>[] = [];
  const texts: Candidate<string>[] = [];
  for (const one of accepted) collect(one, numbers, texts);
  await insertNew(tx, numbers, insertReadings);
  await insertNew(tx, texts, insertTextReadings);
}

function collect({ outcome, device }: Accepted, numbers: Candidate<number>[], texts: Candidate<string>[]): void {
  const { readings, receivedAt } = outcome.message;
  for (const row of readings) {
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
    const common = { sensorId: sensor.id, recordedAt, receivedAt, row, outcome };
    if (typeof value === 'string') texts.push({ ...common, value });
    else numbers.push({ ...common, value: Number(value) });
  }
}

/**
 * Inserts each (sensor, time) once: the first that brings it. What is in the table then decides about the others: the same
 * value again is a duplicate, another one a conflict.
 */
async function insertNew<V extends Value>(tx: Db, candidates: Candidate<V>[], insert: Insert<V>): Promise<void> {
  candidates.sort((a, b) => a.sensorId - b.sensorId || a.recordedAt - b.recordedAt); // stable: the first stays first
  const rows: Candidate<V>[] = [];
  for (const candidate of candidates) {
    const last = rows.at(-1);
    if (last?.sensorId !== candidate.sensorId || last.recordedAt !== candidate.recordedAt) rows.push(candidate);
  }
  const present = await insert(tx, rows);
  let index = -1;
  for (const candidate of candidates) {
    if (candidate === rows[index + 1]) index++;
    const first = rows[index] as Candidate<V>;
    const before = present.get(index);
    if (candidate === first && before === undefined) note(candidate);
    else settle(candidate, before ?? first.value);
  }
}

function note(candidate: Candidate<Value>): void {
  candidate.outcome.stored++;
  candidate.outcome.values.push(candidate);
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
