import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '../src/db/database.ts';
import { ensurePartitions } from '../src/db/partitions.ts';
import { DAY, HOUR } from '../src/db/rollups.ts';
import { rollUp } from '../src/worker/rollups.ts';

/** One device with many sensors: the first has a reading a second, a tenth of the others ten times as many as the rest. */
export interface Dataset {
  readonly deviceId: string;
  readonly sensorIds: readonly number[];
  /** Epoch milliseconds. */
  readonly from: number;
}

export interface Amount {
  readonly sensors: number;
  readonly days: number;
  /** Of all sensors but the first. */
  readonly readings: number;
  /** How long the first has a reading a second. */
  readonly denseDays: number;
}

export async function createDataset(db: Database, { sensors }: Amount, from: number): Promise<Dataset> {
  const [customer, office, deviceId] = [randomUUID(), randomUUID(), randomUUID()];
  await db.insertInto('customer').values({ id: customer, name: 'Bench' }).execute();
  await db.insertInto('office').values({ id: office, customer_id: customer, name: 'Bench' }).execute();
  const names = { id: deviceId, customer_id: customer, office_id: office, key: 'bench' };
  await db
    .insertInto('device')
    .values({ ...names, state: 'active' })
    .execute();
  const { rows } = await sql<{ id: number }>`
    INSERT INTO sensor (device_id, label, value_type)
    SELECT ${deviceId}, 'sensor ' || n, 'number' FROM generate_series(1, ${sensors}::int4) AS n ORDER BY n
    RETURNING id`.execute(db);
  return { deviceId, sensorIds: rows.map(({ id }) => id), from };
}

/** The data set of an earlier run of the same amount, or nothing. */
export async function findDataset(db: Database, { sensors }: Amount, from: number): Promise<Dataset | undefined> {
  const rows = await db.selectFrom('sensor').select(['id', 'device_id']).orderBy('id').execute();
  const deviceId = rows[0]?.device_id;
  if (!deviceId) return undefined;
  if (rows.length !== sensors) throw new Error(`the kept database has ${rows.length} sensors, not ${sensors}`);
  return { deviceId, sensorIds: rows.map(({ id }) => id), from };
}

/** How many days are filled and rolled up. */
export async function countFilledDays(db: Database, { from }: Dataset): Promise<number> {
  const { at } = await db
    .selectFrom('sensor_latest')
    .select(({ fn }) => fn.max('recorded_at').as('at'))
    .executeTakeFirstOrThrow();
  return at ? Math.ceil((at.getTime() - from) / DAY) : 0;
}

/** Fills days of the data set in the order in which readings arrive, and says what rows and rollups cost. */
export async function fillDays(db: Database, dataset: Dataset, amount: Amount, first: number, days: number) {
  const times = Array.from({ length: days }, (_, n) => dataset.from + (first + n) * DAY);
  await ensurePartitions(db, 'reading', times, 'month');
  let rows = 0;
  const startedAt = performance.now();
  for (const [index, day] of times.entries()) {
    rows += await fillDay(db, dataset, amount, day, first + index < amount.denseDays);
  }
  const inserted = performance.now();
  const rolledUp = await rollUp(db, 'month', dataset.from + (first + days) * DAY + HOUR, new AbortController().signal);
  const seconds = (performance.now() - inserted) / 1000;
  await moveLatestValues(db, dataset, times.at(-1) as number);
  for (const table of ['reading', 'rollup_minute', 'rollup_hour', 'rollup_day']) {
    await sql`VACUUM ANALYZE ${sql.table(table)}`.execute(db);
  }
  return {
    rows,
    rowsPerSecond: rows / ((inserted - startedAt) / 1000),
    sensorHoursRolledUp: rolledUp,
    rollUpMillisecondsPerSensorHour: (seconds / rolledUp) * 1e3,
  };
}

async function fillDay(db: Database, { sensorIds }: Dataset, amount: Amount, day: number, dense: boolean) {
  const others = sensorIds.slice(1);
  const fast = others.length / 10;
  const perDay = amount.readings / amount.days / (others.length - fast + 10 * fast);
  const { numAffectedRows } = await sql`
    WITH sensor AS (
      SELECT id, n, CASE WHEN n = 1 THEN interval '1 second'
        ELSE make_interval(secs => ${86_400 / perDay}::float8 / CASE WHEN n % 10 = 0 THEN 10 ELSE 1 END) END AS step
      FROM unnest(${sensorIds}::int4[]) WITH ORDINALITY AS one (id, n)
      WHERE n > 1 OR ${dense}
    )
    INSERT INTO reading (recorded_at, value, sensor_id, received_after)
      SELECT date_trunc('milliseconds', at), 20 + sin(extract(epoch FROM at)::float8 / 3600), id, 1
      FROM sensor, generate_series(
        ${new Date(day)}::timestamptz + step * (n % 97) / 97, ${new Date(day + DAY - 1)}::timestamptz, step) AS at
      ORDER BY at
      ON CONFLICT DO NOTHING`.execute(db);
  await sql`
    INSERT INTO rollup_due SELECT DISTINCT sensor_id, date_bin('1 hour', recorded_at, 'epoch') FROM reading
    WHERE recorded_at >= ${new Date(day)} AND recorded_at < ${new Date(day + DAY)}
    ON CONFLICT DO NOTHING`.execute(db);
  return Number(numAffectedRows ?? 0);
}

async function moveLatestValues(db: Database, { sensorIds }: Dataset, day: number): Promise<void> {
  await sql`
    INSERT INTO sensor_latest (sensor_id, recorded_at, received_at, value)
    SELECT id, last.recorded_at, last.recorded_at, last.value FROM unnest(${sensorIds}::int4[]) AS id, LATERAL (
      SELECT recorded_at, value FROM reading WHERE sensor_id = id AND recorded_at < ${new Date(day + DAY)}
      ORDER BY recorded_at DESC LIMIT 1
    ) AS last
    ON CONFLICT (sensor_id) DO UPDATE SET recorded_at = excluded.recorded_at, value = excluded.value`.execute(db);
}
