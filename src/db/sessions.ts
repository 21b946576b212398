import type { Db } from './database.ts';

export interface NewSession {
  id: string;
  userId?: string;
  gatewayId?: string;
  createdAt: Date;
  expiresAt: Date;
  address?: string;
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
      address: session.address ?? null,
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
    .select([
      'user.id as userId',
      'user.email',
      'user.is_admin as isAdmin',
      'user.first_name as firstName',
      'user.last_name as lastName',
    ])
    .executeTakeFirst();
}
