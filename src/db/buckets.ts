import { type RawBuilder, sql } from 'kysely';
import { numericArray } from './arrays.ts';
import { type Bucket, mergeSummaries } from './bucket-merge.ts';
import { type BucketSensor, milliseconds, readBefore, readPieces } from './bucket-pieces.ts';
import { type Known, planPieces, planTexts, type Source } from './bucket-plan.ts';
import type { Database, Db } from './database.ts';
import { DAY, floorTo, HOUR } from './rollups.ts';

export interface Buckets {
  readonly buckets: readonly Bucket[];
  /** The tables that had something to tell. */
  readonly sources: readonly Source[];
}

/**
 * What is known of a sensor in consecutive buckets, given by their edges in epoch milliseconds. Exact and fresh: from rollups
 * where they tell all that is in a bucket, from readings elsewhere, both as of one moment. Only where readings were dropped
 * it is as exact as the rollups that are left: one that an edge cuts counts to the bucket that has its middle.
 */
export async function readBuckets(
  db: Database,
  { id, valueType, measure: declared }: BucketSensor,
  edges: readonly number[],
  now: number,
): Promise<Buckets> {
  const [from, to] = [edges[0], edges.at(-1)];
  if (from === undefined || to === undefined) return { buckets: [], sources: [] };
  const sensor = { id, valueType, measure: valueType === 'number' ? declared : 'state' } as const;
  const snapshot = db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only');
  return snapshot.execute(async (tx) => {
    const known = await readKnown(tx, id, edges, from, to);
    const { pieces, inexact } = (valueType === 'string' ? planTexts : planPieces)(edges, known);
    const summaries = await readPieces(tx, sensor, pieces, known);
    const before = sensor.measure === 'gauge' ? undefined : await readBefore(tx, sensor, from, known);
    const buckets = mergeSummaries(edges, summaries, { ...sensor, before, now, inexact });
    return { buckets, sources: [...new Set(summaries.map(({ source }) => source))] };
  });
}

async function readKnown(tx: Db, id: number, edges: readonly number[], from: number, to: number): Promise<Known> {
  const { rows: found } = await sql<{ readingsFrom: number; rollupsFrom: number; due: number[] }>`
    SELECT set_config('jit', 'off', true), ${milliseconds('readings_from')} AS "readingsFrom",
      ${milliseconds('rollups_from')} AS "rollupsFrom",
      ARRAY(SELECT ${milliseconds('hour')} FROM ${dueHours(id)} WHERE hour >= readings_from) AS due
    FROM rollup_floor`.execute(tx);
  const [{ readingsFrom, rollupsFrom, due } = { readingsFrom: 0, rollupsFrom: 0, due: [] }] = found;
  const cut = edges.filter((edge) => edge % HOUR !== 0).map((edge) => floorTo(edge, HOUR));
  const { rows } = await sql<{ isDay: boolean; at: number; count: number }>`
    SELECT true AS "isDay", ${milliseconds('bucket')} AS at, count FROM rollup_day
    WHERE sensor_id = ${id} AND bucket > ${new Date(from - DAY)} AND bucket < ${new Date(to)}
    UNION ALL
    SELECT false, ${milliseconds('bucket')}, count FROM rollup_hour
    WHERE sensor_id = ${id} AND bucket > ${new Date(from - HOUR)} AND bucket < ${new Date(to)}
      AND bucket = ANY (ARRAY(SELECT to_timestamp(ms / 1000) FROM unnest(${numericArray(cut)}::float8[]) AS ms))
    `.execute(tx);
  const [days, hours] = [new Map<number, number>(), new Map<number, number>()];
  for (const { isDay, at, count } of rows) (isDay ? days : hours).set(at, count);
  return { days, hours, due: new Set(due), readingsFrom, rollupsFrom };
}

/** The hours of a sensor whose rollups do not tell all: those on the list, and those whose marks nobody gathered yet. */
function dueHours(id: number): RawBuilder<unknown> {
  return sql`(
    SELECT hour FROM rollup_due WHERE sensor_id = ${id}
    UNION
    SELECT hour FROM rollup_mark WHERE ${id} = ANY (sensor_ids)
  ) AS due`;
}
