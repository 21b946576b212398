import { v7 as uuid } from 'uuid';
import type { Db } from './database.ts';
import { findUserByEmail } from './users.ts';

/** All users by id, from behind `after`, or the one with this address. For admins only. */
export async function listUsers(
  db: Db,
  { email, after, limit }: { email: string | undefined; after: string | undefined; limit: number },
) {
  return selectUsers(db)
    .$if(email !== undefined, (query) => query.where('user.email', '=', (email as string).toLowerCase()))
    .$if(after !== undefined, (query) => query.where('user.id', '>', after as string))
    .orderBy('user.id')
    .limit(limit)
    .execute();
}

export async function showUser(db: Db, userId: string) {
  return selectUsers(db).where('user.id', '=', userId).executeTakeFirst();
}

function selectUsers(db: Db) {
  return db
    .selectFrom('user')
    .select(['user.id', 'email', 'first_name as firstName', 'last_name as lastName', 'is_admin as isAdmin', 'active'])
    .select((row) => [
      'user.created_at as createdAt',
      row
        .selectFrom('session')
        .whereRef('session.user_id', '=', 'user.id')
        .select(({ fn }) => fn.max('session.created_at').as('at'))
        .as('lastSignInAt'),
    ]);
}

export interface Person {
  email: string;
  firstName?: string | undefined;
  lastName?: string | undefined;
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
