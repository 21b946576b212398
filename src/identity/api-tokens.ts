import { findStandingApiToken, noteApiTokenUse, revokeApiTokens } from '../db/api-tokens.ts';
import type { Db } from '../db/database.ts';
import { StepCloudError } from '../errors.ts';
import { signal } from '../signals/signals.ts';
import { hashSecret, randomSecret } from './refresh.ts';

/** Tells people and scanners of leaked secrets what it is; no JWT begins like it. */
const PREFIX = 'scat_';
const SHAPE = /^scat_[A-Za-z0-9_-]{43}$/;

/** When a token was used last is known to the minute: a script that asks often costs no write each time. */
const USE_NOTED_MS = 60_000;

export function randomApiToken(): string {
  return PREFIX + randomSecret();
}

export function isApiToken(token: string): boolean {
  return token.startsWith(PREFIX);
}

/** Whose API token it is and what it reaches. Throws CREDENTIALS_INVALID; what is none of ours by its looks costs no query. */
export async function authenticateApiToken(
  db: Db,
  token: string,
  { now, address }: { now: number; address: string },
): Promise<ApiTokenIdentity> {
  const found = SHAPE.test(token) ? await findApiTokenIdentity(db, token, now) : undefined;
  if (!found) throw new StepCloudError('CREDENTIALS_INVALID', 'the API token is not known, has expired or was revoked');
  const noted = found.lastUsedAt !== null && now - found.lastUsedAt.getTime() < USE_NOTED_MS;
  if (!noted || found.lastAddress !== address) await noteApiTokenUse(db, found.tokenId, new Date(now), address);
  return found;
}

/** The same for one that was let in before, to see whether it still stands. */
export async function findApiTokenIdentity(db: Db, token: string, now: number) {
  return findStandingApiToken(db, hashSecret(token), new Date(now));
}

export type ApiTokenIdentity = NonNullable<Awaited<ReturnType<typeof findApiTokenIdentity>>>;

/** Ends a token, or all of a user, for good, on every process at once. Returns the ids of those that were not revoked yet. */
export async function endApiTokens(db: Db, whose: { id: string } | { userId: string }, now: number): Promise<string[]> {
  const ended = await revokeApiTokens(db, whose, new Date(now));
  if (ended.length > 0) await signal(db, 'access');
  return ended;
}
