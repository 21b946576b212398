import type { Db } from './database.ts';

export interface NewPasswordReset {
  hash: Buffer;
  createdAt: Date;
  expiresAt: Date;
}

/**
 * Lets the hashed token set the password of the active user with this address, in place of any before it. One statement,
 * which takes as long when there is no such user; then it returns undefined.
 */
export async function replacePasswordReset(db: Db, email: string, { hash, createdAt, expiresAt }: NewPasswordReset) {
  return db
    .with('known', (query) =>
      query
        .selectFrom('user')
        .where('email', '=', email.toLowerCase())
        .where('active', '=', true)
        .select(['id', 'email']),
    )
    .with('older', (query) =>
      query.deleteFrom('password_reset').where('user_id', 'in', (of) => of.selectFrom('known').select('id')),
    )
    .with('newer', (query) =>
      query
        .insertInto('password_reset')
        .columns(['hash', 'user_id', 'created_at', 'expires_at'])
        .expression((of) =>
          of
            .selectFrom('known')
            .select(({ val }) => [
              val(hash).as('hash'),
              'id',
              val(createdAt).as('created_at'),
              val(expiresAt).as('expires_at'),
            ]),
        ),
    )
    .selectFrom('known')
    .select(['id', 'email'])
    .executeTakeFirst();
}

/** The active user whose password the hashed token may set. */
export async function findPasswordReset(db: Db, hash: Buffer, now: Date) {
  return db
    .selectFrom('password_reset')
    .innerJoin('user', 'user.id', 'password_reset.user_id')
    .where('password_reset.hash', '=', hash)
    .where('password_reset.expires_at', '>', now)
    .where('user.active', '=', true)
    .select(['user.id', 'user.email'])
    .executeTakeFirst();
}

/** Uses the token up; of two at once one finds it. */
export async function takePasswordReset(tx: Db, hash: Buffer): Promise<boolean> {
  const { numDeletedRows } = await tx.deleteFrom('password_reset').where('hash', '=', hash).executeTakeFirstOrThrow();
  return numDeletedRows > 0n;
}

/** Takes every such token away from a user. */
export async function deletePasswordResets(tx: Db, userId: string): Promise<void> {
  await tx.deleteFrom('password_reset').where('user_id', '=', userId).execute();
}
