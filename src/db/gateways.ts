import { sql } from 'kysely';
import type { Db } from './database.ts';

/** Where the data of a gateway belongs. */
export interface GatewayHome {
  customerId: string;
  officeId: string;
}

/** The homes of gateways, deleted ones too: what was acknowledged is stored. */
export async function findGatewayHomes(db: Db, gatewayIds: readonly string[]): Promise<Map<string, GatewayHome>> {
  const rows = await db
    .selectFrom('gateway')
    .where('id', '=', sql<string>`any(${gatewayIds}::uuid[])`)
    .select(['id', 'customer_id as customerId', 'office_id as officeId'])
    .execute();
  return new Map(rows.map(({ id, customerId, officeId }) => [id, { customerId, officeId }]));
}
