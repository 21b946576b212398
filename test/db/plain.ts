import { sql } from 'kysely';
import type { Bucket } from '../../src/db/bucket-merge.ts';
import type { BucketSensor } from '../../src/db/bucket-pieces.ts';
import type { Database } from '../../src/db/database.ts';
import { DAY, DENSE_DAY, DENSE_HOUR, floorTo, HOUR, MINUTE } from '../../src/db/rollups.ts';
import { MAX_STATES } from '../../src/db/summaries.ts';

/*
 * What rollups and buckets must say, from readings alone and as plainly as it can be said.
 */

export interface Reading {
  at: number;
  value: number;
}

export interface Rollup {
  bucket: number;
  firstAt: number;
  lastAt: number;
  min: number;
  max: number;
  sum: number;
  first: number;
  last: number;
  increase: number;
  count: number;
  held: Record<string, number> | null;
}

/** Stands for the values of a state that were too many to keep. */
const UNKNOWN = 'unknown';

export type Rollups = { minute: Rollup[]; hour: Rollup[]; day: Rollup[] };

export async function storedReadings(db: Database, sensorId: number): Promise<Reading[]> {
  const { rows } = await sql<Reading>`
    SELECT round(date_part('epoch', recorded_at) * 1000) AS at, value FROM reading
    WHERE sensor_id = ${sensorId} ORDER BY recorded_at`.execute(db);
  return rows;
}

export async function storedRollups(db: Database, sensorId: number): Promise<Rollups> {
  const read = async (table: string): Promise<Rollup[]> => {
    const ms = (column: string) => sql`round(date_part('epoch', ${sql.ref(column)}) * 1000)`;
    const { rows } = await sql<Rollup>`
      SELECT ${ms('bucket')} AS bucket, ${ms('first_at')} AS "firstAt", ${ms('last_at')} AS "lastAt", min, max, sum, first,
        last, increase, count, held
      FROM ${sql.table(table)} WHERE sensor_id = ${sensorId} ORDER BY bucket`.execute(db);
    return rows;
  };
  return { minute: await read('rollup_minute'), hour: await read('rollup_hour'), day: await read('rollup_day') };
}

/** Every rollup that is to be there, with sums added up in the order of time, minutes to hours and hours to days. */
export function plainRollups(readings: readonly Reading[], measure: string): Rollups {
  const each = readings.map(({ at, value }) => ({
    ...{ bucket: at, firstAt: at, lastAt: at, min: value, max: value, sum: value, first: value, last: value },
    ...{ increase: 0, count: 1, held: null },
  }));
  const minute = foldAll(each, MINUTE, measure);
  const hour = foldAll(minute, HOUR, measure);
  const day = foldAll(hour, DAY, measure);
  const countOf = (rollups: Rollup[], bucket: number) => rollups.find((one) => one.bucket === bucket)?.count ?? 0;
  return {
    minute: minute.filter(({ bucket }) => countOf(hour, floorTo(bucket, HOUR)) >= DENSE_HOUR),
    hour: hour.filter(({ bucket }) => countOf(day, floorTo(bucket, DAY)) >= DENSE_DAY),
    day,
  };
}

function foldAll(parts: readonly Rollup[], unit: number, measure: string): Rollup[] {
  const folded: Rollup[] = [];
  for (const part of parts) {
    const bucket = floorTo(part.bucket, unit);
    const last = folded.at(-1);
    if (last?.bucket === bucket) join(last, part);
    else folded.push({ ...part, bucket, held: inside(part) });
  }
  return folded.map((one) => ({ ...one, held: measure === 'state' && isKept(one) ? one.held : null }));
}

function isKept({ min, max, held }: Rollup): boolean {
  const values = Object.keys(held ?? {});
  return min !== max && values.length <= MAX_STATES && !values.includes(UNKNOWN);
}

function join(whole: Rollup, part: Rollup): void {
  const held = { ...whole.held };
  const hold = (value: string, ms: number) => {
    if (ms > 0) held[value] = (held[value] ?? 0) + ms;
  };
  hold(String(whole.last), part.firstAt - whole.lastAt);
  for (const [value, ms] of Object.entries(inside(part) ?? {})) hold(value, ms);
  const step = part.first >= whole.last ? part.first - whole.last : Math.max(part.first, 0);
  Object.assign(whole, {
    lastAt: part.lastAt,
    min: Math.min(whole.min, part.min),
    max: Math.max(whole.max, part.max),
    sum: whole.sum + part.sum,
    last: part.last,
    increase: whole.increase + (part.increase + step),
    count: whole.count + part.count,
    held,
  });
}

function inside({ held, min, max, firstAt, lastAt }: Rollup): Record<string, number> | null {
  if (held !== null || firstAt === lastAt) return held;
  return { [min === max ? String(min) : UNKNOWN]: lastAt - firstAt };
}

/** What `readBuckets` must answer. */
export function plainBuckets(
  readings: readonly Reading[],
  { valueType, measure }: Pick<BucketSensor, 'valueType' | 'measure'>,
  edges: readonly number[],
  now: number,
): Bucket[] {
  const toValue = (stored: number) => (valueType === 'boolean' ? stored === 1 : stored);
  const moment = (reading: Reading | undefined) =>
    reading ? { recordedAt: new Date(reading.at), value: toValue(reading.value) } : null;
  return edges.slice(0, -1).map((from, index) => {
    const to = edges[index + 1] as number;
    const own = readings.filter(({ at }) => at >= from && at < to);
    const values = own.map(({ value }) => value);
    const held = measure === 'state' ? heldIn(readings, from, to, now) : undefined;
    return {
      ...{
        from: new Date(from),
        to: new Date(to),
        exact: true,
        count: own.length,
        first: moment(own[0]),
        last: moment(own.at(-1)),
      },
      min: own.length > 0 ? Math.min(...values) : null,
      max: own.length > 0 ? Math.max(...values) : null,
      sum: own.length > 0 ? values.reduce((sum, value) => sum + value) : null,
      ...(measure === 'counter' ? { increase: own.length > 0 ? grown(readings, own) : null } : {}),
      ...(held ? { held: held.map(({ value, ms }) => ({ value: toValue(value), ms })) } : {}),
    };
  });
}

function grown(all: readonly Reading[], own: readonly Reading[]): number {
  const start = all.indexOf(own[0] as Reading);
  return own.reduce((sum, { value }, index) => {
    const before = all[start + index - 1]?.value ?? value;
    return sum + (value >= before ? value - before : Math.max(value, 0));
  }, 0);
}

function heldIn(all: readonly Reading[], from: number, to: number, now: number): { value: number; ms: number }[] {
  const held = new Map<number, number>();
  for (const [index, { at, value }] of all.entries()) {
    const ms = Math.min(all[index + 1]?.at ?? now, to) - Math.max(at, from);
    if (ms > 0) held.set(value, (held.get(value) ?? 0) + ms);
  }
  return [...held].map(([value, ms]) => ({ value, ms })).sort((a, b) => a.value - b.value);
}
