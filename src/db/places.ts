import { type RawBuilder, sql } from 'kysely';
import type { Db } from './database.ts';
import { inScope, type Scope } from './scope.ts';

/** Which devices a list is about; all conditions hold, and one that is undefined holds for all. */
export interface Place {
  readonly customerId: string | undefined;
  readonly officeId: string | undefined;
  readonly deviceIds: readonly string[] | undefined;
}

/** That people work with a device: it is neither pending nor archived. */
const IN_USE = sql<boolean>`device.state IN ('active', 'blocked')`;

/** The condition that a device is of the scope and of this place, and that people work with it, or another one. */
export function inPlace(
  scope: Scope,
  { customerId, officeId, deviceIds }: Place,
  inState: RawBuilder<boolean> = IN_USE,
): RawBuilder<boolean> {
  const conditions = [inScope(scope, 'device'), inState];
  if (customerId !== undefined) conditions.push(sql`device.customer_id = ${customerId}`);
  if (officeId !== undefined) conditions.push(sql`device.office_id = ${officeId}`);
  if (deviceIds !== undefined) conditions.push(sql`device.id = ANY (${deviceIds}::uuid[])`);
  return sql<boolean>`(${sql.join(conditions, sql` AND `)})`;
}

/** Of more, the index by time has enough among the rows of all that it leads through. */
const FEW = 200;

/** Whether it is better to look into each device of a place than to go through all of the installation by time. */
export async function hasFewDevices(db: Db, scope: Scope, place: Place): Promise<boolean> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::int4 AS count
    FROM (SELECT FROM device WHERE ${inPlace(scope, place)} LIMIT ${FEW + 1}) AS device`.execute(db);
  return (rows[0]?.count ?? 0) <= FEW;
}
