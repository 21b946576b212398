import { type RawBuilder, sql } from 'kysely';

/** Customers with all their offices, and single offices of others. */
export interface Places {
  readonly customerIds: readonly string[];
  readonly officeIds: readonly string[];
}

/** What an admin of the installation may see: whoever's it is, suspended customers too. */
export const EVERYTHING = 'everything';

/** What a caller may see. Every query on behalf of one takes it, right after the database. */
export type Scope = Places | typeof EVERYTHING;

/** The scope of these memberships; one without an office is for the whole customer. */
export function toScope(memberships: readonly { customerId: string; officeId: string | null }[]): Places {
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
export function inScope(scope: Scope, table: keyof typeof COLUMNS): RawBuilder<boolean> {
  if (scope === EVERYTHING) return sql<boolean>`TRUE`;
  const { customerIds, officeIds } = scope;
  const [customer, office] = COLUMNS[table];
  return sql<boolean>`(${sql.ref(customer)} = ANY(${customerIds}::uuid[]) OR ${sql.ref(office)} = ANY(${officeIds}::uuid[]))`;
}
