import type { Zone } from './zone.ts';

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];
/** The mean one of the Gregorian calendar. */
const YEAR = 365.2425 * DAY;
/** 1970-01-05, a Monday, as clock time. */
const MONDAY = 4 * DAY;

/** Rows of buckets of one width: where the one begins that holds a clock time, and where the next one does. */
interface Calendar {
  begin(clockTime: number): number;
  next(begin: number): number;
}

interface Width {
  /** Buckets are about so long. */
  readonly length: number;
  /** Of buckets that begin where clocks show a certain time; the others are as long as they are, whatever clocks show. */
  readonly calendar?: Calendar;
}

const every = (length: number, phase = 0): Calendar => ({
  begin: (clockTime) => Math.floor((clockTime - phase) / length) * length + phase,
  next: (begin) => begin + length,
});

const everyMonths = (months: number): Calendar => ({
  begin(clockTime) {
    const date = new Date(clockTime);
    date.setUTCMonth(date.getUTCMonth() - (date.getUTCMonth() % months), 1);
    return date.setUTCHours(0, 0, 0, 0);
  },
  next(begin) {
    const date = new Date(begin);
    return date.setUTCMonth(date.getUTCMonth() + months);
  },
});

const even = (unit: string, length: number, counts: readonly number[]) =>
  counts.map((count): [string, Width] => [`${count}${unit}`, { length: count * length }]);

const WIDTHS: ReadonlyMap<string, Width> = new Map<string, Width>([
  ...even('s', SECOND, [1, 2, 5, 10, 15, 30]),
  ...even('m', MINUTE, [1, 2, 5, 10, 15, 20, 30]),
  ...even('h', HOUR, [1]),
  ...[2, 3, 4, 6, 8, 12].map((hours): [string, Width] => [
    `${hours}h`,
    { length: hours * HOUR, calendar: every(hours * HOUR) },
  ]),
  ['1d', { length: DAY, calendar: every(DAY) }],
  ['1w', { length: 7 * DAY, calendar: every(7 * DAY, MONDAY) }],
  ['1mo', { length: YEAR / 12, calendar: everyMonths(1) }],
  ['3mo', { length: YEAR / 4, calendar: everyMonths(3) }],
  ['1y', { length: YEAR, calendar: everyMonths(12) }],
]);

export const WIDTH_NAMES = [...WIDTHS.keys()];

/** Consecutive buckets of one width that hold a span, given by their edges in epoch milliseconds. */
export interface Grid {
  readonly width: string;
  readonly edges: readonly number[];
}

/** The span [from, to) in whole buckets; undefined when there are more of them than `most`. */
export function makeGrid(zone: Zone, width: string, from: number, to: number, most: number): Grid | undefined {
  const { length, calendar } = WIDTHS.get(width) as Width;
  if (from >= to) return { width, edges: [] };
  if ((to - from) / length > most + 2) return undefined;
  const edges = calendar ? calendarEdges(zone, calendar, from, to) : evenEdges(zone, length, from, to);
  const first = edges.findLastIndex((edge) => edge <= from);
  const own = edges.slice(first);
  return own.length - 1 > most ? undefined : { width, edges: own };
}

/** The finest grid with so many buckets at most; undefined when there is none. */
export function finestGrid(zone: Zone, from: number, to: number, most: number): Grid | undefined {
  for (const width of WIDTHS.keys()) {
    const grid = makeGrid(zone, width, from, to, most);
    if (grid) return grid;
  }
  return undefined;
}

/** Where clocks show the begin of a bucket for the first time. One that they skip has no length, and is left out. */
function calendarEdges(zone: Zone, { begin, next }: Calendar, from: number, to: number): number[] {
  const edges: number[] = [];
  for (let clockTime = begin(from + zone.offsetAt(from)); (edges.at(-1) ?? from) < to; ) {
    const edge = zone.firstMoment(clockTime);
    if (edge !== edges.at(-1)) edges.push(edge);
    clockTime = next(clockTime);
  }
  return edges;
}

/** Where clocks show a multiple of the length, each time that they show it, and where they are changed. */
function evenEdges(zone: Zone, length: number, from: number, to: number): number[] {
  const edges: number[] = [];
  const [begin, end] = [from - length, to + length];
  const changes = zone.changesWithin(begin, end);
  for (const [index, start] of [begin, ...changes].entries()) {
    const offset = zone.offsetAt(start);
    if (index > 0) edges.push(start);
    const stop = changes[index] ?? end;
    for (let at = Math.floor((start + offset) / length + 1) * length - offset; at < stop; at += length) edges.push(at);
  }
  return edges.slice(0, edges.findIndex((edge) => edge >= to) + 1);
}
