import type { Db } from './database.ts';
import { byId, byText, byTime, contains, type Filter, fetchPage, matches, type PageRequest } from './keyset.ts';
import { inScope, type Scope } from './scope.ts';

export const OFFICE_ORDER = {
  fields: {
    id: byId('office.id'),
    name: byText('office.name'),
    city: byText('office.city'),
    country: byText('office.country'),
    createdAt: byTime('office.created_at'),
  },
  unique: byId('office.id'),
};

export interface OfficeFilter {
  readonly customerId?: Filter;
  readonly city?: Filter;
  readonly country?: Filter;
  readonly timeZone?: Filter;
  /** Stands in the name, the department or the city. */
  readonly q?: string | undefined;
}

export async function listOfficesInFull(
  db: Db,
  scope: Scope,
  { customerId, city, country, timeZone, q }: OfficeFilter,
  page: PageRequest<keyof typeof OFFICE_ORDER.fields>,
) {
  const query = selectOffices(db, scope)
    .where(matches(['office.customer_id', customerId], ['office.city', city], ['office.country', country]))
    .where(matches(['office.time_zone', timeZone]))
    .where(contains(q, 'office.name', 'office.department', 'office.sub_department', 'office.city'));
  return fetchPage(query, OFFICE_ORDER, page);
}

/** As it stands in the list. */
export async function showOffice(db: Db, scope: Scope, officeId: string) {
  return selectOffices(db, scope).where('office.id', '=', officeId).executeTakeFirst();
}

function selectOffices(db: Db, scope: Scope) {
  return db
    .selectFrom('office')
    .where(inScope(scope, 'office'))
    .select(['id', 'customer_id as customerId', 'name', 'department', 'sub_department as subDepartment', 'street'])
    .select(['additional_address as additionalAddress', 'zip', 'city', 'country', 'time_zone as timeZone'])
    .select('created_at as createdAt');
}
