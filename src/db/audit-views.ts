import { type RawBuilder, sql } from 'kysely';
import type { Db } from './database.ts';
import { EVERYTHING, type Scope } from './scope.ts';

export interface AuditFilter {
  readonly action?: string;
  readonly actorId?: string;
  readonly subjectId?: string;
  /** Inclusive. */
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
  /** Only entries older than this one. */
  readonly before: string | undefined;
  readonly limit: number;
}

/**
 * What concerns the customers and offices of the scope, and what concerns no customer but this user, if there is one; newest first. The
 * newest of each are found by their index and merged, so that other customers' entries cost nothing.
 */
export async function listAuditEntries(db: Db, scope: Scope, userId: string | undefined, filter: AuditFilter) {
  if (scope === EVERYTHING) return listAllAuditEntries(db, undefined, filter);
  const newest = (whose: RawBuilder<boolean>) =>
    sql`SELECT id FROM audit_entry WHERE ${whose} AND ${matches(filter)} ORDER BY id DESC LIMIT ${filter.limit}`;
  // What a user did to somebody else's account is left to admins: it would tell who had one before.
  const mine = sql`(
    SELECT customer.id AS customer_id, NULL::uuid AS office_id FROM unnest(${scope.customerIds}::uuid[]) AS customer (id)
    UNION ALL SELECT customer_id, id FROM office WHERE id = ANY(${scope.officeIds}::uuid[]))`;
  const ids = sql<string>`(
    SELECT entry.id FROM ${mine} AS mine CROSS JOIN LATERAL (
      ${newest(sql`customer_id = mine.customer_id AND (mine.office_id IS NULL OR office_id = mine.office_id)`)}
    ) AS entry
    UNION (${newest(sql`customer_id IS NULL AND subject_id = ${userId ?? null}`)})
    UNION (${newest(sql`customer_id IS NULL AND actor_id = ${userId ?? null} AND subject_kind IS DISTINCT FROM 'user'`)}))`;
  return selectEntries(db).where('id', 'in', ids).orderBy('id', 'desc').limit(filter.limit).execute();
}

/** What concerns anybody, or one customer; newest first. For admins only. */
export async function listAllAuditEntries(db: Db, customerId: string | undefined, filter: AuditFilter) {
  return selectEntries(db)
    .where(matches(filter))
    .$if(customerId !== undefined, (query) => query.where('customer_id', '=', customerId as string))
    .orderBy('id', 'desc')
    .limit(filter.limit)
    .execute();
}

function matches({ action, actorId, subjectId, from, to, before }: AuditFilter): RawBuilder<boolean> {
  const conditions = [sql`at >= ${from} AND at < ${to}`];
  if (action !== undefined) conditions.push(sql`action = ${action}`);
  if (actorId !== undefined) conditions.push(sql`actor_id = ${actorId}`);
  if (subjectId !== undefined) conditions.push(sql`subject_id = ${subjectId}`);
  if (before !== undefined) conditions.push(sql`id < ${before}`);
  return sql<boolean>`(${sql.join(conditions, sql` AND `)})`;
}

export type AuditEntryRow = Awaited<ReturnType<typeof listAllAuditEntries>>[number];

function selectEntries(db: Db) {
  return db
    .selectFrom('audit_entry')
    .select(['id', 'at', 'action', 'actor_kind as actorKind', 'actor_id as actorId', 'actor_name as actorName'])
    .select(['subject_kind as subjectKind', 'subject_id as subjectId', 'subject_name as subjectName'])
    .select(['customer_id as customerId', 'office_id as officeId', 'address', 'detail']);
}
