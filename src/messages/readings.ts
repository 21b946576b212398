import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { type RefusalCode, StepCloudError } from '../errors.ts';
import {
  type Kind,
  type Message,
  NO_ROWS,
  type ReadingRow,
  type Refusal,
  type Rows,
  type TimeLimits,
  type Value,
} from './kind.ts';
import { countValues } from './payload.ts';
import { asRefusal, escapePointer } from './refusals.ts';
import { MAX_LABELS, Readings } from './schemas/readings.ts';
import { readPoints } from './series.ts';
import { readLabel, readTime, readValue } from './values.ts';

/** Values of one moment. `ts` missing means the time of receipt. Values are judged one by one, so none spoils another. */
const Item = Type.Object({ ts: Type.Optional(Type.Unknown()), values: Type.Record(Type.String(), Type.Unknown()) });
/** Many moments of each label (series.ts). */
const Packed = Type.Object({ series: Type.Record(Type.String(), Type.Unknown()) });
const [isItem, isPacked] = [Compile(Item), Compile(Packed)];

/** A gateway reports values of one device: one moment, a list of moments, or whole series (docs/mqtt.md). */
export const readings: Kind = {
  name: 'readings',
  levels: ['devices', ':device', 'readings'],
  payload: Readings,
  rows(message, limits) {
    const rows: Draft = { ...NO_ROWS, readings: [], refusals: [] };
    const { payload } = message;
    if (attempt(rows, '', undefined, () => countValues(payload)) === undefined) return rows;
    if (Array.isArray(payload) && payload.length > 0) {
      for (const [index, item] of payload.entries()) {
        judgeItem(rows, item, `/${index}`, index === payload.length - 1, message, limits);
      }
    } else if (isPacked.Check(payload) && !('values' in payload)) {
      for (const [label, series] of Object.entries(payload.series)) judgeSeries(rows, label, series, message, limits);
    } else {
      judgeItem(rows, payload, '', true, message, limits);
    }
    return rows;
  },
};

interface Draft extends Rows {
  readings: ReadingRow[];
  refusals: Refusal[];
}

/** `last`: only the last item of a list may leave out its time, or all of them would share the moment of receipt. */
function judgeItem(
  rows: Draft,
  item: unknown,
  path: string,
  last: boolean,
  { receivedAt }: Message,
  limits: TimeLimits,
): void {
  if (!isItem.Check(item) || 'series' in item) {
    rows.refusals.push({
      code: 'PAYLOAD_INVALID',
      path,
      detail: 'a reading is {"ts"?, "values": {label: value}} or {"series": {label: series}}',
      item,
    });
    return;
  }
  if (Object.keys(item.values).length > MAX_LABELS) {
    rows.refusals.push({
      code: 'PAYLOAD_TOO_LARGE',
      path,
      detail: `more than ${MAX_LABELS} labels in one reading`,
      item,
    });
    return;
  }
  const recordedAt = attempt(rows, `${path}/ts`, item, () => {
    if (item.ts != null) return readTime(item.ts, receivedAt, limits);
    if ('up' in item) throw new StepCloudError('TIME_UNKNOWN', 'times since power-up are not understood yet: send ts');
    if (last) return receivedAt;
    throw new StepCloudError('TIME_UNKNOWN', 'only the last reading of a list may leave out its time');
  });
  if (recordedAt === undefined) return;
  for (const [label, given] of Object.entries(item.values)) {
    if (given === null) continue; // no value, by contract
    const at = `${path}/values/${escapePointer(label)}`;
    // With its time, which would be another one if the mended item had to take that of its receipt.
    const alone = { ts: item.ts ?? recordedAt, values: single(label, given) };
    const value = attempt(rows, at, alone, () => readLabelled(label, given));
    if (value !== undefined) rows.readings.push({ label, recordedAt, value, path: at });
  }
}

function readLabelled(label: string, value: unknown): Value {
  readLabel(label);
  return readValue(value);
}

function judgeSeries(rows: Draft, label: string, series: unknown, { receivedAt }: Message, limits: TimeLimits): void {
  const path = `/series/${escapePointer(label)}`;
  const item = { series: single(label, series) };
  const points = attempt(rows, path, item, () => {
    readLabel(label);
    return readPoints(series);
  });
  if (points === undefined) return;
  const { times, values } = points;
  // Refused points leave as one series per reason, so that a long series of bad points is one dead letter, whole and
  // ready to be mended, and not thousands.
  const refused = new Map<RefusalCode, { detail: string; index: number; ts: unknown[]; values: unknown[] }>();
  for (const [index, given] of values.entries()) {
    if (given === null) continue;
    try {
      const recordedAt = readTime(times[index], receivedAt, limits);
      rows.readings.push({ label, recordedAt, value: readValue(given), path: `${path}/values/${index}` });
    } catch (error) {
      const { code, message } = asRefusal(error);
      const group = refused.get(code) ?? { detail: message, index, ts: [], values: [] };
      refused.set(code, group);
      group.ts.push(times[index]);
      group.values.push(given);
    }
  }
  for (const [code, { detail, index, ts, values: points }] of refused) {
    const also = points.length > 1 ? ` (and ${points.length - 1} more points)` : '';
    rows.refusals.push({
      code,
      path: `${path}/values/${index}`,
      detail: detail + also,
      item: { series: single(label, { ts, values: points }) },
    });
  }
}

/** What `read` returns, or undefined after its refusal went into the rows. */
function attempt<T>(rows: Draft, path: string, item: unknown, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    const { code, message } = asRefusal(error);
    rows.refusals.push({ code, path, detail: message, item });
    return undefined;
  }
}

/** An object with one key, also where the key is `__proto__`. */
function single(key: string, value: unknown): Record<string, unknown> {
  return Object.fromEntries([[key, value]]);
}
