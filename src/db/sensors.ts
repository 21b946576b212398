import { sql } from 'kysely';
import { numericArray } from './arrays.ts';
import type { Db } from './database.ts';

export type ValueType = 'number' | 'boolean' | 'string';
export type Measure = 'gauge' | 'counter' | 'state';
export type Visualization = 'default' | 'line' | 'scatter' | 'bar';

/** What a registration says of a sensor. */
export interface SensorDeclaration {
  readonly unit: string | null;
  readonly measure: Measure;
  readonly visualization: Visualization;
}

export interface KnownSensor {
  deviceId: string;
  label: string;
  id: number;
  /** Null until its first value. */
  valueType: ValueType | null;
}

export type NewSensor = Omit<KnownSensor, 'id'>;

/** Every sensor of these devices. */
export async function findSensors(db: Db, deviceIds: readonly string[]): Promise<KnownSensor[]> {
  return db
    .selectFrom('sensor')
    .where('device_id', '=', sql<string>`any(${deviceIds}::uuid[])`)
    .select(['device_id as deviceId', 'label', 'id', 'value_type as valueType'])
    .execute();
}

/** The units of the sensors of these devices and labels, in their order; undefined where there is none yet. */
export async function findUnits(
  db: Db,
  sensors: readonly { readonly deviceId: string; readonly label: string }[],
): Promise<(string | undefined)[]> {
  const { rows } = await sql<{ unit: string; index: number }>`
    SELECT sensor.unit, named.index::int4 - 1 AS index
    FROM unnest(${sensors.map(({ deviceId }) => deviceId)}::uuid[], ${sensors.map(({ label }) => label)}::text[])
      WITH ORDINALITY AS named (device_id, label, index)
    JOIN sensor USING (device_id, label) WHERE sensor.unit IS NOT NULL`.execute(db);
  const found: (string | undefined)[] = sensors.map(() => undefined);
  for (const { unit, index } of rows) found[index] = unit;
  return found;
}

/**
 * Makes sensors with the type of their first value, or none yet. One that is there takes the type where it has none, and
 * stays as it is otherwise.
 */
export async function createSensors(db: Db, sensors: readonly NewSensor[]): Promise<void> {
  const sorted = [...sensors].sort((a, b) => compare(a.deviceId, b.deviceId) || compare(a.label, b.label));
  await db
    .insertInto('sensor')
    .columns(['device_id', 'label', 'value_type'])
    .expression(
      sql`SELECT * FROM unnest(
        ${sorted.map(({ deviceId }) => deviceId)}::uuid[],
        ${sorted.map(({ label }) => label)}::text[],
        ${sorted.map(({ valueType }) => valueType)}::text[])`,
    )
    .onConflict((conflict) =>
      conflict
        .columns(['device_id', 'label'])
        .doUpdateSet({ value_type: sql`excluded.value_type` })
        .where('sensor.value_type', 'is', null),
    )
    .execute();
}

export interface DeclaredSensor extends SensorDeclaration {
  readonly id: number;
  /** Whether a registration has named it. */
  readonly isDeclared: boolean;
}

/** These sensors, which nobody else can change until the transaction ends; in the order in which they are made. */
export async function lockSensors(tx: Db, ids: readonly number[]): Promise<DeclaredSensor[]> {
  return tx
    .selectFrom('sensor')
    .where('id', '=', sql<number>`any(${numericArray(ids)}::int4[])`)
    .orderBy('device_id')
    .orderBy(sql`label COLLATE "C"`)
    .forNoKeyUpdate()
    .select(['id', 'unit', 'measure', 'visualization', sql<boolean>`declared_at IS NOT NULL`.as('isDeclared')])
    .execute();
}

/** Notes what registrations say of these sensors. */
export async function updateSensors(tx: Db, sensors: readonly DeclaredSensor[]): Promise<void> {
  if (sensors.length === 0) return;
  await sql`
    UPDATE sensor SET unit = now.unit, measure = now.measure, visualization = now.visualization,
      declared_at = coalesce(declared_at, now())
    FROM unnest(
      ${numericArray(sensors.map(({ id }) => id))}::int4[], ${sensors.map(({ unit }) => unit)}::text[],
      ${sensors.map(({ measure }) => measure)}::text[], ${sensors.map(({ visualization }) => visualization)}::text[]
    ) AS now (id, unit, measure, visualization)
    WHERE sensor.id = now.id`.execute(tx);
}

/**
 * Changes what is given of a sensor, and returns what it was; undefined where the device has none of this label. A unit is
 * given only where there is none: it says what the stored values are, and converts nothing. Whoever says what a sensor
 * measures or how it is drawn has declared it.
 */
export async function changeSensor(
  tx: Db,
  device: { readonly id: string },
  label: string,
  { unit, measure, visualization }: Partial<SensorDeclaration>,
): Promise<SensorDeclaration | undefined> {
  const before = await tx
    .selectFrom('sensor')
    .where('device_id', '=', device.id)
    .where('label', '=', label)
    .forNoKeyUpdate()
    .select(['id', 'unit', 'measure', 'visualization'])
    .executeTakeFirst();
  if (!before) return undefined;
  const isDeclared = measure !== undefined || visualization !== undefined;
  await tx
    .updateTable('sensor')
    .set({ unit: before.unit ?? unit, measure, visualization })
    .$if(isDeclared, (query) => query.set({ declared_at: sql<Date>`coalesce(declared_at, now())` }))
    .where('id', '=', before.id)
    .execute();
  return before;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
