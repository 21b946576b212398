import type { FastifyRequest } from 'fastify';
import type { Actor } from '../db/audit.ts';
import type { Db } from '../db/database.ts';
import { findMemberships, hasRole, type Membership, narrowMemberships, type Role } from '../db/memberships.ts';
import { EVERYTHING, type Scope, toScope } from '../db/scope.ts';
import { findUserSession, type SessionUser } from '../db/sessions.ts';
import { StepCloudError } from '../errors.ts';
import { authenticateApiToken, findApiTokenIdentity, isApiToken } from '../identity/api-tokens.ts';
import { authenticateGateway, authenticateUser, type GatewayIdentity } from '../identity/sessions.ts';
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

/**
 * What a route of the user API asks of its caller: a role somewhere, or only to be somebody. A route about oneself asks for
 * a person, who signed in.
 */
export type Access = Role | 'anybody' | 'self';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every guarded route of the user API has one. */
    access?: Access;
    /** Not by an API token; as every route about oneself. */
    personOnly?: boolean;
  }
}

/** What somebody came with. */
export type Credential =
  | { readonly kind: 'session'; readonly id: string }
  | { readonly kind: 'api_token'; readonly id: string; readonly name: string };

interface Known {
  readonly user: SessionUser;
  readonly credential: Credential;
  findMemberships(): Promise<Membership[]>;
  stands(): Promise<boolean>;
}

export interface UserCaller extends SessionUser {
  credential: Credential;
  memberships: Membership[];
  /** What the route asks for. */
  access: Access;
  /** Where the caller has the role that the route asks for: what the route works on. */
  scope: Scope;
  /** Where the caller has any role. */
  visible: Scope;
  /** The same by now, for answers that take long; undefined once what the caller came with has ended. */
  lookAgain(): Promise<Scope | undefined>;
}

/** Users, each with where they have the role that the route asks for. A route that asks for nothing is a fault of ours. */
export function guardUsers({ db, tokens, clock }: GuardOptions): Guard<UserCaller> {
  return createGuard(async (token, { routeOptions: { config, url }, ip }) => {
    const { access, personOnly = access === 'self' } = config;
    if (!access) throw new Error(`the route ${url} does not say who may use it`);
    const known = isApiToken(token) ? await knowByApiToken(token, ip) : await knowBySession(token);
    const { user, credential } = known;
    if (personOnly && credential.kind === 'api_token')
      throw new StepCloudError('FORBIDDEN', 'an API token is not enough for this: sign in');
    const memberships = await known.findMemberships();
    const visible = toScope(memberships);
    const asked = access === 'self' || access === 'anybody' ? 'viewer' : access;
    const scope = asked === 'viewer' ? visible : toScope(memberships.filter(({ role }) => hasRole(role, asked)));
    const lookAgain = async () => ((await known.stands()) ? toScope(await known.findMemberships()) : undefined);
    return { ...user, credential, memberships, access, scope, visible, lookAgain };
  });

  async function knowBySession(token: string): Promise<Known> {
    const { sessionId, expiresAt, keyId, ...user } = await authenticateUser(db, tokens, token, clock());
    return {
      user,
      credential: { kind: 'session', id: sessionId },
      findMemberships: () => findMemberships(db, user.userId),
      // The access token itself may run out meanwhile.
      stands: async () => (await findUserSession(db, sessionId, user.userId, new Date(clock()))) !== undefined,
    };
  }

  async function knowByApiToken(token: string, address: string): Promise<Known> {
    const origin = { now: clock(), address };
    const { tokenId, tokenName, ...found } = await authenticateApiToken(db, token, origin);
    const { userId, email, isAdmin, firstName, lastName } = found;
    return {
      user: { userId, email, isAdmin, firstName, lastName },
      credential: { kind: 'api_token', id: tokenId, name: tokenName },
      findMemberships: async () => narrowMemberships(await findMemberships(db, userId), found),
      stands: async () => (await findApiTokenIdentity(db, token, clock())) !== undefined,
    };
  }
}

/** Where a caller may look by now. Throws CREDENTIALS_INVALID once that has ended. */
export async function standingScope(caller: UserCaller): Promise<Scope> {
  const scope = await caller.lookAgain();
  if (!scope) throw new StepCloudError('CREDENTIALS_INVALID', 'the session or API token has ended or was revoked');
  return scope;
}

/** Admins, each as a manager of everything: so what users can do, an admin does by the same routes. */
export function guardAdmins({ db, tokens, clock }: GuardOptions): Guard<UserCaller> {
  return createGuard(async (token) => {
    const { sessionId, expiresAt, keyId, ...user } = await authenticateUser(db, tokens, token, clock());
    if (!user.isAdmin) throw new StepCloudError('FORBIDDEN', 'only admins of this installation may do this');
    const lookAgain = async () => {
      const found = await findUserSession(db, sessionId, user.userId, new Date(clock()));
      return found?.isAdmin ? EVERYTHING : undefined;
    };
    const credential = { kind: 'session', id: sessionId } as const;
    const everywhere = { access: 'manager', scope: EVERYTHING, visible: EVERYTHING } as const;
    return { ...user, ...everywhere, credential, memberships: [], lookAgain };
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
export function actorOf(
  { userId, email, credential }: { userId: string; email: string; credential?: Credential },
  { ip }: FastifyRequest,
): Actor {
  const apiToken = credential?.kind === 'api_token' ? { id: credential.id, name: credential.name } : undefined;
  return { kind: 'user', id: userId, name: email, address: ip, apiToken };
}
