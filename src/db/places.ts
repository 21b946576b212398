import { type RawBuilder, sql } from 'kysely';
import { inScope, type Scope } from './scope.ts';

/** Which devices a list is about; all conditions hold, and one that is undefined holds for all. */
export interface Place {
  readonly customerId: string | undefined;
  readonly officeId: string | undefined;
  readonly deviceIds: readonly string[] | undefined;
}

/** The condition that people work with a device of the scope, and that it is of this place: neither pending nor archived. */
export function inPlace(scope: Scope, { customerId, officeId, deviceIds }: Place): RawBuilder<boolean> {
  const conditions = [inScope(scope, 'device'), sql<boolean>`device.state IN ('active', 'blocked')`];
  if (customerId !== undefined) conditions.push(sql`device.customer_id = ${customerId}`);
  if (officeId !== undefined) conditions.push(sql`device.office_id = ${officeId}`);
  if (deviceIds !== undefined) conditions.push(sql`device.id = ANY (${deviceIds}::uuid[])`);
  return sql<boolean>`(${sql.join(conditions, sql` AND `)})`;
}
