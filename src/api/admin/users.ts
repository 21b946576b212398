import { Type } from 'typebox';
import { listUsers, showUser, USER_ORDER, updateUser } from '../../db/accounts.ts';
import { recordAudit } from '../../db/audit.ts';
import type { Db } from '../../db/database.ts';
import { StepCloudError } from '../../errors.ts';
import { endApiTokens } from '../../identity/api-tokens.ts';
import { endSessions } from '../../identity/sessions.ts';
import type { App } from '../app.ts';
import { actorOf } from '../guards.ts';
import { listQuery, readPage, search } from '../lists.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, page, Time, text } from '../schemas.ts';
import type { AdminRouteOptions } from './options.ts';

const User = closed(
  {
    id: Id,
    email: Type.String({ examples: ['ada@example.org'] }),
    firstName: nullable(Type.String()),
    lastName: nullable(Type.String()),
    isAdmin: Type.Boolean({ description: 'Whether the admin API is open to this user.' }),
    active: Type.Boolean({ description: 'Whether this user may sign in.' }),
    createdAt: Time,
    lastSignInAt: nullable({ ...Time, description: 'Null before the first time.' }),
  },
  { description: 'A user.' },
);

/** What an admin does to a user. Nobody takes anything from oneself, so that an admin is left. */
const ACTIONS = [
  {
    name: 'deactivate',
    action: 'user.deactivated',
    change: { active: false },
    takes: true,
    summary: 'Take a user out of service',
    description:
      'All sessions of the user end, and no new one begins; API tokens are revoked for good. Memberships stay, for the day of return.',
  },
  {
    name: 'activate',
    action: 'user.activated',
    change: { active: true },
    takes: false,
    summary: 'Take a user back into service',
    description: 'The user may sign in again, with the same password and memberships.',
  },
  {
    name: 'grant-admin',
    action: 'user.admin_granted',
    change: { is_admin: true },
    takes: false,
    summary: 'Make a user an admin',
    description: 'Opens the admin API to the user, at once.',
  },
  {
    name: 'revoke-admin',
    action: 'user.admin_revoked',
    change: { is_admin: false },
    takes: true,
    summary: 'Take the admin role from a user',
    description: 'Closes the admin API to the user, at once. Memberships stay.',
  },
] as const;

export function users(app: App, { db, clock, caller }: AdminRouteOptions): void {
  const list = {
    summary: 'List users',
    description: 'All users of this installation.',
    tags: ['users'],
    querystring: closed({
      email: Type.Optional(text(320, { description: 'Only the user with this address, in any case.' })),
      active: Type.Optional(Type.Boolean({ description: 'Only those who may sign in, or may not.' })),
      isAdmin: Type.Optional(Type.Boolean({ description: 'Only admins, or only others.' })),
      q: search('address or names'),
      ...listQuery(USER_ORDER, 'id'),
    }),
    response: {
      200: closed(page(User), { description: 'A page of users.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN'),
    },
  };
  app.get('/users', { schema: list }, ({ query }) => readPage(query, (page) => listUsers(db, query, page)));

  for (const { name, action, change, takes, summary, description } of ACTIONS) {
    const schema = {
      summary,
      description,
      tags: ['users'],
      params: closed({ userId: Id }),
      querystring: closed({}),
      response: {
        200: User,
        ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT'),
      },
    };
    app.post(`/users/:userId/${name}`, { schema }, async (request) =>
      db.transaction().execute(async (tx) => {
        const admin = caller(request);
        const { id } = await requireUser(tx, request.params.userId);
        if (takes && id === admin.userId) throw new StepCloudError('CONFLICT', 'an admin cannot do this to oneself');
        const changed = await updateUser(tx, id, change);
        const user = await requireUser(tx, id);
        if (!changed) return user;
        const subject = { kind: 'user', id, name: user.email };
        await recordAudit(tx, { at: new Date(clock()), actor: actorOf(admin, request), action, subject });
        if (!user.active) {
          await endSessions(tx, { userId: id }, 'revoked');
          await endApiTokens(tx, { userId: id }, clock());
        }
        return user;
      }),
    );
  }
}

/** Throws NOT_FOUND. */
export async function requireUser(db: Db, userId: string) {
  const user = await showUser(db, userId);
  if (!user) throw new StepCloudError('NOT_FOUND', 'there is no such user');
  return user;
}
