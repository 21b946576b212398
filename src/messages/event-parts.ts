import { createHash } from 'node:crypto';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { EventLog, EventLogData, EventSensor, EventSeries, EventSetting } from '../db/events.ts';
import { named, type UnknownFields } from './fields.ts';
import { packNumbers } from './packed-numbers.ts';
import { at, escapePointer, Fault, faultAt } from './refusals.ts';
import { LOG_LEVELS, SENSOR_KINDS } from './schemas/events.ts';
import { readPoints, SERIES } from './series.ts';
import {
  MAX_TEXT_CHARACTERS,
  oneOf,
  readName,
  readText,
  readUnit,
  readValue,
  textOf,
  VISUALIZATIONS,
} from './values.ts';

const MAX_SETTING_VALUES = 10_000;
const MAX_SETTING_CHARACTERS = 64 * 1024;

const field = Type.Optional(Type.Unknown());
const isSensor = Compile(
  Type.Object({ label: field, unit: field, kind: field, visualization: field, value: field, x: field }),
);
const isAxis = Compile(Type.Object({ label: field, unit: field, values: Type.Array(Type.Unknown()) }));
const isLog = Compile(Type.Object({ label: field, level: field, data: field }));
const isSetting = Compile(Type.Object({ label: field, data: Type.Unknown() }));
const isColumns = Compile(
  Type.Object({
    time: Type.Optional(Type.Array(Type.Unknown())),
    label: Type.Optional(Type.Array(Type.Unknown())),
    content: Type.Array(Type.Unknown()),
  }),
);

const SENSOR = named('label', 'unit', 'kind', 'visualization', 'value', 'x', ...SERIES);
const AXIS = named('label', 'unit', 'values');
const LOG = named('label', 'level', 'data');
const COLUMNS = named('time', 'label', 'content');
const SETTING = named('label', 'data');

export interface PartContext {
  /** Epoch milliseconds; throws as `readTime` does. */
  readonly readAt: (time: unknown) => number;
  /** Whether small numbers are times since power-up. */
  readonly counted: boolean;
  /** What the event may still hold. */
  readonly left: { numbers: number; lines: number; characters: number };
  readonly unknown: UnknownFields;
}

/** Undefined for a sensor whose value is null: no value, by contract. Throws a refusal, as all of these do. */
export function readSensor(given: unknown, context: PartContext): Omit<EventSensor, 'position'> | undefined {
  if (!isSensor.Check(given)) throw new Fault('PAYLOAD_INVALID', 'a sensor is {label, kind, ...}');
  context.unknown.note(given, SENSOR, '/sensors/*');
  const label = at('/label', () => readName(given.label));
  const unit = at('/unit', () => readUnit(given.unit));
  const kind = at('/kind', () => oneOf(SENSOR_KINDS, given.kind));
  const visualization = at('/visualization', () => oneOf(VISUALIZATIONS, given.visualization ?? 'default'));
  const sensor = { label, unit, kind, visualization };
  if (kind === 'timeseries') {
    const { series, numbers } = readSeries(given, context);
    const axis = series.x && [series.x.label, series.x.unit];
    return { ...sensor, value: null, series, hash: hashOf('sensor', [sensor, axis], ...numbers) };
  }
  if (given.x != null) throw new Fault('PAYLOAD_INVALID', 'only a timeseries has an x', '/x');
  if (given.value === null) return undefined;
  const value = at('/value', () => readValue(given.value));
  return { ...sensor, value, series: null, hash: hashOf('sensor', [sensor, value]) };
}

/** The series of a sensor, packed, and the same numbers as they are. Points whose value is null are left out. */
function readSeries(
  given: { readonly x?: unknown },
  { readAt, counted, left, unknown }: PartContext,
): { series: EventSeries; numbers: Float64Array[] } {
  const points = readPoints(given, counted);
  const axis = given.x == null ? undefined : at('/x', () => readAxis(given.x, points.values.length, unknown));
  const numbers = points.values.length * (axis ? 2 : 1);
  if (numbers > left.numbers) {
    throw new Fault('PAYLOAD_TOO_LARGE', `the series of the event may have ${left.numbers} more values`, '/values');
  }
  left.numbers -= numbers;
  const times: number[] = [];
  const values: number[] = [];
  const xs: number[] = [];
  for (const [index, value] of points.values.entries()) {
    if (value === null) continue;
    let list = '/values';
    try {
      times.push(readAt(points.times[index]));
      values.push(readNumber(value));
      if (!axis) continue;
      list = '/x/values';
      xs.push(readNumber(axis.values[index]));
    } catch (error) {
      throw faultAt(`${list}/${index}`, error);
    }
  }
  const x = axis ? { label: axis.label, unit: axis.unit, values: packNumbers(xs) } : null;
  const series = { times: packNumbers(times), values: packNumbers(values), x, ...summarise(values) };
  return { series, numbers: [times, values, xs].map((column) => Float64Array.from(column)) };
}

function readAxis(given: unknown, length: number, unknown: UnknownFields) {
  if (!isAxis.Check(given)) throw new Fault('PAYLOAD_INVALID', 'an x is {label, unit, values}');
  unknown.note(given, AXIS, '/sensors/*/x');
  const { values } = given;
  if (values.length !== length) {
    throw new Fault('PAYLOAD_INVALID', `x has ${values.length} values and the series ${length}`, '/values');
  }
  const label = at('/label', () => readName(given.label));
  return { label, unit: at('/unit', () => readUnit(given.unit)), values };
}

function summarise(values: readonly number[]): Pick<EventSeries, 'count' | 'min' | 'max' | 'mean'> {
  if (values.length === 0) return { count: 0, min: null, max: null, mean: null };
  let [min, max, sum, scaled] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    scaled += value / values.length;
  }
  // The sum of very large numbers is beyond what a double can hold; their mean is not.
  const mean = Number.isFinite(sum) ? sum / values.length : scaled;
  return { count: values.length, min, max, mean: Math.min(max, Math.max(min, mean)) };
}

export function readLog(given: unknown, { readAt, left, unknown }: PartContext): Omit<EventLog, 'position'> {
  if (!isLog.Check(given)) throw new Fault('PAYLOAD_INVALID', 'a log is {label, level, data}');
  unknown.note(given, LOG, '/logs/*');
  if (isColumns.Check(given.data)) unknown.note(given.data, COLUMNS, '/logs/*/data');
  const label = at('/label', () => readName(given.label));
  const level = at('/level', () => oneOf(LOG_LEVELS, given.level));
  const data = at('/data', () => readLogData(given.data, readAt));
  const characters = data.content.reduce((sum, text) => sum + text.length, 0);
  if (data.content.length > left.lines || characters > left.characters) {
    const detail = `the logs of the event may have ${left.lines} more entries and ${left.characters} more characters`;
    throw new Fault('PAYLOAD_TOO_LARGE', detail, '/data');
  }
  left.lines -= data.content.length;
  left.characters -= characters;
  return { label, level, data, hash: hashOf('log', [level, label, data]) };
}

/** A text is its lines, a list its entries, and columns stay such. Entries without content are left out. */
function readLogData(given: unknown, readAt: (time: unknown) => number): EventLogData {
  if (typeof given === 'string') return { content: splitLines(readLogText(given)) };
  if (Array.isArray(given)) {
    const kept = keepGiven(given, given, '');
    return { content: kept.map(({ value, path }) => at(path, () => readLogText(value))) };
  }
  if (!isColumns.Check(given)) {
    throw new Fault('PAYLOAD_INVALID', 'the data of a log are a text, a list of lines, or {time, label, content}');
  }
  const { content } = given;
  const column = <T>(name: 'time' | 'label' | 'content', read: (value: unknown) => T): (T | null)[] =>
    keepGiven(given[name] ?? [], content, `/${name}`).map(({ value, path }) =>
      value == null ? null : at(path, () => read(value)),
    );
  return {
    ...(given.time && { time: column('time', readAt) }),
    ...(given.label && { label: column('label', (label) => readText(textOf(label), MAX_TEXT_CHARACTERS)) }),
    content: column('content', readLogText) as string[],
  };
}

/** The entries of a column that stand beside a content, each with its place. */
function keepGiven(column: readonly unknown[], content: readonly unknown[], path: string) {
  if (column.length !== content.length) {
    throw new Fault('PAYLOAD_INVALID', `has ${column.length} entries and content ${content.length}`, path);
  }
  return column
    .map((value, index) => ({ value, path: `${path}/${index}`, given: content[index] !== null }))
    .filter(({ given }) => given);
}

function splitLines(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function readLogText(given: unknown): string {
  return readText(textOf(given), Number.POSITIVE_INFINITY);
}

export function readSetting(given: unknown, { unknown }: PartContext): Omit<EventSetting, 'position'> {
  if (!isSetting.Check(given)) throw new Fault('PAYLOAD_INVALID', 'a setting is {label, data}');
  unknown.note(given, SETTING, '/settings/*');
  const label = at('/label', () => readName(given.label));
  const data = at('/data', () => {
    const data = readJson(given.data, { values: MAX_SETTING_VALUES });
    const { length } = JSON.stringify(data);
    if (length > MAX_SETTING_CHARACTERS) {
      throw new Fault('PAYLOAD_TOO_LARGE', `${length} characters of JSON; ${MAX_SETTING_CHARACTERS} are allowed`);
    }
    return data;
  });
  return { label, data, hash: hashOf('setting', [label, data]) };
}

/** A JSON value that can be stored, its names in order, so that the same value is the same text. */
function readJson(given: unknown, left: { values: number }): unknown {
  if (left.values-- === 0)
    throw new Fault('PAYLOAD_TOO_LARGE', `more than ${MAX_SETTING_VALUES} values in one setting`);
  if (Array.isArray(given)) return given.map((entry, index) => at(`/${index}`, () => readJson(entry, left)));
  if (typeof given === 'object' && given !== null) {
    const entries = Object.entries(given).map(([name, value]): [string, unknown] =>
      at(`/${escapePointer(name)}`, () => [readText(name, MAX_SETTING_CHARACTERS), readJson(value, left)]),
    );
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  if (typeof given === 'string') return readText(given, MAX_SETTING_CHARACTERS);
  return given === null ? null : readValue(given);
}

function readNumber(given: unknown): number {
  if (typeof given !== 'number') throw new Fault('PAYLOAD_INVALID', 'a series has numbers, and null where it has none');
  return readValue(given) as number;
}

/** A hash of what something is, in its normal form: the same for the same content, whatever release makes it. */
export function hashOf(what: string, content: unknown, ...numbers: readonly Float64Array[]): Buffer {
  const hash = createHash('sha256').update(`${what}\n${JSON.stringify(content)}\n`);
  for (const column of numbers) hash.update(new BigUint64Array([BigInt(column.length)])).update(column);
  return hash.digest().subarray(0, 16);
}
