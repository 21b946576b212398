import { sql } from 'kysely';
import type { Db } from './database.ts';
import { inScope, type Scope } from './scope.ts';

/** Gateways that are in use, by id, from behind `after`. */
export async function listGateways(
  db: Db,
  scope: Scope,
  { after, limit }: { after: string | undefined; limit: number },
) {
  return db
    .selectFrom('gateway')
    .innerJoin('office', 'office.id', 'gateway.office_id')
    .leftJoin('gateway_status as status', 'status.gateway_id', 'gateway.id')
    .where(inScope(scope, 'gateway'))
    .where('gateway.deleted_at', 'is', null)
    .$if(after !== undefined, (query) => query.where('gateway.id', '>', after as string))
    .select((row) => [
      'gateway.id',
      'gateway.label',
      'gateway.customer_id as customerId',
      'gateway.office_id as officeId',
      'office.name as officeName',
      'gateway.serial_number as serialNumber',
      sql<string | null>`coalesce(status.software_version, gateway.software_version)`.as('softwareVersion'),
      sql<string | null>`coalesce(status.hardware_version, gateway.hardware_version)`.as('hardwareVersion'),
      'status.state as reportedState',
      'status.received_at as reportedAt',
      sql<number | null>`status.buffered::float8`.as('buffered'),
      'status.oldest_buffered_at as oldestBufferedAt',
      sql<number | null>`status.dropped::float8`.as('dropped'),
      'status.clock_synced as clockSynced',
      'gateway.created_at as createdAt',
      row
        .selectFrom('device_gateway')
        .whereRef('device_gateway.gateway_id', '=', 'gateway.id')
        .select(({ fn }) => fn.max('device_gateway.last_heard_at').as('at'))
        .as('lastHeardAt'),
    ])
    .orderBy('gateway.id')
    .limit(limit)
    .execute();
}

/** A gateway of the scope, deleted ones too: what they sent stays, and so do its books. */
export async function findGateway(db: Db, scope: Scope, gatewayId: string) {
  return db
    .selectFrom('gateway')
    .where('gateway.id', '=', gatewayId)
    .where(inScope(scope, 'gateway'))
    .select(['gateway.id', 'gateway.customer_id as customerId'])
    .executeTakeFirst();
}
