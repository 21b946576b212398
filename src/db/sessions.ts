import { sql } from 'kysely';
import type { Db } from './database.ts';
import { byId, byTime, fetchPage, type PageRequest } from './keyset.ts';
import { USER_COLUMNS } from './users.ts';

export interface NewSession {
  id: string;
  userId?: string;
  gatewayId?: string;
  createdAt: Date;
  expiresAt: Date;
  renewable: boolean;
  address?: string | undefined;
  /** What the other side says of itself: a browser's User-Agent, a gateway's software version. */
  client?: string | undefined;
  /** What people call it. */
  label?: string | undefined;
  /** The user who made it for a gateway. */
  issuedBy?: string | undefined;
}

export async function insertSession(db: Db, session: NewSession): Promise<void> {
  await db
    .insertInto('session')
    .values({
      id: session.id,
      user_id: session.userId ?? null,
      gateway_id: session.gatewayId ?? null,
      created_at: session.createdAt,
      expires_at: session.expiresAt,
      renewable: session.renewable,
      address: session.address ?? null,
      client: session.client ?? null,
      label: session.label ?? null,
      issued_by: session.issuedBy ?? null,
    })
    .execute();
}

/** The gateway behind a session, or undefined when session, gateway or customer do not stand any more. */
export async function findGatewaySession(db: Db, sessionId: string, gatewayId: string, now: Date) {
  return db
    .selectFrom('session')
    .innerJoin('gateway', 'gateway.id', 'session.gateway_id')
    .innerJoin('customer', 'customer.id', 'gateway.customer_id')
    .where('session.id', '=', sessionId)
    .where('gateway.id', '=', gatewayId)
    .where('session.revoked_at', 'is', null)
    .where('session.expires_at', '>', now)
    .where('gateway.deleted_at', 'is', null)
    .where('customer.suspended_at', 'is', null)
    .select([
      'gateway.id as gatewayId',
      'gateway.customer_id as customerId',
      'gateway.office_id as officeId',
      'gateway.label',
      'session.renewable',
    ])
    .executeTakeFirst();
}

/** The user behind a session, or undefined when session or user do not stand any more. */
export async function findUserSession(db: Db, sessionId: string, userId: string, now: Date) {
  return db
    .selectFrom('session')
    .innerJoin('user', 'user.id', 'session.user_id')
    .where('session.id', '=', sessionId)
    .where('user.id', '=', userId)
    .where('session.revoked_at', 'is', null)
    .where('session.expires_at', '>', now)
    .where('user.active', '=', true)
    .select(USER_COLUMNS)
    .executeTakeFirst();
}

export type SessionUser = NonNullable<Awaited<ReturnType<typeof findUserSession>>>;

export interface SessionUse {
  now: Date;
  expiresAt: Date;
  address?: string | undefined;
  client?: string | undefined;
}

/** Moves the end of a session that was used; never back. */
export async function extendSession(
  db: Db,
  id: string,
  { now, expiresAt, address, client }: SessionUse,
): Promise<void> {
  await db
    .updateTable('session')
    .set({
      expires_at: sql<Date>`greatest(expires_at, ${expiresAt})`,
      last_used_at: now,
      last_address: sql<string>`coalesce(${address ?? null}, last_address)`,
      client: sql<string>`coalesce(${client ?? null}, client)`,
    })
    .where('id', '=', id)
    .execute();
}

export type WhoseSessions = { sessionId: string } | { userId: string; except?: string } | { gatewayId: string };
export type RevocationReason = 'logout' | 'revoked' | 'rotated' | 'replaced' | 'password changed' | 'token reused';

/**
 * Ends sessions for good and returns the ids of those that stood. The time is the database's own, since every process
 * looks for what was revoked since it looked last.
 */
export async function revokeSessions(db: Db, whose: WhoseSessions, reason: RevocationReason): Promise<string[]> {
  const rows = await db
    .updateTable('session')
    .set({ revoked_at: sql<Date>`now()`, revoked_reason: reason })
    .where('revoked_at', 'is', null)
    .$if('sessionId' in whose, (query) => query.where('id', '=', (whose as { sessionId: string }).sessionId))
    .$if('gatewayId' in whose, (query) => query.where('gateway_id', '=', (whose as { gatewayId: string }).gatewayId))
    .$if('userId' in whose, (query) => query.where('user_id', '=', (whose as { userId: string }).userId))
    .$if('userId' in whose && whose.except !== undefined, (query) =>
      query.where('id', '<>', (whose as { except: string }).except),
    )
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}

export type SessionOwner = { gatewayId: string } | { userId: string };

export const SESSION_ORDER = {
  fields: {
    id: byId('session.id'),
    createdAt: byTime('session.created_at'),
    lastUsedAt: byTime('session.last_used_at'),
    expiresAt: byTime('session.expires_at'),
  },
  unique: byId('session.id'),
};

/** The sessions of a gateway or user that stand. */
export async function listSessions(
  db: Db,
  owner: SessionOwner,
  now: Date,
  page: PageRequest<keyof typeof SESSION_ORDER.fields>,
) {
  return fetchPage(standingSessions(db, owner, now), SESSION_ORDER, page);
}

/** Those that people gave this label. */
export async function findLabelledSessions(db: Db, owner: SessionOwner, label: string, now: Date) {
  return standingSessions(db, owner, now).where('label', '=', label).execute();
}

/** A session of this gateway or user that stands. */
export async function findSession(db: Db, id: string, owner: SessionOwner, now: Date) {
  return standingSessions(db, owner, now).where('id', '=', id).executeTakeFirst();
}

function standingSessions(db: Db, owner: SessionOwner, now: Date) {
  return db
    .selectFrom('session')
    .$if('gatewayId' in owner, (query) => query.where('gateway_id', '=', (owner as { gatewayId: string }).gatewayId))
    .$if('userId' in owner, (query) => query.where('user_id', '=', (owner as { userId: string }).userId))
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .select([
      'id',
      'label',
      'renewable',
      'client',
      'address',
      'created_at as createdAt',
      'last_used_at as lastUsedAt',
      'last_address as lastAddress',
      'expires_at as expiresAt',
      'issued_by as issuedBy',
    ]);
}

/**
 * The standing sessions whose access token may have been issued before a moment, and the end of the last such token: of a
 * session that renews `renewedUntil` at the latest, of another one the session's own.
 */
export async function countSessionsBefore(db: Db, moment: Date, renewedUntil: Date, now: Date) {
  const endsAt = sql<Date>`CASE WHEN renewable THEN least(expires_at, ${renewedUntil}) ELSE expires_at END`;
  return db
    .selectFrom('session')
    .where('revoked_at', 'is', null)
    .where('created_at', '<', moment)
    .where(endsAt, '>', now)
    .select([sql<number>`count(*)::int4`.as('count'), sql<Date | null>`max(${endsAt})`.as('lastEndsAt')])
    .executeTakeFirstOrThrow();
}
