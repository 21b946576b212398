import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { type AuditAction, recordAudit } from '../../db/audit.ts';
import { findSession, listSessions, type RevocationReason, SESSION_ORDER } from '../../db/sessions.ts';
import { StepCloudError } from '../../errors.ts';
import { endSessions } from '../../identity/sessions.ts';
import type { App } from '../app.ts';
import { actorOf } from '../guards.ts';
import { listQuery, readPage } from '../lists.ts';
import { failures } from '../problems.ts';
import { closed, Id, page } from '../schemas.ts';
import { sessionProperties, toSessionView } from '../session-properties.ts';
import type { UserRouteOptions } from './options.ts';
import { SETS_COOKIE } from './refresh-cookie.ts';

const Session = closed({
  ...sessionProperties,
  current: Type.Boolean({ description: 'Whether it is the one that asks.' }),
});

export function session(app: App, { db, clock, caller, refreshCookie }: UserRouteOptions): void {
  const config = { access: 'self' } as const;
  const common = { tags: ['session'], querystring: closed({}) };
  const refusals = failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN');

  const logout = {
    ...common,
    summary: 'Sign out',
    description:
      'Ends this session, on every process at once: neither its access token nor its refresh token is good any more. Takes the cookie away.',
    response: { 204: Type.Null({ description: 'Signed out.', headers: SETS_COOKIE }), ...refusals },
  };
  app.post('/logout', { config, schema: logout }, async (request, reply) => {
    const { id: sessionId } = caller(request).credential;
    await end(request, { sessionId }, 'logout', 'user.logout');
    refreshCookie.clear(reply);
    return reply.code(204).send(null);
  });

  const everywhere = {
    ...common,
    summary: 'Sign out everywhere',
    description: 'Ends all your sessions, this one too.',
    response: {
      200: closed(
        { ended: Type.Integer({ minimum: 0, description: 'How many sessions stood.' }) },
        { description: 'Signed out.', headers: SETS_COOKIE },
      ),
      ...refusals,
    },
  };
  app.post('/logout/everywhere', { config, schema: everywhere }, async (request, reply) => {
    const { userId } = caller(request);
    const ended = await end(request, { userId }, 'logout', 'user.logout_everywhere');
    refreshCookie.clear(reply);
    return { ended };
  });

  const list = {
    ...common,
    summary: 'List your sessions',
    description: 'Where you are signed in: since when, from where and with which program; the newest first by default.',
    querystring: closed(listQuery(SESSION_ORDER, '-id')),
    response: { 200: closed(page(Session), { description: 'A page of sessions.' }), ...refusals },
  };
  app.get('/me/sessions', { config, schema: list }, async (request) => {
    const { userId, credential } = caller(request);
    const { items, nextCursor } = await readPage(request.query, (page) =>
      listSessions(db, { userId }, new Date(clock()), page),
    );
    const sessions = items.map((item) => ({ ...toSessionView(item), current: item.id === credential.id }));
    return { items: sessions, nextCursor };
  });

  const one = {
    ...common,
    summary: 'End one of your sessions',
    description: 'Signs that browser or program out, as if it had signed out itself.',
    params: closed({ sessionId: Id }),
    response: {
      204: Type.Null({ description: 'It has ended.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN', 'NOT_FOUND'),
    },
  };
  app.delete('/me/sessions/:sessionId', { config, schema: one }, async (request, reply) => {
    const { sessionId } = request.params;
    const found = await findSession(db, sessionId, { userId: caller(request).userId }, new Date(clock()));
    if (!found) throw new StepCloudError('NOT_FOUND', 'there is no such session, or it is not yours');
    await end(request, { sessionId }, 'revoked', 'session.revoked');
    return reply.code(204).send(null);
  });

  async function end(
    request: FastifyRequest,
    whose: { sessionId: string } | { userId: string },
    reason: RevocationReason,
    action: AuditAction,
  ): Promise<number> {
    const actor = actorOf(caller(request), request);
    return db.transaction().execute(async (tx) => {
      const { length: ended } = await endSessions(tx, whose, reason);
      const about =
        'sessionId' in whose ? { subject: { kind: 'session', id: whose.sessionId } } : { detail: { sessions: ended } };
      if (ended > 0) await recordAudit(tx, { at: new Date(clock()), actor, action, ...about });
      return ended;
    });
  }
}
