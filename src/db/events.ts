import { type RawBuilder, sql } from 'kysely';
import { numericArray } from './arrays.ts';
import type { Db } from './database.ts';
import { findUnits } from './sensors.ts';

/** What an event is apart from its parts. Times are epoch milliseconds. */
export interface EventHead {
  readonly id: string;
  readonly recordedAt: number;
  readonly startedAt: number | null;
  readonly type: string;
  readonly outcome: 'ok' | 'failed' | 'aborted' | null;
  readonly attributes: Readonly<Record<string, number | boolean | string>>;
  /** Of the content: tells a resend from a conflict. */
  readonly hash: Buffer;
}

interface Part {
  /** Its place in its list, as it was sent. */
  readonly position: number;
  readonly label: string;
  readonly hash: Buffer;
}

/** Has either a value (kind singular) or a series (kind timeseries). */
export interface EventSensor extends Part {
  readonly unit: string | null;
  readonly kind: 'singular' | 'timeseries';
  readonly visualization: 'default' | 'line' | 'scatter' | 'bar';
  readonly value: number | boolean | string | null;
  readonly series: EventSeries | null;
}

/** Numbers are packed (src/messages/packed-numbers.ts); times are epoch milliseconds. */
export interface EventSeries {
  readonly times: Buffer;
  readonly values: Buffer;
  /** What the values are drawn over, where that is not time. */
  readonly x: { readonly label: string; readonly unit: string | null; readonly values: Buffer } | null;
  readonly count: number;
  /** Null where there are no points; so are max and mean. */
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
}

export interface EventLog extends Part {
  readonly level: 'error' | 'debug' | 'build';
  readonly data: EventLogData;
}

/** Columns of the same length; time (epoch milliseconds) and label only where the log has them. */
export interface EventLogData {
  readonly time?: readonly (number | null)[];
  readonly label?: readonly (string | null)[];
  readonly content: readonly string[];
}

export interface EventSetting extends Part {
  readonly data: unknown;
}

export interface StoredEvent extends EventHead {
  readonly deviceId: string;
  readonly gatewayId: string;
  readonly receivedAt: number;
}

/** Where the parts of an event stand: its key, and its time, by which their tables are partitioned. */
export interface EventPlace {
  readonly deviceId: string;
  readonly eventId: string;
  readonly recordedAt: number;
}

/** Indexes of the rows that were there before, with the hash of what stays. */
export type AlreadyThere = ReadonlyMap<number, Buffer>;

type Columns = Record<string, RawBuilder<unknown>>;

// Each stores what is new and tells the rest apart. Safe to repeat: the first row of a key stays. Rows must be sorted by
// key, so that two workers wait for each other in one direction only, and no key may stand twice.

export function insertEvents(tx: Db, rows: readonly StoredEvent[]): Promise<AlreadyThere> {
  return insertNew(tx, 'event', ['device_id', 'id'], rows, (rows) => ({
    device_id: uuids(rows.map((row) => row.deviceId)),
    id: uuids(rows.map((row) => row.id)),
    gateway_id: uuids(rows.map((row) => row.gatewayId)),
    recorded_at: times(rows.map((row) => row.recordedAt)),
    started_at: times(rows.map((row) => row.startedAt)),
    received_at: times(rows.map((row) => row.receivedAt)),
    type: texts(rows.map((row) => row.type)),
    outcome: texts(rows.map((row) => row.outcome)),
    attributes: json(rows.map((row) => row.attributes)),
    content_hash: bytes(rows.map((row) => row.hash)),
  }));
}

export function insertEventSensors(tx: Db, rows: readonly (EventSensor & EventPlace)[]): Promise<AlreadyThere> {
  return insertNew(tx, 'event_sensor', SENSOR_KEY, rows, (rows) => ({
    ...partColumns(rows),
    unit: texts(rows.map((row) => row.unit)),
    kind: texts(rows.map((row) => row.kind)),
    visualization: texts(rows.map((row) => row.visualization)),
    number: doubles(rows.map(({ value }) => (typeof value === 'number' ? value : null))),
    boolean: booleans(rows.map(({ value }) => (typeof value === 'boolean' ? value : null))),
    text: texts(rows.map(({ value }) => (typeof value === 'string' ? value : null))),
    count: integers(rows.map(({ series }) => series?.count ?? null)),
    min: doubles(rows.map(({ series }) => series?.min ?? null)),
    max: doubles(rows.map(({ series }) => series?.max ?? null)),
    mean: doubles(rows.map(({ series }) => series?.mean ?? null)),
    times: bytes(rows.map(({ series }) => series?.times ?? null)),
    values: bytes(rows.map(({ series }) => series?.values ?? null)),
    x_label: texts(rows.map(({ series }) => series?.x?.label ?? null)),
    x_unit: texts(rows.map(({ series }) => series?.x?.unit ?? null)),
    x_values: bytes(rows.map(({ series }) => series?.x?.values ?? null)),
  }));
}

export function insertEventLogs(tx: Db, rows: readonly (EventLog & EventPlace)[]): Promise<AlreadyThere> {
  return insertNew(tx, 'event_log', [...PLACE, 'level', 'label'], rows, (rows) => ({
    ...partColumns(rows),
    level: texts(rows.map((row) => row.level)),
    data: json(rows.map((row) => row.data)),
  }));
}

export function insertEventSettings(tx: Db, rows: readonly (EventSetting & EventPlace)[]): Promise<AlreadyThere> {
  return insertNew(tx, 'event_setting', [...PLACE, 'label'], rows, (rows) => ({
    ...partColumns(rows),
    data: json(rows.map((row) => row.data)),
  }));
}

/**
 * Of these sensors of events, those that name another unit than the device's sensor of that label has, each with the unit
 * that it has. What its event has already is none of them, whatever was registered since: it may be sent again.
 */
export async function findOtherUnits<Sensor extends EventSensor & EventPlace>(
  db: Db,
  sensors: readonly Sensor[],
): Promise<ReadonlyMap<Sensor, string>> {
  const named = sensors.filter(({ unit }) => unit !== null && unit !== '');
  if (named.length === 0) return new Map();
  const units = await findUnits(db, named);
  const others = named
    .map((sensor, index) => ({ sensor, unit: units[index] ?? sensor.unit }))
    .filter((other): other is { sensor: Sensor; unit: string } => other.unit !== other.sensor.unit);
  if (others.length === 0) return new Map();
  const columns = partColumns(others.map(({ sensor }) => sensor));
  const stored = await findHashes(db, 'event_sensor', SENSOR_KEY, columns);
  return new Map(
    others
      .filter(({ sensor: { hash } }, index) => !stored.get(index)?.equals(hash))
      .map(({ sensor, unit }) => [sensor, unit]),
  );
}

const PLACE = ['device_id', 'event_id', 'recorded_at'];
const SENSOR_KEY = [...PLACE, 'label'];

function partColumns(rows: readonly (Part & EventPlace)[]): Columns {
  return {
    device_id: uuids(rows.map((row) => row.deviceId)),
    event_id: uuids(rows.map((row) => row.eventId)),
    recorded_at: times(rows.map((row) => row.recordedAt)),
    position: integers(rows.map((row) => row.position)),
    label: texts(rows.map((row) => row.label)),
    content_hash: bytes(rows.map((row) => row.hash)),
  };
}

async function insertNew<Row>(
  tx: Db,
  table: string,
  key: readonly string[],
  rows: readonly Row[],
  toColumns: (rows: readonly Row[]) => Columns,
): Promise<AlreadyThere> {
  if (rows.length === 0) return new Map();
  const columns = toColumns(rows);
  const names = sql.join(Object.keys(columns).map((name) => sql.ref(name)));
  const keyNames = sql.join(key.map((name) => sql.ref(name)));
  const { rows: left } = await sql<{ index: number }>`
    WITH input AS (
      SELECT * FROM unnest(${sql.join(Object.values(columns))}) WITH ORDINALITY AS unnested (${names}, index)
    ), stored AS (
      INSERT INTO ${sql.table(table)} (${names})
      SELECT ${names} FROM input
      ON CONFLICT DO NOTHING
      RETURNING ${keyNames}
    )
    SELECT index::int4 - 1 AS index FROM input
    WHERE (${keyNames}) NOT IN (SELECT ${keyNames} FROM stored)`.execute(tx);
  if (left.length === 0) return new Map();
  // A statement does not see what another one committed meanwhile: the rows it skipped are read after it.
  const present = await findHashes(tx, table, key, toColumns(left.map(({ index }) => rows[index] as Row)));
  return new Map([...present].map(([index, hash]) => [(left[index] as { index: number }).index, hash]));
}

/** The hashes of the rows that are there, by the index of their key. */
async function findHashes(db: Db, table: string, key: readonly string[], columns: Columns): Promise<AlreadyThere> {
  const keyNames = sql.join(key.map((name) => sql.ref(name)));
  const keyColumns = sql.join(key.map((name) => columns[name] as RawBuilder<unknown>));
  const { rows } = await sql<{ index: number; hash: Buffer }>`
    SELECT index::int4 - 1 AS index, content_hash AS hash
    FROM unnest(${keyColumns}) WITH ORDINALITY AS unnested (${keyNames}, index)
    JOIN ${sql.table(table)} USING (${keyNames})`.execute(db);
  return new Map(rows.map(({ index, hash }) => [index, hash]));
}

const uuids = (values: readonly string[]) => sql`${values}::uuid[]`;
const texts = (values: readonly (string | null)[]) => sql`${values}::text[]`;
const times = (values: readonly (number | null)[]) =>
  sql`${values.map((ms) => (ms === null ? null : new Date(ms).toISOString()))}::timestamptz[]`;
const integers = (values: readonly (number | null)[]) => sql`${numericArray(values)}::int4[]`;
const doubles = (values: readonly (number | null)[]) => sql`${numericArray(values)}::float8[]`;
const booleans = (values: readonly (boolean | null)[]) => sql`${values}::bool[]`;
const bytes = (values: readonly (Buffer | null)[]) => sql`${values}::bytea[]`;
const json = (values: readonly unknown[]) => sql`${values.map((value) => JSON.stringify(value))}::jsonb[]`;
