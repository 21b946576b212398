import type { Db } from './database.ts';

/** What the database keeps of a refresh token: its hash, and how to find its successor for as long as that is unused. */
export interface KeptRefreshToken {
  hash: Buffer;
  sessionId: string;
  userId: string | null;
  gatewayId: string | null;
  usedAt: Date | null;
  successorSalt: Buffer | null;
}

export async function insertRefreshToken(db: Db, hash: Buffer, sessionId: string, issuedAt: Date): Promise<void> {
  await db.insertInto('refresh_token').values({ hash, session_id: sessionId, issued_at: issuedAt }).execute();
}

/** Locks the token, so that two who refresh at the same moment come one after the other. */
export async function lockRefreshToken(tx: Db, hash: Buffer): Promise<KeptRefreshToken | undefined> {
  return tx
    .selectFrom('refresh_token')
    .innerJoin('session', 'session.id', 'refresh_token.session_id')
    .where('hash', '=', hash)
    .select([
      'hash',
      'session.id as sessionId',
      'user_id as userId',
      'gateway_id as gatewayId',
      'used_at as usedAt',
      'successor_salt as successorSalt',
    ])
    .forUpdate('refresh_token')
    .executeTakeFirst();
}

/**
 * Uses a token: its successor stands from now on, and those before it lead nowhere any more. Tokens that were used before
 * `forgetBefore` are forgotten.
 */
export async function replaceRefreshToken(
  tx: Db,
  { hash, sessionId }: KeptRefreshToken,
  { salt, successor, now, forgetBefore }: { salt: Buffer; successor: Buffer; now: Date; forgetBefore: Date },
): Promise<void> {
  await tx.updateTable('refresh_token').set({ used_at: now, successor_salt: salt }).where('hash', '=', hash).execute();
  await tx
    .updateTable('refresh_token')
    .set({ successor_salt: null })
    .where('session_id', '=', sessionId)
    .where('hash', '<>', hash)
    .where('successor_salt', 'is not', null)
    .execute();
  await tx
    .deleteFrom('refresh_token')
    .where('session_id', '=', sessionId)
    .where('used_at', '<', forgetBefore)
    .execute();
  await insertRefreshToken(tx, successor, sessionId, now);
}
