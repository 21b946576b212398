import type { Db } from './database.ts';

/** Of a user who asks for something. */
export const USER_COLUMNS = [
  'user.id as userId',
  'user.email',
  'user.is_admin as isAdmin',
  'user.first_name as firstName',
  'user.last_name as lastName',
] as const;

/** The user who signs in with this address, however it is spelt; active or not. */
export async function findUserByEmail(db: Db, email: string) {
  return db
    .selectFrom('user')
    .where('email', '=', email.toLowerCase())
    .select(['id', 'email', 'password_hash as passwordHash', 'active'])
    .executeTakeFirst();
}

export async function findUser(db: Db, id: string) {
  return db.selectFrom('user').where('id', '=', id).select(['id', 'email']).executeTakeFirst();
}

/** Holds the user as it is until the transaction ends. False when deactivated, or with another password than that. */
export async function lockUser(
  tx: Db,
  { id, passwordHash }: { id: string; passwordHash?: string | undefined },
): Promise<boolean> {
  const row = await tx
    .selectFrom('user')
    .where('id', '=', id)
    .where('active', '=', true)
    .$if(passwordHash !== undefined, (query) => query.where('password_hash', '=', passwordHash as string))
    .select('id')
    .forNoKeyUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

export async function setPassword(tx: Db, id: string, passwordHash: string): Promise<void> {
  await tx.updateTable('user').set({ password_hash: passwordHash }).where('id', '=', id).execute();
}

/** What is left out stays. */
export async function renameUser(
  db: Db,
  id: string,
  { firstName, lastName }: { firstName?: string | null; lastName?: string | null },
): Promise<void> {
  await db.updateTable('user').set({ first_name: firstName, last_name: lastName }).where('id', '=', id).execute();
}
