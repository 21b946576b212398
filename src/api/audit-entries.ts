import { type Static, Type } from 'typebox';
import { AUDIT_ACTIONS, type AuditAction } from '../db/audit.ts';
import type { AuditEntryRow, AuditFilter } from '../db/audit-views.ts';
import { createCursor, Instant, toPage } from './cursor.ts';
import { closed, Id, nullable, page, pageQuery, Time } from './schemas.ts';
import { DAY_MS, readTimeRange, timeRangeQuery } from './time-range.ts';

// What the audit of users and that of admins have in common.

const SPAN_MS = 30 * DAY_MS;

const actions = Object.keys(AUDIT_ACTIONS) as AuditAction[];
const name = nullable(Type.String({ description: 'As it was at that time.' }));

const AuditEntry = closed({
  id: Id,
  at: Time,
  action: Type.String({ description: 'What was done.', examples: ['membership.created'] }),
  actor: closed({
    kind: Type.Enum(['user', 'gateway', 'operator', 'nobody'], {
      description: 'An operator has a shell on a machine of the installation; nobody is somebody who did not sign in.',
    }),
    id: nullable(Id),
    name,
  }),
  subject: nullable(
    closed(
      { kind: Type.String({ examples: ['user'] }), id: nullable(Id), name },
      { description: 'What it was done to; null where that is the actor.' },
    ),
  ),
  customerId: nullable({ ...Id, description: 'Whose affair it is; null for what concerns no customer.' }),
  officeId: nullable(Id),
  address: nullable(Type.String({ description: 'From where.', examples: ['203.0.113.7'] })),
  detail: Type.Unsafe<AuditEntryRow['detail']>({
    type: 'object',
    additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
    description: 'More of what was done.',
    examples: [{ role: 'operator' }],
  }),
});

export const AuditPage = closed(page(AuditEntry), { description: 'A page of the audit.' });

export const auditQuery = {
  action: Type.Optional(Type.Enum(actions, { description: 'Only this action.' })),
  subjectId: Type.Optional({ ...Id, description: 'Only what was done to this user, gateway ...' }),
  actorId: Type.Optional({ ...Id, description: 'Only what this user or gateway did.' }),
  ...timeRangeQuery('30 days'),
  ...pageQuery(),
};

type AuditQuery = Static<ReturnType<typeof closed<typeof auditQuery>>>;

/** Where a page ends, in a span that does not move from page to page. */
const cursor = createCursor(closed({ from: Instant, to: Instant, before: Id }));

/** One page of what was asked for; `list` finds its rows. */
export async function readAuditPage(
  { limit, cursor: given, ...query }: AuditQuery,
  now: number,
  list: (filter: AuditFilter) => Promise<AuditEntryRow[]>,
) {
  const position = given === undefined ? undefined : cursor.decode(given);
  const range = position
    ? { from: new Date(position.from), to: new Date(position.to) }
    : readTimeRange(query, now, SPAN_MS);
  const rows = await list({ ...query, ...range, before: position?.before, limit: limit + 1 });
  return toPage(rows.map(toView), limit, ({ id }) =>
    cursor.encode({ from: range.from.getTime(), to: range.to.getTime(), before: id }),
  );
}

function toView({ actorKind, actorId, actorName, subjectKind, subjectId, subjectName, ...entry }: AuditEntryRow) {
  return {
    ...entry,
    actor: { kind: actorKind, id: actorId, name: actorName },
    subject: subjectKind === null ? null : { kind: subjectKind, id: subjectId, name: subjectName },
  };
}
