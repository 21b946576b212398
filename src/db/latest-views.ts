import { sql } from 'kysely';
import type { Db } from './database.ts';
import { inPlace, type Place } from './places.ts';
import { toValue } from './reading-views.ts';
import type { Scope } from './scope.ts';
import type { ValueType } from './sensors.ts';

export interface LatestPage<Position> {
  /** Only values behind this one. */
  readonly after: Position | undefined;
  readonly limit: number;
}

/** The newest value of each sensor of a device, by label. The device must have been found within the caller's scope. */
export async function latestReadings(db: Db, device: { id: string }, { after, limit }: LatestPage<string>) {
  const rows = await selectLatest(db)
    .where('sensor.device_id', '=', device.id)
    .$if(after !== undefined, (query) => query.where('sensor.label', '>', after as string))
    .orderBy('sensor.label')
    .limit(limit)
    .execute();
  return rows.map(toView);
}

export interface SensorName {
  readonly deviceId: string;
  readonly label: string;
}

/** The newest value of each sensor of a place, by device and label, each with where it was measured. */
export async function listLatest(db: Db, scope: Scope, place: Place, { after, limit }: LatestPage<SensorName>) {
  const rows = await selectLatest(db)
    .innerJoin('device', 'device.id', 'sensor.device_id')
    .innerJoin('office', 'office.id', 'device.office_id')
    .where(inPlace(scope, place))
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(sensor.device_id, sensor.label) > (${after?.deviceId}, ${after?.label})`),
    )
    .select(['sensor.device_id as deviceId', 'device.label as deviceLabel', 'office.id as officeId'])
    .select('office.time_zone as timeZone')
    .orderBy('sensor.device_id')
    .orderBy('sensor.label')
    .limit(limit)
    .execute();
  return rows.map(toView);
}

function selectLatest(db: Db) {
  return db
    .selectFrom('sensor')
    .innerJoin('sensor_latest as latest', 'latest.sensor_id', 'sensor.id')
    .select([
      'sensor.label',
      'sensor.unit',
      'sensor.value_type as valueType',
      'sensor.measure',
      'sensor.visualization',
      'latest.value as number',
      'latest.text',
      'latest.recorded_at as recordedAt',
      'latest.received_at as receivedAt',
      'sensor.usual_interval_s as usualIntervalSeconds',
    ])
    .$narrowType<{ valueType: ValueType }>();
}

interface Stored {
  readonly number: number | null;
  readonly text: string | null;
  readonly valueType: ValueType;
}

function toView<Row extends Stored>({ number, text, ...latest }: Row) {
  return { ...latest, value: toValue(latest.valueType, text ?? number) };
}
