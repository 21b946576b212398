import type { Db } from './database.ts';

/** The user who signs in with this address, however it is spelt; active or not. */
export async function findUserByEmail(db: Db, email: string) {
  return db
    .selectFrom('user')
    .where('email', '=', email.toLowerCase())
    .select(['id', 'password_hash as passwordHash', 'active'])
    .executeTakeFirst();
}
