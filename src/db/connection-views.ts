import { sql } from 'kysely';
import type { Db } from './database.ts';

export interface ConnectionFilter {
  readonly customerId: string | undefined;
  readonly gatewayId: string | undefined;
  readonly processId: string | undefined;
  /** Only connections older than this one. */
  readonly before: string | undefined;
  readonly limit: number;
}

/** Open connections of all customers to living processes, newest first. For admins only. */
export async function listAllConnections(
  db: Db,
  { customerId, gatewayId, processId, before, limit }: ConnectionFilter,
) {
  return selectConnections(db)
    .$if(customerId !== undefined, (query) => query.where('gateway.customer_id', '=', customerId as string))
    .$if(gatewayId !== undefined, (query) => query.where('gateway.id', '=', gatewayId as string))
    .$if(processId !== undefined, (query) => query.where('process.id', '=', processId as string))
    .$if(before !== undefined, (query) => query.where('connection.id', '<', before as string))
    .orderBy('connection.id', 'desc')
    .limit(limit)
    .execute();
}

/** The same of one that is open. For admins only. */
export async function findAnyConnection(db: Db, connectionId: string) {
  return selectConnections(db).where('connection.id', '=', connectionId).executeTakeFirst();
}

/** Has the process that holds a connection end it; false where that was said before, or the connection is gone. */
export async function kickConnection(tx: Db, connectionId: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('connection')
    .where('id', '=', connectionId)
    .where('kicked_at', 'is', null)
    .set({ kicked_at: sql<Date>`now()` })
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

function selectConnections(db: Db) {
  return db
    .selectFrom('connection')
    .innerJoin('process', 'process.id', 'connection.process_id')
    .innerJoin('gateway', 'gateway.id', 'connection.gateway_id')
    .innerJoin('customer', 'customer.id', 'gateway.customer_id')
    .where('process.expires_at', '>', sql<Date>`now()`)
    .select(['connection.id', 'connection.client_id as clientId', 'connection.session_id as sessionId'])
    .select(['connection.address', 'connection.transport', 'connection.connected_at as connectedAt'])
    .select(['gateway.id as gatewayId', 'gateway.label as gatewayLabel', 'gateway.office_id as officeId'])
    .select(['customer.id as customerId', 'customer.name as customerName'])
    .select(['process.id as processId', 'process.host']);
}
