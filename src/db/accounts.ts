import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { Db } from './database.ts';
import { byId, byText, byTime, contains, type Filter, fetchPage, matches, type PageRequest } from './keyset.ts';
import { findUserByEmail } from './users.ts';

const LAST_SIGN_IN_AT = sql<Date | null>`(SELECT max(session.created_at) FROM session WHERE session.user_id = "user".id)`;

export const USER_ORDER = {
  fields: {
    id: byId('user.id'),
    email: byText('user.email'),
    lastName: byText('user.last_name'),
    createdAt: byTime('user.created_at'),
    lastSignInAt: byTime(LAST_SIGN_IN_AT),
  },
  unique: byId('user.id'),
};

export interface UserFilter {
  /** In any case. */
  readonly email?: string | undefined;
  readonly active?: Filter;
  readonly isAdmin?: Filter;
  /** Stands in the address or a name. */
  readonly q?: string | undefined;
}

/** All users of the installation. For admins only. */
export async function listUsers(
  db: Db,
  { email, active, isAdmin, q }: UserFilter,
  page: PageRequest<keyof typeof USER_ORDER.fields>,
) {
  const query = selectUsers(db)
    .where(matches(['user.email', email?.toLowerCase()], ['user.active', active], ['user.is_admin', isAdmin]))
    .where(contains(q, 'user.email', 'user.first_name', 'user.last_name'));
  return fetchPage(query, USER_ORDER, page);
}

export async function showUser(db: Db, userId: string) {
  return selectUsers(db).where('user.id', '=', userId).executeTakeFirst();
}

function selectUsers(db: Db) {
  return db
    .selectFrom('user')
    .select(['user.id', 'email', 'first_name as firstName', 'last_name as lastName', 'is_admin as isAdmin', 'active'])
    .select(['user.created_at as createdAt', LAST_SIGN_IN_AT.as('lastSignInAt')]);
}

export interface Person {
  email: string;
  firstName?: string | null | undefined;
  lastName?: string | null | undefined;
}

/** The user with this address, made without a password where there is none. */
export async function ensureUser(db: Db, { email, firstName, lastName }: Person) {
  const made = await db
    .insertInto('user')
    .values({ id: uuid(), email: email.toLowerCase(), first_name: firstName ?? null, last_name: lastName ?? null })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  const user = (await findUserByEmail(db, email)) as NonNullable<Awaited<ReturnType<typeof findUserByEmail>>>;
  return { ...user, isNew: made !== undefined };
}

/** Changes what is given; an address in any case. */
export async function updatePerson(
  db: Db,
  userId: string,
  { email, firstName, lastName }: { email?: string; firstName?: string | null; lastName?: string | null },
): Promise<void> {
  const changes = { email: email?.toLowerCase(), first_name: firstName, last_name: lastName };
  await db.updateTable('user').set(changes).where('id', '=', userId).execute();
}

/** The admins who may sign in, none of whom can cease to be one until the transaction ends. */
export async function lockAdmins(tx: Db): Promise<string[]> {
  const rows = await tx
    .selectFrom('user')
    .where('is_admin', '=', true)
    .where('active', '=', true)
    .select('id')
    .orderBy('id')
    .forUpdate()
    .execute();
  return rows.map(({ id }) => id);
}

/** What goes with a user. */
export async function countUserContents(db: Db, userId: string) {
  const { rows } = await sql<{ memberships: number; apiTokens: number }>`
    SELECT
      (SELECT count(*)::int4 FROM membership WHERE user_id = ${userId}) AS memberships,
      (SELECT count(*)::int4 FROM api_token WHERE user_id = ${userId} AND revoked_at IS NULL) AS "apiTokens"`.execute(
    db,
  );
  return { keeps: {}, goes: rows[0] as (typeof rows)[number] };
}

/** With memberships, sessions and tokens. What the user did stays in the audit. */
export async function deleteUser(tx: Db, userId: string): Promise<void> {
  await tx.deleteFrom('user').where('id', '=', userId).execute();
}

/** False where it was so before, or there is no such user. */
export async function updateUser(
  db: Db,
  userId: string,
  change: { active: boolean } | { is_admin: boolean },
): Promise<boolean> {
  const [column, value] = Object.entries(change)[0] as ['active' | 'is_admin', boolean];
  const { numUpdatedRows } = await db
    .updateTable('user')
    .set(change)
    .where('id', '=', userId)
    .where(column, '<>', value)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}
