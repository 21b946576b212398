import { sql } from 'kysely';
import type { Db } from './database.ts';
import { inScope, type Scope } from './scope.ts';

export type DeviceState = 'pending' | 'active' | 'blocked' | 'archived';
const IN_USE: readonly DeviceState[] = ['active', 'blocked'];

export interface DeviceFilter {
  /** Undefined for those that people work with: neither pending nor archived. */
  readonly state: DeviceState | undefined;
  readonly officeId: string | undefined;
  /** Only devices that this gateway has heard. */
  readonly gatewayId: string | undefined;
  readonly after: string | undefined;
  readonly limit: number;
}

/** Devices by id, from behind `after`. */
export async function listDevices(
  db: Db,
  scope: Scope,
  { state, officeId, gatewayId, after, limit }: DeviceFilter,
): Promise<DeviceView[]> {
  const rows = await selectDevices(db, scope)
    .where('device.state', 'in', state === undefined ? IN_USE : [state])
    .$if(officeId !== undefined, (query) => query.where('device.office_id', '=', officeId as string))
    .$if(gatewayId !== undefined, (query) =>
      query.where('device.id', 'in', (row) =>
        row
          .selectFrom('device_gateway')
          .where('gateway_id', '=', gatewayId as string)
          .select('device_id'),
      ),
    )
    .$if(after !== undefined, (query) => query.where('device.id', '>', after as string))
    .orderBy('device.id')
    .limit(limit)
    .execute();
  return rows.map(toView);
}

export async function findDevice(db: Db, scope: Scope, deviceId: string): Promise<DeviceView | undefined> {
  const row = await selectDevices(db, scope).where('device.id', '=', deviceId).executeTakeFirst();
  return row && toView(row);
}

/** Those of these ids that are devices of the scope, whatever their state. */
export async function findDeviceIds(db: Db, scope: Scope, ids: readonly string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('device')
    .where('device.id', '=', sql<string>`any(${ids}::uuid[])`)
    .where(inScope(scope, 'device'))
    .select('device.id')
    .execute();
  return rows.map(({ id }) => id);
}

/** A device with what stands in no list. */
export async function showDevice(db: Db, scope: Scope, deviceId: string) {
  const row = await selectDevices(db, scope)
    .where('device.id', '=', deviceId)
    .select(['device.registration_code as registrationCode', 'device.interface_name as interfaceName'])
    .select('device.network_address as networkAddress')
    .executeTakeFirst();
  if (!row) return undefined;
  const { registrationCode, interfaceName, networkAddress } = row;
  const heardBy = await listHearers(db, scope, deviceId);
  return { ...toView(row), registrationCode, interfaceName, networkAddress, heardBy };
}

/** The gateways of the scope that have heard a device, deleted ones too; the one that heard it last first. */
async function listHearers(db: Db, scope: Scope, deviceId: string) {
  return db
    .selectFrom('device_gateway as heard')
    .innerJoin('gateway', 'gateway.id', 'heard.gateway_id')
    .where('heard.device_id', '=', deviceId)
    .where(inScope(scope, 'gateway'))
    .orderBy('heard.last_heard_at', 'desc')
    .orderBy('gateway.id')
    .select(['gateway.id as gatewayId', 'gateway.label'])
    .select(['heard.first_heard_at as firstHeardAt', 'heard.last_heard_at as lastHeardAt'])
    .execute();
}

function selectDevices(db: Db, scope: Scope) {
  return db
    .selectFrom('device')
    .innerJoin('office', 'office.id', 'device.office_id')
    .leftJoin('device_model', 'device_model.id', 'device.device_model_id')
    .leftJoin('supplier', 'supplier.id', 'device_model.supplier_id')
    .where(inScope(scope, 'device'))
    .select((row) => [
      'device.id',
      'device.key',
      'device.label',
      'device.state',
      'device.office_id as officeId',
      'office.name as officeName',
      'device.monitoring',
      'device.serial_number as serialNumber',
      'device.created_at as createdAt',
      'device_model.id as modelId',
      'device_model.name as modelName',
      'supplier.name as supplier',
      row
        .selectFrom('device_gateway')
        .whereRef('device_gateway.device_id', '=', 'device.id')
        .select(({ fn }) => fn.max('device_gateway.last_heard_at').as('at'))
        .as('lastHeardAt'),
      sql<Date | null>`greatest(
        (SELECT max(latest.recorded_at) FROM sensor JOIN sensor_latest AS latest ON latest.sensor_id = sensor.id
          WHERE sensor.device_id = device.id),
        (SELECT max(event.recorded_at) FROM event WHERE event.device_id = device.id)
      )`.as('newestRecordedAt'),
    ]);
}

type DeviceRow = Awaited<ReturnType<ReturnType<typeof selectDevices>['execute']>>[number];

function toView({ modelId, modelName, supplier, ...device }: DeviceRow) {
  // The three come from one row of the catalogue: all there or none.
  const model = modelId && modelName && supplier ? { id: modelId, name: modelName, supplier } : null;
  return { ...device, model };
}

export type DeviceView = ReturnType<typeof toView>;
export type DeviceDetailsView = NonNullable<Awaited<ReturnType<typeof showDevice>>>;
