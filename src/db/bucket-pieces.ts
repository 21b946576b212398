import { type RawBuilder, sql } from 'kysely';
import { numericArray } from './arrays.ts';
import type { Moment, PieceSummary } from './bucket-merge.ts';
import type { Known, Piece, Source } from './bucket-plan.ts';
import type { Db } from './database.ts';
import { DAY, floorTo, HOUR, MINUTE } from './rollups.ts';
import type { Measure, ValueType } from './sensors.ts';
import { foldStates, foldSummaries, readingAsSummary, rollupAsSummary, textAsSummary } from './summaries.ts';

/** A sensor that was found within the caller's scope. */
export interface BucketSensor {
  readonly id: number;
  readonly valueType: ValueType;
  /** Of numbers; booleans and texts are states. */
  readonly measure: Measure;
}

const SOURCES = {
  rollup_day: { time: 'bucket', asSummary: rollupAsSummary, unit: DAY },
  rollup_hour: { time: 'bucket', asSummary: rollupAsSummary, unit: HOUR },
  rollup_minute: { time: 'bucket', asSummary: rollupAsSummary, unit: MINUTE },
  reading: { time: 'recorded_at', asSummary: readingAsSummary, unit: undefined },
  reading_text: { time: 'recorded_at', asSummary: textAsSummary, unit: undefined },
} as const;

/**
 * What the pieces tell, in the order of time. Rollups of a state that do not say for how long it had its values, since it was
 * none when they were made, are left for the readings.
 */
export async function readPieces(
  tx: Db,
  sensor: BucketSensor,
  pieces: readonly Piece[],
  { readingsFrom }: Known,
): Promise<PieceSummary[]> {
  const summaries: PieceSummary[] = [];
  const left: Piece[] = [];
  for (const source of Object.keys(SOURCES) as Source[]) {
    const own = [...pieces, ...left].filter((piece) => piece.source === source);
    if (own.length === 0) continue;
    for (const summary of await readSource(tx, sensor, source, own)) {
      const piece = own[summary.place] as Piece;
      const isLacking = sensor.measure === 'state' && summary.held === null && summary.lastAt > summary.firstAt;
      const hasReadings = SOURCES[source].time === 'bucket' && piece.from >= readingsFrom;
      if (isLacking && hasReadings) left.push({ ...piece, source: 'reading' });
      else summaries.push(Object.assign(summary, { index: piece.index, source })); // copies would take as long as the query
    }
  }
  return summaries.sort((a, b) => a.firstAt - b.firstAt);
}

type Placed = Omit<PieceSummary, 'index' | 'source'> & { place: number };

/** One summary for each piece that has readings, with the place of the piece in the list. */
async function readSource(tx: Db, sensor: BucketSensor, source: Source, pieces: readonly Piece[]): Promise<Placed[]> {
  const { unit } = SOURCES[source];
  const isFolded = pieces.every(({ from, to }) => to - from === unit);
  return isFolded && sensor.measure !== 'state'
    ? readRollups(tx, sensor, source, pieces)
    : foldPieces(tx, sensor, source, pieces);
}

const SUMMARY = sql`
  count::float8 AS count, min, max, sum, first, last, increase,
  ${milliseconds('first_at')} AS "firstAt", ${milliseconds('last_at')} AS "lastAt"`;

/** Of pieces of one rollup each: to fold them would take several times as long as to read them. */
async function readRollups(tx: Db, { id }: BucketSensor, source: Source, pieces: readonly Piece[]): Promise<Placed[]> {
  const begins = pieces.map(({ from }) => from);
  const places = new Map(begins.map((from, place) => [from, place]));
  const { rows } = await sql<Omit<Placed, 'place'> & { at: number }>`
    SELECT ${milliseconds('bucket')} AS at, NULL::jsonb AS held, ${SUMMARY} FROM ${sql.table(source)}
    WHERE sensor_id = ${id} AND ${within('bucket', pieces)}
      AND bucket = ANY (ARRAY(SELECT to_timestamp(ms / 1000) FROM unnest(${numericArray(begins)}::float8[]) AS ms))`.execute(
    tx,
  );
  return rows.map((row) => Object.assign(row, { place: places.get(row.at) as number }));
}

async function foldPieces(
  tx: Db,
  { id, measure }: BucketSensor,
  source: Source,
  pieces: readonly Piece[],
): Promise<Placed[]> {
  const { time, asSummary } = SOURCES[source];
  const at = sql.ref(time);
  const summaries = sql`
    SELECT ${asSummary} FROM ${sql.table(source)}
    WHERE sensor_id = ${id} AND ${at} >= to_timestamp(from_ms / 1000) AND ${at} < to_timestamp(to_ms / 1000)
      AND ${within(time, pieces)}`;
  const { rows } = await sql<Placed>`
    SELECT place::int4 - 1 AS place, states.held, ${SUMMARY}
    FROM unnest(
        ${numericArray(pieces.map(({ from }) => from))}::float8[], ${numericArray(pieces.map(({ to }) => to))}::float8[]
      ) WITH ORDINALITY AS piece (from_ms, to_ms, place),
      LATERAL (${foldSummaries(summaries, { counting: measure === 'counter' })}) AS whole,
      LATERAL (${measure === 'state' ? foldStates(summaries) : sql`SELECT NULL::jsonb AS held`}) AS states
    WHERE whole.count > 0`.execute(tx);
  return rows;
}

/** The bounds of all pieces are parameters, so that other partitions are not even planned for. */
function within(time: string, pieces: readonly Piece[]): RawBuilder<boolean> {
  const [from, to] = [pieces.map((piece) => piece.from), pieces.map((piece) => piece.to)];
  return sql<boolean>`
    ${sql.ref(time)} >= ${new Date(Math.min(...from))} AND ${sql.ref(time)} < ${new Date(Math.max(...to))}`;
}

/** The last reading before a moment. */
export async function readBefore(
  tx: Db,
  sensor: BucketSensor,
  moment: number,
  { due, rollupsFrom }: Known,
): Promise<Moment | undefined> {
  const day = floorTo(moment, DAY);
  if (sensor.valueType === 'string') {
    return (
      (await lastReading(tx, sensor, day - DAY, moment)) ??
      (await lastReading(tx, sensor, day - 31 * DAY, moment)) ??
      (await lastReading(tx, sensor, undefined, moment))
    );
  }
  const today = await lastReading(tx, sensor, day, moment);
  if (today) return today;
  const dueDay = Math.max(...[...due].map((hour) => floorTo(hour, DAY)).filter((other) => other < day));
  const rolled = await lastRollup(tx, sensor, day, moment);
  if (rolled && floorTo(rolled.at, DAY) > dueDay) return rolled;
  if (Number.isFinite(dueDay)) return lastReading(tx, sensor, dueDay, dueDay + DAY);
  return Number.isFinite(rollupsFrom) ? lastReading(tx, sensor, undefined, moment) : undefined;
}

/** The end of the last rollup before a moment: that of a day, or of a part of its own day whose readings are gone. */
async function lastRollup(tx: Db, { id }: BucketSensor, day: number, moment: number): Promise<Moment | undefined> {
  const last = (table: string, from: Date | string, to: number) => sql`(
    SELECT ${milliseconds('last_at')} AS at, last AS value FROM ${sql.table(table)}
    WHERE sensor_id = ${id} AND bucket >= ${from} AND bucket < ${new Date(to)} AND last_at < ${new Date(moment)}
    ORDER BY bucket DESC LIMIT 1)`;
  const { rows } = await sql<Moment>`
    ${last('rollup_day', '-infinity', day)}
    UNION ALL ${last('rollup_hour', new Date(day), moment)}
    UNION ALL ${last('rollup_minute', new Date(day), moment)}
    ORDER BY at DESC LIMIT 1`.execute(tx);
  return rows[0];
}

async function lastReading(
  tx: Db,
  { id, valueType }: BucketSensor,
  from: number | undefined,
  to: number,
): Promise<Moment | undefined> {
  const { rows } = await sql<Moment>`
    SELECT ${milliseconds('recorded_at')} AS at, value
    FROM ${sql.table(valueType === 'string' ? 'reading_text' : 'reading')}
    WHERE sensor_id = ${id} AND recorded_at < ${new Date(to)}
      AND recorded_at >= ${from === undefined ? '-infinity' : new Date(from)}
    ORDER BY recorded_at DESC LIMIT 1`.execute(tx);
  return rows[0];
}

/** A time in epoch milliseconds. */
export function milliseconds(column: string): RawBuilder<number> {
  return sql<number>`round(date_part('epoch', ${sql.ref(column)}) * 1000)`;
}
