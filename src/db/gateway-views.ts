import { sql } from 'kysely';
import type { Db } from './database.ts';
import { lastPeriod } from './presence.ts';
import { inScope, type Scope } from './scope.ts';

/** Gateways that are in use, by id, from behind `after`. */
export async function listGateways(
  db: Db,
  scope: Scope,
  { after, limit }: { after: string | undefined; limit: number },
) {
  return selectGateways(db, scope)
    .$if(after !== undefined, (query) => query.where('gateway.id', '>', after as string))
    .orderBy('gateway.id')
    .limit(limit)
    .execute();
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
    .select((row) => [
      'gateway.id',
      'gateway.label',
      'gateway.customer_id as customerId',
      'gateway.office_id as officeId',
      'office.name as officeName',
      'gateway.serial_number as serialNumber',
      sql<string | null>`coalesce(status.software_version, gateway.software_version)`.as('softwareVersion'),
      sql<string | null>`coalesce(status.hardware_version, gateway.hardware_version)`.as('hardwareVersion'),
      sql<boolean>`coalesce(presence.online, false)`.as('online'),
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
      row
        .selectFrom('device_gateway')
        .whereRef('device_gateway.gateway_id', '=', 'gateway.id')
        .select(({ fn }) => fn.max('device_gateway.last_heard_at').as('at'))
        .as('lastHeardAt'),
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
