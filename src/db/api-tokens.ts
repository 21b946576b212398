import { sql } from 'kysely';
import type { Db } from './database.ts';
import { byId, byText, byTime, contains, type Filter, fetchPage, matches, type PageRequest } from './keyset.ts';
import type { Role } from './memberships.ts';
import { USER_COLUMNS } from './users.ts';

/** Where a token opens something, and up to which role. */
export interface TokenReach {
  readonly customerId: string;
  /** Null: every office of the customer. */
  readonly officeId: string | null;
  readonly role: Role;
}

export interface NewApiToken extends TokenReach {
  id: string;
  userId: string;
  name: string;
  hash: Buffer;
  createdAt: Date;
  expiresAt: Date;
}

export async function insertApiToken(db: Db, token: NewApiToken): Promise<void> {
  await db
    .insertInto('api_token')
    .values({
      id: token.id,
      user_id: token.userId,
      customer_id: token.customerId,
      office_id: token.officeId,
      role: token.role,
      name: token.name,
      hash: token.hash,
      created_at: token.createdAt,
      expires_at: token.expiresAt,
    })
    .execute();
}

export const API_TOKEN_ORDER = {
  fields: {
    id: byId('api_token.id'),
    name: byText('api_token.name'),
    createdAt: byTime('api_token.created_at'),
    expiresAt: byTime('api_token.expires_at'),
    lastUsedAt: byTime('api_token.last_used_at'),
  },
  unique: byId('api_token.id'),
};

export interface ApiTokenFilter {
  readonly customerId?: Filter;
  /** Stands in the name. */
  readonly q?: string | undefined;
}

/** Tokens of a user that were not revoked, expired ones too. */
export async function listApiTokens(
  db: Db,
  userId: string,
  { customerId, q }: ApiTokenFilter,
  page: PageRequest<keyof typeof API_TOKEN_ORDER.fields>,
) {
  const query = selectApiTokens(db, userId)
    .where(matches(['api_token.customer_id', customerId]))
    .where(contains(q, 'api_token.name'));
  return fetchPage(query, API_TOKEN_ORDER, page);
}

export async function findApiToken(db: Db, userId: string, id: string) {
  return selectApiTokens(db, userId).where('api_token.id', '=', id).executeTakeFirst();
}

function selectApiTokens(db: Db, userId: string) {
  return db
    .selectFrom('api_token')
    .innerJoin('customer', 'customer.id', 'api_token.customer_id')
    .where('api_token.user_id', '=', userId)
    .where('api_token.revoked_at', 'is', null)
    .select(['api_token.id', 'api_token.name', 'api_token.customer_id as customerId'])
    .select(['customer.name as customerName', 'api_token.office_id as officeId', 'api_token.role'])
    .select(['api_token.created_at as createdAt', 'api_token.expires_at as expiresAt'])
    .select(['api_token.last_used_at as lastUsedAt', 'api_token.last_address as lastAddress']);
}

export async function countStandingApiTokens(db: Db, userId: string, now: Date): Promise<number> {
  const { count } = await db
    .selectFrom('api_token')
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .select(sql<number>`count(*)::int4`.as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** The token behind this hash and its owner, or undefined when one of them does not stand any more. */
export async function findStandingApiToken(db: Db, hash: Buffer, now: Date) {
  return db
    .selectFrom('api_token')
    .innerJoin('user', 'user.id', 'api_token.user_id')
    .where('api_token.hash', '=', hash)
    .where('api_token.revoked_at', 'is', null)
    .where('api_token.expires_at', '>', now)
    .where('user.active', '=', true)
    .select(USER_COLUMNS)
    .select(['api_token.id as tokenId', 'api_token.name as tokenName', 'api_token.customer_id as customerId'])
    .select(['api_token.office_id as officeId', 'api_token.role', 'api_token.last_used_at as lastUsedAt'])
    .select('api_token.last_address as lastAddress')
    .executeTakeFirst();
}

export async function noteApiTokenUse(db: Db, id: string, at: Date, address: string): Promise<void> {
  await db.updateTable('api_token').set({ last_used_at: at, last_address: address }).where('id', '=', id).execute();
}

/** Revokes one token or all of a user, for good. Returns the ids of those that were not revoked yet. */
export async function revokeApiTokens(db: Db, whose: { id: string } | { userId: string }, now: Date) {
  const rows = await db
    .updateTable('api_token')
    .set({ revoked_at: now })
    .where('revoked_at', 'is', null)
    .$if('id' in whose, (query) => query.where('id', '=', (whose as { id: string }).id))
    .$if('userId' in whose, (query) => query.where('user_id', '=', (whose as { userId: string }).userId))
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}
