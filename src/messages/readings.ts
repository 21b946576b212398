import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { type RefusalCode, StepCloudError } from '../errors.ts';
import { named, withUnknown } from './fields.ts';
import {
  type Kind,
  type Message,
  NO_ROWS,
  type ReadingRow,
  type Refusal,
  type Rows,
  type Stamp,
  type TimeLimits,
  type Value,
} from './kind.ts';
import { countValues, isFields } from './payload.ts';
import { readPowerUp } from './power-up.ts';
import { asRefusal, escapePointer } from './refusals.ts';
import { MAX_LABELS, Readings } from './schemas/readings.ts';
import { readPoints, SERIES } from './series.ts';
import { STAMP } from './stamps.ts';
import { readLabel, readTime, readUp, readValue, requireKept } from './values.ts';

const unknown = Type.Optional(Type.Unknown());
/** Values of one moment. `ts` missing means the time of receipt. Values are judged one by one, so none spoils another. */
const Item = Type.Object({
  boot: unknown,
  sentUp: unknown,
  ts: unknown,
  up: unknown,
  values: Type.Record(Type.String(), Type.Unknown()),
});
/** Many moments, with the stamp that they share. */
const Listed = Type.Object({ boot: unknown, sentUp: unknown, readings: Type.Array(Type.Unknown(), { minItems: 1 }) });
/** Many moments of each label (series.ts). */
const Packed = Type.Object({ boot: unknown, sentUp: unknown, series: Type.Record(Type.String(), Type.Unknown()) });
const [isItem, isListed, isPacked] = [Compile(Item), Compile(Listed), Compile(Packed)];
const ITEM = named(...STAMP, 'ts', 'up', 'values');
const LISTED = named(...STAMP, 'readings');
const PACKED = named(...STAMP, 'series');
const POINTS = named(...SERIES);

/** A gateway reports values of one device: one moment, a list of moments, or whole series (docs/mqtt.md). */
export const readings: Kind = {
  name: 'readings',
  levels: ['devices', ':device', 'readings'],
  payload: Readings,
  eachStamp(payload, visit) {
    if (isFields(payload)) visit(payload);
    const items = isFields(payload) ? payload.readings : payload;
    if (Array.isArray(items)) for (const item of items) if (isFields(item)) visit(item);
  },
  rows(message, limits) {
    const { payload } = message;
    const rows: Draft = { ...NO_ROWS, readings: [], refusals: [] };
    if (attempt(rows, '', undefined, () => countValues(payload)) === undefined) return rows;
    const context = { rows, message, limits, around: isFields(payload) ? payload : undefined };
    if (Array.isArray(payload) && payload.length > 0) judgeList(payload, '', context);
    else if (isListed.Check(payload) && isOneForm(payload)) {
      noteUnknown(rows, payload, LISTED, '');
      judgeList(payload.readings, '/readings', context);
    } else if (isPacked.Check(payload) && isOneForm(payload)) {
      noteUnknown(rows, payload, PACKED, '');
      for (const [label, series] of Object.entries(payload.series)) judgeSeries(label, series, context);
    } else {
      if (isFields(payload)) noteUnknown(rows, payload, ITEM, '');
      judgeItem(payload, '', true, context);
    }
    return rows;
  },
};

interface Draft extends Rows {
  readings: ReadingRow[];
  refusals: Refusal[];
  unknownFields: readonly string[];
}

function noteUnknown(rows: Draft, object: object, known: ReadonlySet<string>, path: string): void {
  rows.unknownFields = withUnknown(rows.unknownFields, object, known, path);
}

interface Context {
  readonly rows: Draft;
  readonly message: Message;
  readonly limits: TimeLimits;
  /** The stamp of what is judged, where that has none of its own. */
  readonly around: Stamp | undefined;
}

function isOneForm(given: object): boolean {
  return Number('values' in given) + Number('readings' in given) + Number('series' in given) === 1;
}

/** Only the last item may leave out its time, or all of them would share the moment of receipt. */
function judgeList(items: readonly unknown[], path: string, context: Context): void {
  const anyPath = `${path}/*`;
  for (const [index, item] of items.entries()) {
    if (isFields(item)) noteUnknown(context.rows, item, ITEM, anyPath);
    judgeItem(item, `${path}/${index}`, index === items.length - 1, context);
  }
}

function judgeItem(given: unknown, path: string, last: boolean, { rows, message, limits, around }: Context): void {
  const item = withStamp(given, around);
  if (!isItem.Check(item) || !isOneForm(item)) {
    rows.refusals.push({
      code: 'PAYLOAD_INVALID',
      path,
      detail: 'readings are {"ts"?, "values": {label: value}}, a list of such, or {"series": {label: series}}',
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
  const { receivedAt } = message;
  const { ts, up } = item;
  const kept = limits.keptFrom?.readings;
  const recordedAt = attempt(rows, `${path}/${ts == null && up != null ? 'up' : 'ts'}`, item, () => {
    if (ts != null) return requireKept(readTime(ts, receivedAt, limits, readPowerUp(item, message)), kept);
    if (up != null) return requireKept(readUp(up, receivedAt, limits, readPowerUp(item, message)), kept);
    if (last) return requireKept(receivedAt, kept);
    throw new StepCloudError('TIME_UNKNOWN', 'only the last reading of a list may leave out its time');
  });
  if (recordedAt === undefined) return;
  for (const [label, value] of Object.entries(item.values)) {
    if (value === null) continue; // no value, by contract
    const at = `${path}/values/${escapePointer(label)}`;
    try {
      rows.readings.push({ label, recordedAt, value: readLabelled(label, value), path: at });
    } catch (error) {
      // With its time, which would be another one if the mended item had to take that of its receipt.
      refuse(rows, at, error, { ts: typeof ts === 'string' ? ts : recordedAt, values: single(label, value) });
    }
  }
}

/** The same as it would have to be sent alone. */
function withStamp(item: unknown, around: Stamp | undefined): unknown {
  if (around?.boot == null || !isFields(item) || item.boot != null) return item;
  return { boot: around.boot, sentUp: around.sentUp, ...item };
}

function readLabelled(label: string, value: unknown): Value {
  readLabel(label);
  return readValue(value);
}

function judgeSeries(label: string, series: unknown, { rows, message, limits, around }: Context): void {
  const path = `/series/${escapePointer(label)}`;
  const powerUp = around && readPowerUp(around, message);
  if (isFields(series)) noteUnknown(rows, series, POINTS, '/series/*');
  const alone = (one: unknown) => withStamp({ series: single(label, one) }, around);
  const points = attempt(rows, path, alone(series), () => {
    readLabel(label);
    return readPoints(series, powerUp !== undefined);
  });
  if (points === undefined) return;
  const { times, values } = points;
  const kept = limits.keptFrom?.readings;
  // Refused points leave as one series per reason, so that a long series of bad points is one dead letter, whole and
  // ready to be mended, and not thousands.
  const refused = new Map<RefusalCode, { detail: string; index: number; ts: unknown[]; values: unknown[] }>();
  for (const [index, given] of values.entries()) {
    if (given === null) continue;
    try {
      const recordedAt = requireKept(readTime(times[index], message.receivedAt, limits, powerUp), kept);
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
      item: alone({ ts, values: points }),
    });
  }
}

/** What `read` returns, or undefined after its refusal went into the rows. */
function attempt<T>(rows: Draft, path: string, item: unknown, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    refuse(rows, path, error, item);
    return undefined;
  }
}

function refuse(rows: Draft, path: string, error: unknown, item: unknown): void {
  const { code, message: detail } = asRefusal(error);
  rows.refusals.push({ code, path, detail, item });
}

/** An object with one key, also where the key is `__proto__`. */
function single(key: string, value: unknown): Record<string, unknown> {
  return Object.fromEntries([[key, value]]);
}
