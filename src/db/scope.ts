import { type RawBuilder, sql } from 'kysely';

/**
 * What a caller may see: customers with all their offices, and single offices of others. Every query on behalf of a user
 * takes one, right after the database.
 */
export interface Scope {
  readonly customerIds: readonly string[];
  readonly officeIds: readonly string[];
}

/** The scope of these memberships; one without an office is for the whole customer. */
export function toScope(memberships: readonly { customerId: string; officeId: string | null }[]): Scope {
  return {
    customerIds: memberships.filter(({ officeId }) => officeId === null).map(({ customerId }) => customerId),
    officeIds: memberships.flatMap(({ officeId }) => officeId ?? []),
  };
}

const COLUMNS = {
  office: ['office.customer_id', 'office.id'],
  gateway: ['gateway.customer_id', 'gateway.office_id'],
  device: ['device.customer_id', 'device.office_id'],
  membership: ['membership.customer_id', 'membership.office_id'],
  enrolment: ['enrolment.customer_id', 'enrolment.office_id'],
  enrolment_key: ['enrolment_key.customer_id', 'enrolment_key.office_id'],
} as const;

/** The condition that a row of this table belongs to the scope. */
export function inScope({ customerIds, officeIds }: Scope, table: keyof typeof COLUMNS): RawBuilder<boolean> {
  const [customer, office] = COLUMNS[table];
  return sql<boolean>`(${sql.ref(customer)} = ANY(${customerIds}::uuid[]) OR ${sql.ref(office)} = ANY(${officeIds}::uuid[]))`;
}
