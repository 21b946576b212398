import { Type } from 'typebox';
import { recordAudit } from '../../db/audit.ts';
import type { Db } from '../../db/database.ts';
import { findReportedVersion } from '../../db/gateway-views.ts';
import { findSession, listSessions, SESSION_ORDER } from '../../db/sessions.ts';
import { StepCloudError } from '../../errors.ts';
import { endSessions, openRenewableSession, openSession, type SessionOptions } from '../../identity/sessions.ts';
import type { Tokens } from '../../identity/tokens.ts';
import type { App } from '../app.ts';
import { actorOf } from '../guards.ts';
import { listQuery, readPage } from '../lists.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, page, Time, text } from '../schemas.ts';
import { DAY_MS } from '../time-range.ts';
import type { ResourceOptions } from './options.ts';
import { requireGatewayInUse } from './visible.ts';

const DEFAULT_DAYS = 365;

const Label = text(128, { description: 'What people call it.', examples: ['Bridge in the cellar'] });

/** Tokens that nobody can be shown again. */
export const IssuedTokens = closed(
  {
    sessionId: Id,
    accessToken: Type.String({ description: 'The password for MQTT, and the bearer token of the gateway API.' }),
    accessExpiresAt: { ...Time, description: 'When the access token ends.' },
    refreshToken: nullable(
      Type.String({
        description: 'For `POST /gateway/api/v1/refresh`; null for a long-lived token, which does not renew.',
      }),
    ),
    mqtt: closed(
      {
        username: { ...Id, description: 'The id of the gateway. The password is the access token.' },
        topic: Type.String({
          description: 'Where it publishes readings; {device} stands for the name of a device.',
          examples: ['v1/gateways/01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f/devices/{device}/readings'],
        }),
      },
      { description: 'What an MQTT client is set up with.' },
    ),
  },
  { description: 'The tokens. They are shown only now.' },
);

/** Opens a session for a gateway: with a lifetime one that ends with its token, without one that renews. */
export async function issueTokens(
  db: Db,
  tokens: Tokens,
  gatewayId: string,
  { lifetimeMs, ...options }: SessionOptions & { lifetimeMs?: number | undefined },
) {
  const mqtt = { username: gatewayId, topic: `v1/gateways/${gatewayId}/devices/{device}/readings` };
  if (lifetimeMs === undefined) {
    const { subject: _, ...issued } = await openRenewableSession(db, tokens, 'gateway', gatewayId, options);
    return { ...issued, mqtt };
  }
  const issued = await openSession(db, tokens, 'gateway', gatewayId, { ...options, lifetimeMs });
  const { sessionId, token: accessToken, expiresAt: accessExpiresAt } = issued;
  return { sessionId, accessToken, accessExpiresAt, refreshToken: null, mqtt };
}

const Session = closed({
  id: Id,
  kind: Type.Enum(['renewable', 'long-lived'], {
    description: 'Whether it is renewed by refresh tokens, or stands and falls with one token.',
  }),
  label: nullable(Type.String()),
  createdAt: Time,
  createdBy: nullable({ ...Id, description: 'The user who made or approved it.' }),
  address: nullable(Type.String({ description: 'From where it was asked for.', examples: ['203.0.113.7'] })),
  lastUsedAt: nullable({ ...Time, description: 'When it was last connected or renewed; null before the first time.' }),
  lastAddress: nullable(Type.String({ description: 'From where that was.' })),
  softwareVersion: nullable(
    Type.String({ description: 'What the gateway said when it came in or refreshed.', examples: ['2.4.1'] }),
  ),
  reportedVersion: nullable(
    Type.String({
      description: 'The software version of its last status over MQTT, at the session that was used last; else null.',
    }),
  ),
  expiresAt: { ...Time, description: 'When it ends unless it is renewed.' },
});

export function gatewaySessions(app: App, { db, tokens, clock, caller }: ResourceOptions): void {
  const common = { tags: ['gateways'], querystring: closed({}) };
  const gatewayParams = closed({ gatewayId: Id });
  const sessionParams = closed({ gatewayId: Id, sessionId: Id });
  const refusals = ['REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN', 'NOT_FOUND'] as const;

  const list = {
    summary: 'List the sessions of a gateway',
    description: 'Those that stand, the newest first by default: since when, from where, with which software.',
    tags: ['gateways'],
    params: gatewayParams,
    querystring: closed(listQuery(SESSION_ORDER, '-id')),
    response: {
      200: closed(page(Session), { description: 'A page of sessions.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND'),
    },
  };
  app.get('/gateways/:gatewayId/sessions', { config: { access: 'viewer' }, schema: list }, async (request) => {
    const { id: gatewayId } = await requireGatewayInUse(db, caller(request), request.params.gatewayId);
    const { items, nextCursor } = await readPage(request.query, (page) =>
      listSessions(db, { gatewayId }, new Date(clock()), page),
    );
    const reported = await findReportedVersion(db, gatewayId);
    const sessions = items.map(({ renewable, client, issuedBy, ...session }) => ({
      ...session,
      kind: renewable ? ('renewable' as const) : ('long-lived' as const),
      createdBy: issuedBy,
      softwareVersion: client,
      reportedVersion: session.id === reported?.sessionId ? reported.softwareVersion : null,
    }));
    return { items: sessions, nextCursor };
  });

  const create = {
    ...common,
    summary: 'Issue tokens for a gateway',
    description:
      'Opens a session by hand. Renewable tokens are for software that can renew them; for stock clients and bridges that cannot, one long-lived token. The tokens are shown only now.',
    params: gatewayParams,
    body: Type.Union([
      closed({ kind: Type.Literal('renewable'), label: Type.Optional(Label) }),
      closed({
        kind: Type.Literal('long-lived'),
        label: Type.Optional(Label),
        days: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 400,
            description: `How long the token lives; ${DEFAULT_DAYS} days if left out.`,
          }),
        ),
      }),
    ]),
    response: { 201: IssuedTokens, ...failures(...refusals, 'TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED') },
  };
  app.post(
    '/gateways/:gatewayId/sessions',
    { config: { access: 'manager' }, schema: create },
    async (request, reply) => {
      const user = caller(request);
      const { body, ip: address } = request;
      const now = clock();
      const gateway = await requireGatewayInUse(db, user, request.params.gatewayId);
      const lifetimeMs = body.kind === 'long-lived' ? (body.days ?? DEFAULT_DAYS) * DAY_MS : undefined;
      const issued = await db.transaction().execute(async (tx) => {
        const options = { now, address, label: body.label, issuedBy: user.userId, lifetimeMs };
        const opened = await issueTokens(tx, tokens, gateway.id, options);
        await recordAudit(tx, {
          ...about(gateway, now),
          actor: actorOf(user, request),
          action: 'gateway.tokens_issued',
          detail: { sessionId: opened.sessionId, kind: body.kind, label: body.label ?? null },
        });
        return opened;
      });
      return reply.code(201).send(issued);
    },
  );

  const rotate = {
    ...common,
    summary: 'Replace the tokens of a session',
    description:
      'Opens a session of the same kind, label and length with fresh tokens, which are shown only now, and ends this one: whoever has its tokens is cut off within 2 seconds.',
    params: sessionParams,
    response: { 201: IssuedTokens, ...failures(...refusals, 'CONFLICT') },
  };
  app.post(
    '/gateways/:gatewayId/sessions/:sessionId/rotate',
    { config: { access: 'manager' }, schema: rotate },
    async (request, reply) => {
      const user = caller(request);
      const now = clock();
      const gateway = await requireGatewayInUse(db, user, request.params.gatewayId);
      const issued = await db.transaction().execute(async (tx) => {
        const old = await findSession(tx, request.params.sessionId, { gatewayId: gateway.id }, new Date(now));
        if (!old) throw noSuchSession();
        if ((await endSessions(tx, { sessionId: old.id }, 'rotated')).length === 0)
          throw new StepCloudError('CONFLICT', 'somebody else ended or rotated the session meanwhile');
        const opened = await issueTokens(tx, tokens, gateway.id, {
          now,
          address: request.ip,
          label: old.label ?? undefined,
          issuedBy: user.userId,
          lifetimeMs: old.renewable ? undefined : old.expiresAt.getTime() - old.createdAt.getTime(),
        });
        await recordAudit(tx, {
          ...about(gateway, now),
          actor: actorOf(user, request),
          action: 'session.rotated',
          detail: { sessionId: old.id, replacedBy: opened.sessionId },
        });
        return opened;
      });
      return reply.code(201).send(issued);
    },
  );

  const revoke = {
    ...common,
    summary: 'End a session',
    description: 'Its tokens open nothing any more; a live connection is closed within 2 seconds.',
    params: sessionParams,
    response: { 204: Type.Null({ description: 'The session has ended.' }), ...failures(...refusals) },
  };
  app.delete(
    '/gateways/:gatewayId/sessions/:sessionId',
    { config: { access: 'manager' }, schema: revoke },
    async (request, reply) => {
      const user = caller(request);
      const now = clock();
      const gateway = await requireGatewayInUse(db, user, request.params.gatewayId);
      const { sessionId } = request.params;
      await db.transaction().execute(async (tx) => {
        const session = await findSession(tx, sessionId, { gatewayId: gateway.id }, new Date(now));
        const ended = session ? await endSessions(tx, { sessionId }, 'revoked') : [];
        if (ended.length === 0) throw noSuchSession();
        const detail = { sessionId };
        const actor = actorOf(user, request);
        await recordAudit(tx, { ...about(gateway, now), actor, action: 'session.revoked', detail });
      });
      return reply.code(204).send(null);
    },
  );

  const revokeAll = {
    ...common,
    summary: 'End all sessions of a gateway',
    description: 'The gateway stays, and is cut off until it is given tokens again or enrolled anew.',
    params: gatewayParams,
    response: { 204: Type.Null({ description: 'No session stands.' }), ...failures(...refusals) },
  };
  app.delete(
    '/gateways/:gatewayId/sessions',
    { config: { access: 'manager' }, schema: revokeAll },
    async (request, reply) => {
      const user = caller(request);
      const gateway = await requireGatewayInUse(db, user, request.params.gatewayId);
      await db.transaction().execute(async (tx) => {
        const ended = await endSessions(tx, { gatewayId: gateway.id }, 'revoked');
        const detail = { sessions: ended.length };
        const actor = actorOf(user, request);
        await recordAudit(tx, { ...about(gateway, clock()), actor, action: 'session.revoked', detail });
      });
      return reply.code(204).send(null);
    },
  );
}

function noSuchSession(): StepCloudError {
  return new StepCloudError('NOT_FOUND', 'the gateway has no such session, or it has ended');
}

/** What every audit record of a gateway says. */
export function about(
  { id, label, customerId, officeId }: { id: string; label: string | null; customerId: string; officeId: string },
  now: number,
) {
  return { at: new Date(now), subject: { kind: 'gateway', id, name: label }, customerId, officeId };
}
