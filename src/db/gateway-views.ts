import { sql } from 'kysely';
import type { Db } from './database.ts';
import { byId, byText, byTime, contains, type Filter, fetchPage, matches, type PageRequest } from './keyset.ts';
import { lastPeriod } from './presence.ts';
import { inScope, type Scope } from './scope.ts';

const LAST_HEARD_AT = sql<Date | null>`
  (SELECT max(last_heard_at) FROM device_gateway WHERE device_gateway.gateway_id = gateway.id)`;
const ONLINE = sql<boolean>`coalesce(presence.online, false)`;
const SOFTWARE_VERSION = sql<string | null>`coalesce(status.software_version, gateway.software_version)`;

export const GATEWAY_ORDER = {
  fields: {
    id: byId('gateway.id'),
    label: byText('gateway.label'),
    officeName: byText('office.name'),
    serialNumber: byText('gateway.serial_number'),
    softwareVersion: byText(SOFTWARE_VERSION),
    createdAt: byTime('gateway.created_at'),
    lastHeardAt: byTime(LAST_HEARD_AT),
  },
  unique: byId('gateway.id'),
};

export interface GatewayFilter {
  readonly customerId?: Filter;
  readonly officeId?: Filter;
  readonly serialNumber?: Filter;
  readonly softwareVersion?: Filter;
  readonly online?: Filter;
  /** Stands in the label or the serial number. */
  readonly q?: string | undefined;
}

/** Gateways that are in use. */
export async function listGateways(
  db: Db,
  scope: Scope,
  { customerId, officeId, serialNumber, softwareVersion, online, q }: GatewayFilter,
  page: PageRequest<keyof typeof GATEWAY_ORDER.fields>,
) {
  const query = selectGateways(db, scope)
    .where(matches(['gateway.customer_id', customerId], ['gateway.office_id', officeId], [ONLINE, online]))
    .where(matches(['gateway.serial_number', serialNumber], [SOFTWARE_VERSION, softwareVersion]))
    .where(contains(q, 'gateway.label', 'gateway.serial_number'));
  return fetchPage(query, GATEWAY_ORDER, page);
}

/** As it stands in the list. */
export async function showGateway(db: Db, scope: Scope, gatewayId: string) {
  return selectGateways(db, scope).where('gateway.id', '=', gatewayId).executeTakeFirst();
}

function selectGateways(db: Db, scope: Scope) {
  return db
    .selectFrom('gateway')
    .innerJoin('office', 'office.id', 'gateway.office_id')
    .leftJoin('gateway_status as status', 'status.gateway_id', 'gateway.id')
    .leftJoin('gateway_clock as clock', 'clock.gateway_id', 'gateway.id')
    .leftJoinLateral(lastPeriod('gateway.id').as<'presence'>(sql.ref('presence')), (join) => join.onTrue())
    .where(inScope(scope, 'gateway'))
    .where('gateway.deleted_at', 'is', null)
    .select([
      'gateway.id',
      'gateway.label',
      'gateway.customer_id as customerId',
      'gateway.office_id as officeId',
      'office.name as officeName',
      'gateway.serial_number as serialNumber',
      SOFTWARE_VERSION.as('softwareVersion'),
      sql<string | null>`coalesce(status.hardware_version, gateway.hardware_version)`.as('hardwareVersion'),
      ONLINE.as('online'),
      'presence.onlineSince',
      'presence.offlineSince',
      'status.state as reportedState',
      'status.received_at as reportedAt',
      sql<number | null>`status.buffered::float8`.as('buffered'),
      'status.oldest_buffered_at as oldestBufferedAt',
      sql<number | null>`status.dropped::float8`.as('dropped'),
      'status.clock_synced as clockSynced',
      sql<number | null>`clock.skew_ms::float8`.as('clockSkewMs'),
      'clock.measured_at as clockSkewAt',
      'gateway.created_at as createdAt',
      LAST_HEARD_AT.as('lastHeardAt'),
    ]);
}

/** A gateway of the scope, deleted ones too: what they sent stays, and so do its books. */
export async function findGateway(db: Db, scope: Scope, gatewayId: string) {
  return db
    .selectFrom('gateway')
    .where('gateway.id', '=', gatewayId)
    .where(inScope(scope, 'gateway'))
    .select([
      'gateway.id',
      'gateway.customer_id as customerId',
      'gateway.office_id as officeId',
      'gateway.label',
      'gateway.serial_number as serialNumber',
      'gateway.deleted_at as deletedAt',
    ])
    .executeTakeFirst();
}

/** The software version that a gateway last said over MQTT, and which of its sessions was used last. */
export async function findReportedVersion(db: Db, gatewayId: string) {
  return db
    .selectFrom('gateway_status')
    .where('gateway_status.gateway_id', '=', gatewayId)
    .select((row) => [
      'gateway_status.software_version as softwareVersion',
      row
        .selectFrom('session')
        .whereRef('session.gateway_id', '=', 'gateway_status.gateway_id')
        .where('session.last_used_at', 'is not', null)
        .orderBy('session.last_used_at', 'desc')
        .limit(1)
        .select('session.id')
        .as('sessionId'),
    ])
    .executeTakeFirst();
}

/** What a gateway last said of the messages in it; the gateway must have been found within the caller's scope. */
export async function findReport(db: Db, gateway: { readonly id: string }) {
  const report = await db
    .selectFrom('gateway_status')
    .where('gateway_id', '=', gateway.id)
    .select(['received_at as reportedAt', 'oldest_buffered_at as oldestBufferedAt'])
    .select([sql<number | null>`buffered::float8`.as('buffered'), sql<number | null>`dropped::float8`.as('dropped')])
    .executeTakeFirst();
  return report ?? { reportedAt: null, buffered: null, oldestBufferedAt: null, dropped: null };
}

/** Whoever has it, deleted or not: for the installation's own purposes. */
export async function findAnyGateway(db: Db, gatewayId: string) {
  return db
    .selectFrom('gateway')
    .where('id', '=', gatewayId)
    .select(['id', 'label', 'customer_id as customerId', 'office_id as officeId'])
    .executeTakeFirst();
}
