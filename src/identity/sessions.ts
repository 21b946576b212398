import { v7 as uuid } from 'uuid';
import type { Db } from '../db/database.ts';
import { findGatewaySession, findUserSession, insertSession } from '../db/sessions.ts';
import { StepCloudError } from '../errors.ts';
import type { TokenClaims, TokenKind, Tokens } from './tokens.ts';

export interface IssuedToken {
  token: string;
  sessionId: string;
  expiresAt: Date;
}

/** Opens a session for a user or gateway and issues the access token that is bound to it. */
export async function openSession(
  db: Db,
  tokens: Tokens,
  kind: TokenKind,
  subject: string,
  { now, lifetimeMs, address }: { now: number; lifetimeMs: number; address?: string },
): Promise<IssuedToken> {
  const sessionId = uuid();
  const expiresAt = new Date(now + lifetimeMs);
  await insertSession(db, {
    id: sessionId,
    ...(kind === 'user' ? { userId: subject } : { gatewayId: subject }),
    createdAt: new Date(now),
    expiresAt,
    ...(address === undefined ? {} : { address }),
  });
  return {
    token: await tokens.issue(kind, { subject, sessionId, expiresAt: expiresAt.getTime() }),
    sessionId,
    expiresAt,
  };
}

/** Who a gateway's token speaks for. Throws CREDENTIALS_INVALID; a false signature costs no query. */
export async function authenticateGateway(db: Db, tokens: Tokens, token: string, now: number) {
  const claims = await tokens.verify('gateway', token);
  return {
    ...standing(await findGatewaySession(db, claims.sessionId, claims.subject, new Date(now))),
    ...pick(claims),
  };
}

/** Who a user's token speaks for. Throws CREDENTIALS_INVALID; a false signature costs no query. */
export async function authenticateUser(db: Db, tokens: Tokens, token: string, now: number) {
  const claims = await tokens.verify('user', token);
  return { ...standing(await findUserSession(db, claims.sessionId, claims.subject, new Date(now))), ...pick(claims) };
}

function pick({ sessionId, expiresAt }: TokenClaims) {
  return { sessionId, expiresAt };
}

function standing<T>(found: T | undefined): T {
  if (found === undefined) throw new StepCloudError('CREDENTIALS_INVALID', 'the session has ended or was revoked');
  return found;
}

export type GatewayIdentity = Awaited<ReturnType<typeof authenticateGateway>>;
export type UserIdentity = Awaited<ReturnType<typeof authenticateUser>>;
