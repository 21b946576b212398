import { sql } from 'kysely';
import type { Db } from './database.ts';
import {
  byId,
  byText,
  byTime,
  contains,
  type Filter,
  fetchPage,
  matches,
  type Page,
  type PageRequest,
} from './keyset.ts';
import { inScope, type Scope } from './scope.ts';

export type DeviceState = 'pending' | 'active' | 'blocked' | 'archived';
const IN_USE: readonly DeviceState[] = ['active', 'blocked'];

const LAST_HEARD_AT = sql<Date | null>`
  (SELECT max(last_heard_at) FROM device_gateway WHERE device_gateway.device_id = device.id)`;

export const DEVICE_ORDER = {
  fields: {
    id: byId('device.id'),
    key: byText('device.key'),
    label: byText('device.label'),
    officeName: byText('office.name'),
    serialNumber: byText('device.serial_number'),
    createdAt: byTime('device.created_at'),
    lastHeardAt: byTime(LAST_HEARD_AT),
  },
  unique: byId('device.id'),
};

export interface DeviceFilter {
  /** Undefined for those that people work with: neither pending nor archived. */
  readonly state?: readonly DeviceState[] | undefined;
  readonly customerId?: Filter;
  readonly officeId?: Filter;
  /** Only devices that one of these gateways has heard. */
  readonly gatewayId?: readonly string[] | undefined;
  readonly modelId?: Filter;
  readonly key?: Filter;
  readonly serialNumber?: Filter;
  readonly monitoring?: Filter;
  /** Stands in the key, the label or the serial number. */
  readonly q?: string | undefined;
}

export async function listDevices(
  db: Db,
  scope: Scope,
  filter: DeviceFilter,
  page: PageRequest<keyof typeof DEVICE_ORDER.fields>,
): Promise<Page<DeviceView>> {
  const { state = IN_USE, customerId, officeId, gatewayId, modelId, key, serialNumber, monitoring, q } = filter;
  const query = selectDevices(db, scope)
    .where(matches(['device.state', state], ['device.customer_id', customerId], ['device.office_id', officeId]))
    .where(matches(['device.device_model_id', modelId], ['device.key', key], ['device.monitoring', monitoring]))
    .where(matches(['device.serial_number', serialNumber]))
    .where(contains(q, 'device.key', 'device.label', 'device.serial_number'))
    .$if(gatewayId !== undefined, (all) =>
      all.where('device.id', 'in', (row) =>
        row
          .selectFrom('device_gateway')
          .where('gateway_id', 'in', gatewayId as string[])
          .select('device_id'),
      ),
    );
  const { items, next } = await fetchPage(query, DEVICE_ORDER, page);
  return { items: items.map(toView), next };
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
    .select([
      'device.id',
      'device.key',
      'device.label',
      'device.state',
      'device.customer_id as customerId',
      'device.office_id as officeId',
      'office.name as officeName',
      'device.monitoring',
      'device.serial_number as serialNumber',
      'device.created_at as createdAt',
      'device_model.id as modelId',
      'device_model.name as modelName',
      'supplier.name as supplier',
      LAST_HEARD_AT.as('lastHeardAt'),
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
