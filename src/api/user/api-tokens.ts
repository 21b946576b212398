import { Type } from 'typebox';
import { v7 as uuid } from 'uuid';
import {
  API_TOKEN_ORDER,
  countStandingApiTokens,
  findApiToken,
  insertApiToken,
  listApiTokens,
  type TokenReach,
} from '../../db/api-tokens.ts';
import { recordAudit } from '../../db/audit.ts';
import { hasRole, ROLES } from '../../db/memberships.ts';
import { lockUser } from '../../db/users.ts';
import { StepCloudError } from '../../errors.ts';
import { endApiTokens, randomApiToken } from '../../identity/api-tokens.ts';
import { hashSecret } from '../../identity/refresh.ts';
import type { App } from '../app.ts';
import { actorOf, type UserCaller } from '../guards.ts';
import { anyOf, listQuery, readPage, search } from '../lists.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, page, Time, text } from '../schemas.ts';
import { DAY_MS } from '../time-range.ts';
import type { UserRouteOptions } from './options.ts';
import { requireOwnCustomer, requirePlace } from './visible.ts';

const MAX_STANDING = 50;

const RoleAtMost = Type.Enum([...ROLES], {
  description: 'What it may do at most; never more than you may yourself at the moment of a request.',
});

const properties = {
  id: Id,
  name: Type.String({ examples: ['Nightly export'] }),
  customerId: Id,
  customerName: Type.String(),
  officeId: nullable({ ...Id, description: 'The only office it is for; null for all offices of the customer.' }),
  role: RoleAtMost,
  createdAt: Time,
  expiresAt: { ...Time, description: 'When it ends, or has ended.' },
  lastUsedAt: nullable({ ...Time, description: 'To the minute; null before the first time.' }),
  lastAddress: nullable(Type.String({ description: 'From where.', examples: ['203.0.113.7'] })),
};

export function apiTokens(app: App, { db, clock, caller }: UserRouteOptions): void {
  const config = { access: 'self' } as const;
  const common = { tags: ['session'], querystring: closed({}) };

  const create = {
    ...common,
    summary: 'Create an API token',
    description: `For a script: it is sent as \`Authorization: Bearer scat_...\` like an access token, and does not have to be renewed. It opens what you may, within one customer or one of its offices and up to a role; what you lose it loses too. It cannot change your account, members or tokens, and is shown only now. You may have ${MAX_STANDING} at a time.`,
    body: closed({
      name: text(128, {
        description: 'Stands in the audit with all that is done by it.',
        examples: ['Nightly export'],
      }),
      customerId: Id,
      officeId: Type.Optional({ ...Id, description: 'Only for this office; left out, for all of the customer.' }),
      role: RoleAtMost,
      expiresInDays: Type.Integer({ minimum: 1, maximum: 400 }),
    }),
    response: {
      201: closed(
        { ...properties, token: Type.String({ examples: ['scat_...'] }) },
        { description: 'The API token. It is shown only now.' },
      ),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT'),
      ...failures('TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED'),
    },
  };
  app.post('/me/api-tokens', { config, schema: create }, async (request, reply) => {
    const user = caller(request);
    const { name, customerId, officeId = null, role, expiresInDays } = request.body;
    const { name: customerName } = await requireOwnCustomer(db, user, customerId);
    await requirePlace(db, user, customerId, officeId);
    requireRoleIn(user, { customerId, officeId, role });
    const now = clock();
    const token = randomApiToken();
    const made = {
      ...{ id: uuid(), name, customerId, officeId, role },
      ...{ createdAt: new Date(now), expiresAt: new Date(now + expiresInDays * DAY_MS) },
    };
    await db.transaction().execute(async (tx) => {
      if (!(await lockUser(tx, { id: user.userId })))
        throw new StepCloudError('CREDENTIALS_INVALID', 'the user was deactivated meanwhile');
      if ((await countStandingApiTokens(tx, user.userId, made.createdAt)) >= MAX_STANDING)
        throw new StepCloudError('CONFLICT', `you have ${MAX_STANDING} API tokens: revoke one first`);
      await insertApiToken(tx, { ...made, userId: user.userId, hash: hashSecret(token) });
      await recordAudit(tx, {
        at: made.createdAt,
        actor: actorOf(user, request),
        action: 'api_token.created',
        subject: { kind: 'api_token', id: made.id, name },
        customerId,
        officeId,
        detail: { role, expiresInDays },
      });
    });
    return reply.code(201).send({ ...made, customerName, lastUsedAt: null, lastAddress: null, token });
  });

  const list = {
    ...common,
    summary: 'List your API tokens',
    description:
      'Those that were not revoked, also when they have expired, the newest first by default; never the tokens themselves.',
    querystring: closed({
      customerId: anyOf(Id, 'Only tokens for this customer.'),
      q: search('name'),
      ...listQuery(API_TOKEN_ORDER, '-id'),
    }),
    response: {
      200: closed(page(closed(properties)), { description: 'A page of API tokens.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN'),
    },
  };
  app.get('/me/api-tokens', { config, schema: list }, async (request) => {
    const { userId } = caller(request);
    return readPage(request.query, (page) => listApiTokens(db, userId, request.query, page));
  });

  const revoke = {
    ...common,
    summary: 'Revoke one of your API tokens',
    description: 'For good, at once; streams that were opened by it end too.',
    params: closed({ apiTokenId: Id }),
    response: {
      204: Type.Null({ description: 'The token is revoked.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN', 'NOT_FOUND'),
    },
  };
  app.delete('/me/api-tokens/:apiTokenId', { config, schema: revoke }, async (request, reply) => {
    const user = caller(request);
    const found = await findApiToken(db, user.userId, request.params.apiTokenId);
    const now = clock();
    await db.transaction().execute(async (tx) => {
      if (!found || (await endApiTokens(tx, { id: found.id }, now)).length === 0)
        throw new StepCloudError('NOT_FOUND', 'there is no such API token, or it is not yours');
      const { id, name, customerId, officeId } = found;
      const subject = { kind: 'api_token', id, name };
      const about = { at: new Date(now), actor: actorOf(user, request), subject, customerId, officeId };
      await recordAudit(tx, { ...about, action: 'api_token.revoked' });
    });
    return reply.code(204).send(null);
  });
}

/** Throws FORBIDDEN where the caller has less than the role in all that a token is for: nobody gives more than they have. */
function requireRoleIn({ memberships }: UserCaller, { customerId, officeId, role }: TokenReach): void {
  const place = (own: string | null) => own === null || own === officeId;
  if (!memberships.some((own) => own.customerId === customerId && place(own.officeId) && hasRole(own.role, role)))
    throw new StepCloudError('FORBIDDEN', `you have not the role ${role} there yourself`);
}
