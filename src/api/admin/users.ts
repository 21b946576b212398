import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import {
  countUserContents,
  deleteUser,
  ensureUser,
  listUsers,
  lockAdmins,
  showUser,
  USER_ORDER,
  updatePerson,
  updateUser,
} from '../../db/accounts.ts';
import { type AuditAction, type AuditRecord, recordAudit } from '../../db/audit.ts';
import type { Db } from '../../db/database.ts';
import { isTwin } from '../../db/failures.ts';
import { lockRow } from '../../db/locks.ts';
import { deletePasswordResets, replacePasswordReset } from '../../db/password-resets.ts';
import { StepCloudError } from '../../errors.ts';
import { endApiTokens } from '../../identity/api-tokens.ts';
import { hashSecret, randomSecret } from '../../identity/refresh.ts';
import { endSessions } from '../../identity/sessions.ts';
import { newAccount } from '../../mail/letters.ts';
import type { App } from '../app.ts';
import { confirmQuery, requireDeletable } from '../deletions.ts';
import { actorOf } from '../guards.ts';
import { listQuery, readPage, search } from '../lists.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, page, Time, text } from '../schemas.ts';
import { INVITATION_MS } from '../user/members.ts';
import { passwordLink } from '../user/recovery.ts';
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

const Email = text(320, { format: 'email', examples: ['ada@example.org'] });
const name = (example: string) => Type.Optional(nullable(text(128, { examples: [example] })));
const names = { firstName: name('Ada'), lastName: name('Lovelace') };

export function users(app: App, { db, clock, mailer, publicUrl, caller }: AdminRouteOptions): void {
  const common = { tags: ['users'], querystring: closed({}) };
  const params = closed({ userId: Id });
  const refusals = ['REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN', 'NOT_FOUND'] as const;
  const bodyRefusals = [...refusals, 'CONFLICT', 'TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED'] as const;

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

  const one = { ...common, summary: 'Show a user', params, response: { 200: User, ...failures(...refusals) } };
  app.get('/users/:userId', { schema: one }, ({ params: { userId } }) => requireUser(db, userId));

  const create = {
    ...common,
    summary: 'Create a user',
    description:
      'Sends a mail with a link to set a password, good for 7 days. What the user may see is a matter of memberships: `POST /members`, which makes a user too where there is none.',
    body: closed({ email: Email, ...names, isAdmin: Type.Optional(Type.Boolean({ description: 'Left out, no.' })) }),
    response: { 201: User, ...failures(...bodyRefusals, 'NOT_CONFIGURED') },
  };
  app.post('/users', { schema: create }, async (request, reply) => {
    const { isAdmin = false, ...person } = request.body;
    if (!mailer.isConfigured)
      throw new StepCloudError('NOT_CONFIGURED', 'this installation sends no mail, so it cannot invite anybody');
    const [at, token] = [new Date(clock()), randomSecret()];
    const expiresAt = new Date(at.getTime() + INVITATION_MS);
    const user = await db.transaction().execute(async (tx) => {
      const { id, isNew } = await ensureUser(tx, person);
      if (!isNew) throw new StepCloudError('CONFLICT', 'there is a user with this address already');
      if (isAdmin) await updateUser(tx, id, { is_admin: true });
      const made = await requireUser(tx, id);
      await record(tx, request, 'user.created', made);
      if (isAdmin) await record(tx, request, 'user.admin_granted', made);
      await replacePasswordReset(tx, made.email, { hash: hashSecret(token), createdAt: at, expiresAt });
      return made;
    });
    const letter = { createdBy: caller(request).email, expiresAt, ...passwordLink(publicUrl(), token) };
    mailer.send({ to: user.email, ...newAccount(letter) });
    return reply.code(201).send(user);
  });

  const change = {
    ...common,
    summary: 'Change a user',
    description:
      'Changes what is given; null takes a name away. With a new address, links to set a password that went to the old one end.',
    params,
    body: closed({ email: Type.Optional(Email), ...names }, { minProperties: 1 }),
    response: { 200: User, ...failures(...bodyRefusals) },
  };
  app.patch('/users/:userId', { schema: change }, async (request) =>
    db.transaction().execute(async (tx) => {
      await lockRow(tx, 'user', request.params.userId);
      const before = await requireUser(tx, request.params.userId);
      await updatePerson(tx, before.id, request.body).catch((error) => {
        if (isTwin(error)) throw new StepCloudError('CONFLICT', 'another user has this address', { cause: error });
        throw error;
      });
      const user = await requireUser(tx, before.id);
      if (user.email !== before.email) await deletePasswordResets(tx, user.id);
      await record(tx, request, 'user.changed', before, request.body);
      return user;
    }),
  );

  const remove = {
    ...common,
    summary: 'Delete a user',
    description:
      'Sessions end. Memberships and API tokens go along, which wants `confirm` (the address or the id). What the user did stays in the audit. The last admin who may sign in is kept.',
    params,
    querystring: closed(confirmQuery),
    response: { 204: Type.Null({ description: 'The user is deleted.' }), ...failures(...refusals, 'CONFLICT') },
  };
  app.delete('/users/:userId', { schema: remove }, async (request, reply) => {
    await db.transaction().execute(async (tx) => {
      const user = await requireTakeable(tx, request);
      const contents = await countUserContents(tx, user.id);
      requireDeletable('user', { id: user.id, name: user.email }, contents, request.query.confirm);
      await deleteUser(tx, user.id);
      await record(tx, request, 'user.deleted', user, contents.goes);
    });
    return reply.code(204).send(null);
  });

  for (const { name, action, change, takes, summary, description } of ACTIONS) {
    const schema = {
      ...common,
      summary,
      description,
      params,
      response: { 200: User, ...failures(...refusals, 'CONFLICT') },
    };
    app.post(`/users/:userId/${name}`, { schema }, async (request) =>
      db.transaction().execute(async (tx) => {
        const { id } = takes ? await requireTakeable(tx, request) : await requireUser(tx, request.params.userId);
        const changed = await updateUser(tx, id, change);
        const user = await requireUser(tx, id);
        if (!changed) return user;
        await record(tx, request, action, user);
        if (!user.active) {
          await endSessions(tx, { userId: id }, 'revoked');
          await endApiTokens(tx, { userId: id }, clock());
        }
        return user;
      }),
    );
  }

  /** A user from whom something may be taken: nobody does it to oneself, and an admin is left. */
  async function requireTakeable(tx: Db, request: FastifyRequest<{ Params: { userId: string } }>) {
    const admins = await lockAdmins(tx);
    await lockRow(tx, 'user', request.params.userId);
    const user = await requireUser(tx, request.params.userId);
    if (user.id === caller(request).userId) throw new StepCloudError('CONFLICT', 'an admin cannot do this to oneself');
    if (admins.every((id) => id === user.id)) throw new StepCloudError('CONFLICT', 'there is no other admin');
    return user;
  }

  async function record(
    tx: Db,
    request: FastifyRequest,
    action: AuditAction,
    { id, email }: { id: string; email: string },
    detail: NonNullable<AuditRecord['detail']> = {},
  ): Promise<void> {
    const actor = actorOf(caller(request), request);
    const subject = { kind: 'user', id, name: email };
    await recordAudit(tx, { at: new Date(clock()), actor, action, subject, detail });
  }
}

/** Throws NOT_FOUND. */
export async function requireUser(db: Db, userId: string) {
  const user = await showUser(db, userId);
  if (!user) throw new StepCloudError('NOT_FOUND', 'there is no such user');
  return user;
}
