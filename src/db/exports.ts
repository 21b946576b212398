import { type RawBuilder, sql } from 'kysely';
import { numericArray } from './arrays.ts';
import type { Database, Db } from './database.ts';
import { inPlace, type Place } from './places.ts';
import type { Scope } from './scope.ts';
import type { ValueType } from './sensors.ts';

/**
 * What an export is of. Each query here reads one page of it, from behind a position in a fixed order, so that an export needs
 * no transaction and what comes late moves nothing.
 */
export interface ExportFilter extends Place {
  /** Inclusive. */
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
}

/** The condition that a device is among those: archived ones are evidence too, and pending ones are when they are named. */
export function isExported(scope: Scope, place: Place): RawBuilder<boolean> {
  return inPlace(scope, place, place.deviceIds ? sql<boolean>`true` : sql<boolean>`device.state <> 'pending'`);
}

/** What stands in every row of an export of its device. */
export const DEVICE = sql`device.id AS "deviceId", device.key AS "deviceKey", device.label AS "deviceLabel"`;

export interface ExportDevice {
  readonly deviceId: string;
  readonly deviceKey: string;
  readonly deviceLabel: string | null;
}

export interface ExportSensor extends ExportDevice {
  readonly id: number;
  readonly label: string;
  readonly unit: string | null;
  readonly valueType: ValueType;
}

/** A sensor and up to when its readings are exported already, in epoch milliseconds; null: all of them. */
export interface SensorPosition {
  readonly deviceId: string;
  readonly label: string;
  readonly at: number | null;
}

/** Sensors by device and label; the one of the position among them where it has more readings. */
export async function listExportSensors(
  db: Db,
  scope: Scope,
  { labels, ...filter }: ExportFilter & { readonly labels: readonly string[] | undefined },
  { after, limit }: { readonly after: SensorPosition | undefined; readonly limit: number },
): Promise<ExportSensor[]> {
  const beyond = sql.raw(after?.at === null ? '>' : '>=');
  const { rows } = await sql<ExportSensor>`
    SELECT sensor.id, ${DEVICE}, sensor.label, sensor.unit, sensor.value_type AS "valueType"
    FROM device JOIN sensor ON sensor.device_id = device.id
    WHERE ${isExported(scope, filter)} AND sensor.value_type IS NOT NULL
      AND ${labels ? sql`sensor.label = ANY (${labels}::text[])` : sql`true`}
      AND ${after ? sql`(sensor.device_id, sensor.label) ${beyond} (${after.deviceId}::uuid, ${after.label})` : sql`true`}
    ORDER BY sensor.device_id, sensor.label LIMIT ${limit}`.execute(db);
  return rows;
}

/** Readings of a sensor, as columns of the same length. Numbers are as Postgres writes them, which is exact. */
export interface SensorPage {
  readonly sensorId: number;
  /** In epoch milliseconds. */
  readonly times: readonly string[];
  readonly values: readonly string[];
  /** How many seconds later each reached the broker. */
  readonly delays: readonly string[];
}

/**
 * The first readings of each of these sensors, `limit` of one at most. Columns come as one text each: to make a row of each
 * reading would cost both sides a multiple.
 */
export async function readSensorPages(
  db: Database,
  table: 'reading' | 'reading_text',
  sensors: readonly { readonly id: number; readonly from: number }[],
  { to, limit }: { readonly to: Date; readonly limit: number },
): Promise<SensorPage[]> {
  if (sensors.length === 0) return [];
  const values = table === 'reading' ? sql`string_agg(value::text, ',')` : sql`json_agg(value)::text`;
  const query = sql<{ sensorId: number; times: string; values: string; delays: string }>`
    SELECT given.id AS "sensorId", page.*
    FROM unnest(
      ${numericArray(sensors.map(({ id }) => id))}::int4[], ${numericArray(sensors.map(({ from }) => from))}::float8[]
    ) AS given (id, ms) CROSS JOIN LATERAL (
      SELECT string_agg((date_part('epoch', recorded_at) * 1000)::text, ',') AS times, ${values} AS values,
        string_agg(received_after::text, ',') AS delays
      FROM (
        SELECT recorded_at, value, received_after FROM ${sql.table(table)}
        WHERE sensor_id = given.id AND recorded_at >= to_timestamp(given.ms / 1000) AND recorded_at < ${to}
        ORDER BY recorded_at LIMIT ${limit}
      ) AS reading
    ) AS page WHERE page.times IS NOT NULL`;
  const { rows } = await inOrderOfIndex(db, (tx) => query.execute(tx));
  return rows.map((row) => ({
    sensorId: row.sensorId,
    times: row.times.split(','),
    values: table === 'reading' ? row.values.split(',') : (JSON.parse(row.values) as string[]),
    delays: row.delays.split(','),
  }));
}

/** Postgres takes each sensor or device for an average one, and would fetch and sort all rows of one that has a million. */
export async function inOrderOfIndex<T>(db: Database, work: (tx: Db) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (tx) => {
    await sql`
      SELECT set_config(name, 'off', true) FROM unnest(ARRAY['enable_bitmapscan', 'enable_sort', 'jit']) AS name`.execute(
      tx,
    );
    return work(tx);
  });
}
