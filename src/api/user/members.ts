import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { ensureUser } from '../../db/accounts.ts';
import { recordAudit } from '../../db/audit.ts';
import type { Db } from '../../db/database.ts';
import {
  deleteMembership,
  hasOtherManager,
  insertMembership,
  listMembers,
  MEMBER_ORDER,
  type Member,
  ROLES,
  updateRole,
} from '../../db/memberships.ts';
import { replacePasswordReset } from '../../db/password-resets.ts';
import { StepCloudError } from '../../errors.ts';
import { hashSecret, randomSecret } from '../../identity/refresh.ts';
import { takeTurn } from '../../identity/throttle.ts';
import { invitation, newMembership } from '../../mail/letters.ts';
import type { App } from '../app.ts';
import { actorOf } from '../guards.ts';
import { anyOf, listQuery, readPage, search } from '../lists.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, page, text } from '../schemas.ts';
import { DAY_MS } from '../time-range.ts';
import type { OpenRouteOptions, ResourceOptions } from './options.ts';
import { passwordLink } from './recovery.ts';
import {
  requireMember,
  requireOffice,
  requireOwnCustomer,
  requirePartOf,
  requirePlace,
  requireRoleSomewhere,
} from './visible.ts';

/** How long a first password can be set by a link. */
export const INVITATION_MS = 7 * DAY_MS;
/** Each invitation is a mail to an address of the manager's choice. */
const INVITATIONS = { max: 100, windowMs: DAY_MS };

const Role = Type.Enum([...ROLES], {
  description:
    'viewer reads; operator also approves devices and mends dead letters; manager also has gateways, tokens, members and offices.',
});
const OfficeId = nullable({ ...Id, description: 'The only office this is for; null for all offices of the customer.' });
const name = (example: string) => text(128, { examples: [example] });

const MemberView = closed(
  {
    id: { ...Id, description: 'Of the membership: one person may have several.' },
    userId: Id,
    email: Type.String({ examples: ['ada@example.org'] }),
    firstName: nullable(Type.String()),
    lastName: nullable(Type.String()),
    active: Type.Boolean({ description: 'Whether this person may sign in at all.' }),
    customerId: Id,
    officeId: OfficeId,
    officeName: nullable(Type.String({ examples: ['Berlin'] })),
    role: Role,
  },
  { description: 'A member.' },
);

type MemberRouteOptions = ResourceOptions & Pick<OpenRouteOptions, 'mailer' | 'publicUrl'>;

export function members(app: App, { db, clock, mailer, publicUrl, caller }: MemberRouteOptions): void {
  const refusals = ['REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT'] as const;
  const bodyRefusals = [...refusals, 'TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED'] as const;
  const common = { tags: ['members'], querystring: closed({}) };
  const params = closed({ membershipId: Id });
  const config = { access: 'manager', personOnly: true } as const;

  const list = {
    summary: 'List members',
    description:
      'Who has which role in your customers and offices. A manager of an office sees those of that office alone.',
    tags: ['members'],
    querystring: closed({
      customerId: anyOf(Id, 'Only members of this customer.'),
      officeId: anyOf(Id, 'Only members whose role is for this office alone.'),
      userId: anyOf(Id, 'Only what this person is.'),
      role: anyOf(Role, 'Only members with this role.'),
      q: search('address or names'),
      ...listQuery(MEMBER_ORDER, 'id'),
    }),
    response: {
      200: closed(page(MemberView), { description: 'A page of members.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN', 'NOT_FOUND'),
    },
  };
  app.get('/members', { config, schema: list }, async (request) => {
    const user = caller(request);
    const { customerId, officeId } = request.query;
    if (customerId === undefined) requireRoleSomewhere(user);
    for (const id of customerId ?? []) await requirePartOf(user, id);
    for (const id of officeId ?? []) await requireOffice(db, user, id);
    return readPage(request.query, (page) => listMembers(db, user.scope, request.query, page));
  });

  const one = {
    ...common,
    summary: 'Show a member',
    params,
    response: {
      200: MemberView,
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN', 'NOT_FOUND'),
    },
  };
  app.get('/members/:membershipId', { config, schema: one }, (request) =>
    requireMember(db, caller(request), request.params.membershipId),
  );

  const add = {
    ...common,
    summary: 'Add a member',
    description:
      'Gives a person a role in a customer or in one of its offices, and sends a mail about it: with a link to set a password, good for 7 days, where that was not done yet. The answer is the same whether or not the person has an account here already; one who has keeps the names.',
    body: closed({
      customerId: Id,
      officeId: Type.Optional({ ...Id, description: 'Only for this office; left out, for all offices.' }),
      role: Role,
      email: text(320, { format: 'email', examples: ['ada@example.org'] }),
      firstName: Type.Optional(name('Ada')),
      lastName: Type.Optional(name('Lovelace')),
    }),
    response: {
      201: closed(
        { id: Id, email: Type.String(), customerId: Id, officeId: OfficeId, role: Role },
        { description: 'The person is a member, and the mail is on its way.' },
      ),
      ...failures(...bodyRefusals, 'RATE_LIMITED', 'NOT_CONFIGURED'),
    },
  };
  app.post('/members', { config, schema: add }, async (request, reply) => {
    const user = caller(request);
    const { customerId, officeId = null, role, ...person } = request.body;
    await requirePlace(db, user, customerId, officeId);
    const { name: customer } = await requireOwnCustomer(db, user, customerId);
    if (!mailer.isConfigured)
      throw new StepCloudError('NOT_CONFIGURED', 'this installation sends no mail, so it cannot invite anybody');
    const now = clock();
    await takeTurn(db, `invitations by ${user.userId}`, INVITATIONS, now);
    const token = randomSecret();
    const expiresAt = new Date(now + INVITATION_MS);

    const added = await db.transaction().execute(async (tx) => {
      const invited = await ensureUser(tx, person);
      const membershipId = await insertMembership(tx, { userId: invited.id, customerId, officeId, role });
      if (membershipId === undefined) throw new StepCloudError('CONFLICT', 'this person is a member there already');
      const by = { at: new Date(now), actor: actorOf(user, request), subject: subjectOf(invited.id, invited.email) };
      if (invited.isNew) await recordAudit(tx, { ...by, action: 'user.created' });
      const detail = { membershipId, role };
      await recordAudit(tx, { ...by, action: 'membership.created', customerId, officeId, detail });
      if (invited.passwordHash === null)
        await replacePasswordReset(tx, invited.email, { hash: hashSecret(token), createdAt: by.at, expiresAt });
      return { ...invited, membershipId };
    });

    tell(added, { customer, invitedBy: user.email, expiresAt, token });
    return reply.code(201).send({ id: added.membershipId, email: added.email, customerId, officeId, role });
  });

  const change = {
    ...common,
    summary: 'Change the role of a member',
    description: 'Counts from the next request of that person on. Somebody must be left who manages the place.',
    params,
    body: closed({ role: Role }),
    response: { 200: MemberView, ...failures(...bodyRefusals) },
  };
  app.patch('/members/:membershipId', { config, schema: change }, async (request) => {
    const user = caller(request);
    const { role } = request.body;
    return db.transaction().execute(async (tx) => {
      const member = await requireMember(tx, user, request.params.membershipId);
      if (member.role === role) return member;
      if (role !== 'manager') await requireOtherManager(tx, member);
      if (!(await updateRole(tx, member.id, role))) throw goneMeanwhile();
      const detail = { membershipId: member.id, role, before: member.role };
      await recordAudit(tx, { ...record(request, member), action: 'membership.changed', detail });
      return { ...member, role };
    });
  });

  const remove = {
    ...common,
    summary: 'Remove a member',
    description:
      'Takes this role from the person, from the next request on; other roles and the account stay. Somebody must be left who manages the place.',
    params,
    response: { 204: Type.Null({ description: 'The person has not this role any more.' }), ...failures(...refusals) },
  };
  app.delete('/members/:membershipId', { config, schema: remove }, async (request, reply) => {
    await db.transaction().execute(async (tx) => {
      const member = await requireMember(tx, caller(request), request.params.membershipId);
      await requireOtherManager(tx, member);
      if (!(await deleteMembership(tx, member.id))) throw goneMeanwhile();
      const detail = { membershipId: member.id, role: member.role };
      await recordAudit(tx, { ...record(request, member), action: 'membership.deleted', detail });
    });
    return reply.code(204).send(null);
  });

  /** A link to who has no password yet, word to who has one, nothing to who may not sign in. */
  function tell(
    { email: to, active, passwordHash }: { email: string; active: boolean; passwordHash: string | null },
    { token, ...letter }: { customer: string; invitedBy: string; expiresAt: Date; token: string },
  ): void {
    if (!active) return;
    if (passwordHash !== null) return mailer.send({ to, ...newMembership({ ...letter, link: publicUrl() }) });
    mailer.send({ to, ...invitation({ ...letter, ...passwordLink(publicUrl(), token) }) });
  }

  function record(request: FastifyRequest, { userId, email, customerId, officeId }: Member) {
    const actor = actorOf(caller(request), request);
    return { at: new Date(clock()), actor, subject: subjectOf(userId, email), customerId, officeId };
  }
}

/** Throws CONFLICT where nobody else manages the place. */
async function requireOtherManager(tx: Db, member: Member): Promise<void> {
  if (!(await hasOtherManager(tx, member)))
    throw new StepCloudError('CONFLICT', 'nobody else manages this: give somebody else the role first');
}

function goneMeanwhile(): StepCloudError {
  return new StepCloudError('NOT_FOUND', 'somebody else removed this member meanwhile');
}

function subjectOf(id: string, name: string) {
  return { kind: 'user', id, name };
}
