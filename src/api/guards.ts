import type { FastifyRequest } from 'fastify';
import type { Db } from '../db/database.ts';
import { findMemberships, type Membership } from '../db/memberships.ts';
import { type Scope, toScope } from '../db/scope.ts';
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

export type UserCaller = UserIdentity & { memberships: Membership[]; scope: Scope };

/** Users, each with what they may see. */
export function guardUsers({ db, tokens, clock }: GuardOptions): Guard<UserCaller> {
  return createGuard(async (token) => {
    const user = await authenticateUser(db, tokens, token, clock());
    const memberships = await findMemberships(db, user.userId);
    return { ...user, memberships, scope: toScope(memberships) };
  });
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

function createGuard<Caller>(authenticate: (token: string) => Promise<Caller>): Guard<Caller> {
  const callers = new WeakMap<FastifyRequest, Caller>();
  return {
    async admit(request) {
      callers.set(request, await authenticate(bearerToken(request)));
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
