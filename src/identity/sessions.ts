import { v7 as uuid } from 'uuid';
import type { Database, Db } from '../db/database.ts';
import { insertRefreshToken, lockRefreshToken, replaceRefreshToken } from '../db/refresh-tokens.ts';
import {
  extendSession,
  findGatewaySession,
  findUserSession,
  insertSession,
  type RevocationReason,
  revokeSessions,
  type WhoseSessions,
} from '../db/sessions.ts';
import { StepCloudError } from '../errors.ts';
import { signal } from '../signals/signals.ts';
import { hashSecret, randomSalt, randomSecret, successorOf } from './refresh.ts';
import type { TokenClaims, TokenKind, Tokens } from './tokens.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/**
 * How long an access token of a renewable session lives, give or take a share of it so that thousands do not end
 * together, and how long the session stands without being used.
 */
export const LIFETIMES = {
  user: { accessMs: 15 * MINUTE, spread: 0, idleMs: 30 * DAY },
  gateway: { accessMs: DAY, spread: 0.1, idleMs: 90 * DAY },
} as const;

/** When and from where a session is opened or used. */
export interface Origin {
  now: number;
  address?: string | undefined;
  /** What the other side says of itself: a browser's User-Agent, a gateway's software version. */
  client?: string | undefined;
}

export interface SessionOptions extends Origin {
  label?: string | undefined;
  /** The user who makes it for a gateway. */
  issuedBy?: string | undefined;
}

export interface IssuedToken {
  token: string;
  sessionId: string;
  expiresAt: Date;
}

/** The tokens of a renewable session. */
export interface IssuedTokens {
  /** The user's or gateway's id. */
  subject: string;
  sessionId: string;
  accessToken: string;
  accessExpiresAt: Date;
  refreshToken: string;
}

/** Opens a session that ends with its one token: for what cannot renew. */
export async function openSession(
  db: Db,
  tokens: Tokens,
  kind: TokenKind,
  subject: string,
  { lifetimeMs, ...options }: SessionOptions & { lifetimeMs: number },
): Promise<IssuedToken> {
  const expiresAt = new Date(options.now + lifetimeMs);
  const sessionId = await insert(db, kind, subject, { ...options, expiresAt, renewable: false });
  return {
    token: await tokens.issue(kind, { subject, sessionId, expiresAt: expiresAt.getTime() }),
    sessionId,
    expiresAt,
  };
}

/** Opens a session that lasts for as long as it is renewed, with its first tokens. */
export async function openRenewableSession(
  db: Db,
  tokens: Tokens,
  kind: TokenKind,
  subject: string,
  options: SessionOptions,
): Promise<IssuedTokens> {
  const refreshToken = randomSecret();
  const sessionId = await prepareSession(db, kind, subject, hashSecret(refreshToken), options);
  return { subject, sessionId, ...(await issueAccess(tokens, kind, subject, sessionId, options.now)), refreshToken };
}

/** Opens a renewable session whose first refresh token somebody has already; only its hash is known here. */
export async function prepareSession(
  db: Db,
  kind: TokenKind,
  subject: string,
  refreshTokenHash: Buffer,
  options: SessionOptions,
): Promise<string> {
  const expiresAt = new Date(options.now + LIFETIMES[kind].idleMs);
  const sessionId = await insert(db, kind, subject, { ...options, expiresAt, renewable: true });
  await insertRefreshToken(db, refreshTokenHash, sessionId, new Date(options.now));
  return sessionId;
}

async function insert(
  db: Db,
  kind: TokenKind,
  subject: string,
  { now, ...session }: SessionOptions & { expiresAt: Date; renewable: boolean },
): Promise<string> {
  const id = uuid();
  const owner = kind === 'user' ? { userId: subject } : { gatewayId: subject };
  await insertSession(db, { ...session, ...owner, id, createdAt: new Date(now) });
  return id;
}

/** An old refresh token came: of a user, whose session is ended by that; or of a gateway, whose session goes on. */
export class RefreshTokenReused extends StepCloudError {
  readonly subject: string;
  readonly sessionId: string;

  constructor(subject: string, sessionId: string) {
    super('CREDENTIALS_INVALID', 'the refresh token was used before, and so was the one that replaced it');
    this.subject = subject;
    this.sessionId = sessionId;
  }
}

/**
 * Rotates a refresh token (RFC 9700, 4.14.2). Who repeats one, because the answer was lost or two came at once, gets the
 * same successor for as long as nobody used that. Throws CREDENTIALS_INVALID; as RefreshTokenReused when it is older.
 */
export async function refreshSession(
  db: Database,
  tokens: Tokens,
  kind: TokenKind,
  refreshToken: string,
  origin: Origin,
): Promise<IssuedTokens> {
  const now = new Date(origin.now);
  const { idleMs } = LIFETIMES[kind];
  const turned = await db.transaction().execute(async (tx) => {
    const kept = await lockRefreshToken(tx, hashSecret(refreshToken));
    const subject = kind === 'user' ? kept?.userId : kept?.gatewayId;
    if (!kept || !subject) throw new StepCloudError('CREDENTIALS_INVALID', 'the refresh token is not known');
    const { sessionId } = kept;
    await requireStanding(tx, kind, sessionId, subject, now);
    if (kept.usedAt && !kept.successorSalt) {
      if (kind === 'user') await endSessions(tx, { sessionId }, 'token reused');
      return new RefreshTokenReused(subject, sessionId);
    }
    const salt = kept.successorSalt ?? randomSalt();
    const successor = successorOf(refreshToken, salt);
    if (!kept.usedAt) {
      const forgetBefore = new Date(origin.now - idleMs);
      await replaceRefreshToken(tx, kept, { salt, successor: hashSecret(successor), now, forgetBefore });
    }
    await extendSession(tx, sessionId, { ...origin, now, expiresAt: new Date(origin.now + idleMs) });
    return { subject, sessionId, refreshToken: successor };
  });
  if (turned instanceof RefreshTokenReused) throw turned;
  return { ...turned, ...(await issueAccess(tokens, kind, turned.subject, turned.sessionId, origin.now)) };
}

/**
 * A fresh access token for a renewable session of a gateway, which stands longer by that; undefined when the session does
 * not stand or does not renew.
 */
export async function renewGatewayToken(
  db: Db,
  tokens: Tokens,
  { sessionId, gatewayId }: { sessionId: string; gatewayId: string },
  now: number,
): Promise<{ token: string; expiresAt: number } | undefined> {
  const session = await findGatewaySession(db, sessionId, gatewayId, new Date(now));
  if (!session?.renewable) return undefined;
  await extendSession(db, sessionId, { now: new Date(now), expiresAt: new Date(now + LIFETIMES.gateway.idleMs) });
  const { accessToken, accessExpiresAt } = await issueAccess(tokens, 'gateway', gatewayId, sessionId, now);
  return { token: accessToken, expiresAt: accessExpiresAt.getTime() };
}

async function issueAccess(tokens: Tokens, kind: TokenKind, subject: string, sessionId: string, now: number) {
  const { accessMs, spread } = LIFETIMES[kind];
  const expiresAt = now + accessMs * (1 + spread * shareOf(sessionId));
  return {
    accessToken: await tokens.issue(kind, { subject, sessionId, expiresAt }),
    accessExpiresAt: new Date(Math.floor(expiresAt / 1000) * 1000),
  };
}

/** From -1 to 1, the same for a session each time, and evenly over all of them. */
function shareOf(sessionId: string): number {
  return Number.parseInt(sessionId.slice(-8), 16) / 0x7fff_ffff - 1;
}

/** Ends sessions for good, on every process at once. Returns the ids of those that stood. */
export async function endSessions(db: Db, whose: WhoseSessions, reason: RevocationReason): Promise<string[]> {
  const ended = await revokeSessions(db, whose, reason);
  if (ended.length > 0) await signal(db, 'access');
  return ended;
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

async function requireStanding(db: Db, kind: TokenKind, sessionId: string, subject: string, now: Date): Promise<void> {
  const find = kind === 'user' ? findUserSession : findGatewaySession;
  standing(await find(db, sessionId, subject, now));
}

function pick({ sessionId, expiresAt, keyId }: TokenClaims) {
  return { sessionId, expiresAt, keyId };
}

function standing<T>(found: T | undefined): T {
  if (found === undefined) throw new StepCloudError('CREDENTIALS_INVALID', 'the session has ended or was revoked');
  return found;
}

export type GatewayIdentity = Awaited<ReturnType<typeof authenticateGateway>>;
export type UserIdentity = Awaited<ReturnType<typeof authenticateUser>>;
