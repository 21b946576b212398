import { DAY, DENSE_DAY, DENSE_HOUR, floorTo, HOUR, MINUTE } from './rollups.ts';

export type Source = 'reading' | 'reading_text' | 'rollup_minute' | 'rollup_hour' | 'rollup_day';

/** What one bucket takes from one table. Epoch milliseconds, without the end. */
export interface Piece {
  readonly source: Source;
  /** Which bucket. */
  readonly index: number;
  readonly from: number;
  to: number;
}

/** What is known of the rollups of a sensor. Times are epoch milliseconds. */
export interface Known {
  /** Days with a rollup, and the readings it tells of. */
  readonly days: ReadonlyMap<number, number>;
  /** The same of the hours that an edge cuts. */
  readonly hours: ReadonlyMap<number, number>;
  /** Hours whose rollups, and those of their days, do not tell all. */
  readonly due: ReadonlySet<number>;
  /** Readings before this time may be gone. */
  readonly readingsFrom: number;
  /** Rollups before this time may be gone. */
  readonly rollupsFrom: number;
}

export interface Plan {
  /** In the order of time. */
  readonly pieces: readonly Piece[];
  /** Buckets that would need readings that may be gone. */
  readonly inexact: ReadonlySet<number>;
}

/**
 * Covers buckets by the coarsest rollups that tell exactly what is in them, and by readings where there are none: at edges
 * within a minute, in hours that are due, and where readings are as few as rollups would be.
 */
export function planPieces(edges: readonly number[], known: Known): Plan {
  const pieces: Piece[] = [];
  const inexact = new Set<number>();
  const dueDays = new Set([...known.due].map((hour) => floorTo(hour, DAY)));

  /** What lies between two pieces is empty, so that one may reach over it. */
  function take(source: Source, index: number, from: number, to: number): void {
    if (from >= to) return;
    const last = pieces.at(-1);
    if (last?.source === source && last.index === index) last.to = to;
    else pieces.push({ source, index, from, to });
  }

  /** Readings; where they are gone, the rollup that a bucket has the middle of is all that is left of them. */
  function takeReadings(index: number, from: number, to: number, rest?: Piece): void {
    if (from >= to) return;
    if (from < known.readingsFrom) inexact.add(index);
    if (to > known.readingsFrom) take('reading', index, Math.max(from, known.readingsFrom), to);
    else if (rest && from <= middle(rest) && middle(rest) < to) take(rest.source, index, rest.from, rest.to);
  }

  function takeDay(index: number, day: number, from: number, to: number): void {
    const [count, isDue] = [known.days.get(day), dueDays.has(day)];
    if (day < known.rollupsFrom) return takeReadings(index, from, to);
    if (count === undefined && !isDue) return;
    if (to - from === DAY && !isDue) return take('rollup_day', index, from, to);
    if ((count ?? 0) < DENSE_DAY) {
      return takeReadings(index, from, to, { source: 'rollup_day', index, from: day, to: day + DAY });
    }
    for (const [hour, start, end] of units(from, to, HOUR)) takeHour(index, hour, start, end);
  }

  function takeHour(index: number, hour: number, from: number, to: number): void {
    if (known.due.has(hour)) return takeReadings(index, from, to);
    if (to - from === HOUR) return take('rollup_hour', index, from, to);
    const count = known.hours.get(hour);
    if (count === undefined) return;
    if (count < DENSE_HOUR) {
      return takeReadings(index, from, to, { source: 'rollup_hour', index, from: hour, to: hour + HOUR });
    }
    const [first, last] = [Math.ceil(from / MINUTE) * MINUTE, floorTo(to, MINUTE)];
    if (first > last) return takeMinute(index, from, to);
    takeMinute(index, from, first);
    take('rollup_minute', index, first, last);
    takeMinute(index, last, to);
  }

  function takeMinute(index: number, from: number, to: number): void {
    const minute = floorTo(from, MINUTE);
    takeReadings(index, from, to, { source: 'rollup_minute', index, from: minute, to: minute + MINUTE });
  }

  for (const [index, from] of edges.slice(0, -1).entries()) {
    for (const [day, start, end] of units(from, edges[index + 1] as number, DAY)) takeDay(index, day, start, end);
  }
  return { pieces, inexact };
}

/** Texts have no rollups: each bucket is read from readings. */
export function planTexts(edges: readonly number[], { readingsFrom }: Known): Plan {
  const pieces = edges.slice(0, -1).map((from, index): Piece => {
    return { source: 'reading_text', index, from, to: edges[index + 1] as number };
  });
  return { pieces, inexact: new Set(pieces.flatMap(({ from, index }) => (from < readingsFrom ? [index] : []))) };
}

/** The units of a length that a span touches, each with the part of the span that lies in it. */
function* units(from: number, to: number, length: number): Generator<[unit: number, from: number, to: number]> {
  for (let unit = floorTo(from, length); unit < to; unit += length) {
    yield [unit, Math.max(unit, from), Math.min(unit + length, to)];
  }
}

function middle({ from, to }: Piece): number {
  return (from + to) / 2;
}
