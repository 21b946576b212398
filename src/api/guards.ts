import type { FastifyRequest } from 'fastify';
import type { Actor } from '../db/audit.ts';
import type { Db } from '../db/database.ts';
import { findMemberships, type Membership, ROLES, type Role } from '../db/memberships.ts';
import { type Scope, toScope } from '../db/scope.ts';
import { findUserSession } from '../db/sessions.ts';
import { StepCloudError } from '../errors.ts';
import {
  authenticateGateway,
  authenticateUser,
  type GatewayIdentity,
  type UserIdentity,
} from '../identity/sessions.ts';
import type { Tokens } from '../identity/tokens.ts';

/** Lets a request in, before anything of it is read, and knows from then on who sent it. */
export interface Guard<Caller> {
  /** For onRequest. Throws CREDENTIALS_INVALID or FORBIDDEN. */
  admit(request: FastifyRequest): Promise<void>;
  caller(request: FastifyRequest): Caller;
}

export interface GuardOptions {
  db: Db;
  tokens: Tokens;
  clock: () => number;
}

/** What a route of the user API asks of its caller: a role somewhere, or only to be signed in. */
export type Access = Role | 'self';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every guarded route of the user API has one. */
    access?: Access;
  }
}

export interface UserCaller extends UserIdentity {
  memberships: Membership[];
  /** What the route asks for. */
  access: Access;
  /** Where the caller has the role that the route asks for: what the route works on. */
  scope: Scope;
  /** Where the caller has any role. */
  visible: Scope;
}

/** Users, each with where they have the role that the route asks for. A route that asks for nothing is a fault of ours. */
export function guardUsers({ db, tokens, clock }: GuardOptions): Guard<UserCaller> {
  return createGuard(async (token, { routeOptions: { config, url } }) => {
    const { access } = config;
    if (!access) throw new Error(`the route ${url} does not say who may use it`);
    const user = await authenticateUser(db, tokens, token, clock());
    const memberships = await findMemberships(db, user.userId);
    const visible = toScope(memberships);
    if (access === 'self' || access === 'viewer') return { ...user, memberships, access, scope: visible, visible };
    const scope = toScope(memberships.filter(({ role }) => ROLES.indexOf(role) >= ROLES.indexOf(access)));
    return { ...user, memberships, access, scope, visible };
  });
}

/** Where a caller may look now; throws CREDENTIALS_INVALID once the session has ended. For answers that take long. */
export async function standingScope(db: Db, { sessionId, userId }: UserCaller, now: number): Promise<Scope> {
  if (!(await findUserSession(db, sessionId, userId, new Date(now))))
    throw new StepCloudError('CREDENTIALS_INVALID', 'the session has ended or was revoked');
  return toScope(await findMemberships(db, userId));
}

export function guardAdmins({ db, tokens, clock }: GuardOptions): Guard<UserIdentity> {
  return createGuard(async (token) => {
    const user = await authenticateUser(db, tokens, token, clock());
    if (!user.isAdmin) throw new StepCloudError('FORBIDDEN', 'only admins of this installation may do this');
    return user;
  });
}

export function guardGateways({ db, tokens, clock }: GuardOptions): Guard<GatewayIdentity> {
  return createGuard((token) => authenticateGateway(db, tokens, token, clock()));
}

function createGuard<Caller>(authenticate: (token: string, request: FastifyRequest) => Promise<Caller>): Guard<Caller> {
  const callers = new WeakMap<FastifyRequest, Caller>();
  return {
    async admit(request) {
      callers.set(request, await authenticate(bearerToken(request), request));
    },
    caller(request) {
      const caller = callers.get(request);
      if (!caller) throw new Error('this route stands outside of its guard');
      return caller;
    },
  };
}

function bearerToken({ headers }: FastifyRequest): string {
  const [, token] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (!token) throw new StepCloudError('CREDENTIALS_INVALID', 'a bearer token is needed');
  return token;
}

/** Who acts, for the audit. */
export function actorOf({ userId, email }: UserIdentity, { ip }: FastifyRequest): Actor {
  return { kind: 'user', id: userId, name: email, address: ip };
}
