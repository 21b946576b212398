import { Type } from 'typebox';
import { recordAudit } from '../../db/audit.ts';
import { listSessions, SESSION_ORDER } from '../../db/sessions.ts';
import { endSessions } from '../../identity/sessions.ts';
import type { App } from '../app.ts';
import { actorOf } from '../guards.ts';
import { listQuery, readPage } from '../lists.ts';
import { failures } from '../problems.ts';
import { closed, Id, page } from '../schemas.ts';
import { sessionProperties, toSessionView } from '../session-properties.ts';
import type { AdminRouteOptions } from './options.ts';
import { requireUser } from './users.ts';

const Session = closed(sessionProperties);

export function sessions(app: App, { db, clock, caller }: AdminRouteOptions): void {
  const refusals = failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN', 'NOT_FOUND');

  const list = {
    summary: 'List the sessions of a user',
    description: 'Where the user is signed in, the newest first by default.',
    tags: ['users'],
    params: closed({ userId: Id }),
    querystring: closed(listQuery(SESSION_ORDER, '-id')),
    response: { 200: closed(page(Session), { description: 'A page of sessions.' }), ...refusals },
  };
  app.get('/users/:userId/sessions', { schema: list }, async ({ params, query }) => {
    const { id: userId } = await requireUser(db, params.userId);
    const { items, nextCursor } = await readPage(query, (page) =>
      listSessions(db, { userId }, new Date(clock()), page),
    );
    return { items: items.map(toSessionView), nextCursor };
  });

  const ofUser = {
    summary: 'End all sessions of a user',
    description: 'Signs the user out everywhere. The password stays: whoever knows it can sign in again.',
    tags: ['users'],
    params: closed({ userId: Id }),
    querystring: closed({}),
    response: { 204: Type.Null({ description: 'No session stands.' }), ...refusals },
  };
  app.delete('/users/:userId/sessions', { schema: ofUser }, async (request, reply) => {
    const { id, email } = await requireUser(db, request.params.userId);
    const at = new Date(clock());
    const actor = actorOf(caller(request), request);
    await db.transaction().execute(async (tx) => {
      const ended = await endSessions(tx, { userId: id }, 'revoked');
      const subject = { kind: 'user', id, name: email };
      await recordAudit(tx, { at, actor, action: 'session.revoked', subject, detail: { sessions: ended.length } });
    });
    return reply.code(204).send(null);
  });
}
