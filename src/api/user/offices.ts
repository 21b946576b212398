import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { v7 as uuid } from 'uuid';
import { recordAudit } from '../../db/audit.ts';
import { lockRow } from '../../db/locks.ts';
import { listOfficesInFull, OFFICE_ORDER } from '../../db/office-views.ts';
import { countOfficeContents, deleteOffice, insertOffice, updateOffice } from '../../db/offices.ts';
import { StepCloudError } from '../../errors.ts';
import type { App } from '../app.ts';
import { confirmQuery, requireDeletable } from '../deletions.ts';
import { actorOf } from '../guards.ts';
import { anyOf, listQuery, readPage, search } from '../lists.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, page, Time, text } from '../schemas.ts';
import { OfficeTimeZone, officeTimeZone, requireOfficeTimeZone } from '../time-zone.ts';
import type { ResourceOptions } from './options.ts';
import { requireCustomer, requireOffice, requireOfficeInFull, requirePartOf } from './visible.ts';

const EXAMPLES = {
  department: 'Dental Technology',
  subDepartment: 'Prosthetics',
  street: 'Example Street 1',
  additionalAddress: 'Backyard, second floor',
  zip: '10115',
  city: 'Berlin',
  country: 'Germany',
};
type Detail = keyof typeof EXAMPLES;

/** The same for each detail that may be missing. */
const details = <T>(make: (example: string) => T) =>
  Object.fromEntries(Object.entries(EXAMPLES).map(([name, example]) => [name, make(example)])) as Record<Detail, T>;

const Office = closed(
  {
    id: Id,
    customerId: Id,
    name: Type.String({ examples: ['Berlin'] }),
    ...details((example) => nullable(Type.String({ examples: [example] }))),
    timeZone: OfficeTimeZone,
    createdAt: Time,
  },
  { description: 'An office.' },
);

const Name = text(128, { examples: ['Berlin'] });
const givenDetails = details((example) => Type.Optional(nullable(text(128, { examples: [example] }))));

export function offices(app: App, { db, clock, caller }: ResourceOptions): void {
  const common = { tags: ['customers'], querystring: closed({}) };
  const params = closed({ officeId: Id });
  const refusals = ['REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN', 'NOT_FOUND'] as const;
  const bodyRefusals = [...refusals, 'TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED'] as const;

  const list = {
    summary: 'List offices',
    description: 'The offices of your customers, as far as you are a member there.',
    tags: ['customers'],
    querystring: closed({
      customerId: anyOf(Id, 'Only offices of this customer.'),
      city: anyOf(text(128), 'Only offices in this city.'),
      country: anyOf(text(128), 'Only offices in this country.'),
      timeZone: anyOf(text(64), 'Only offices of this time zone.'),
      q: search('name, department, sub-department or city'),
      ...listQuery(OFFICE_ORDER, 'id'),
    }),
    response: {
      200: closed(page(Office), { description: 'A page of offices.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND'),
    },
  };
  app.get('/offices', { config: { access: 'viewer' }, schema: list }, async (request) => {
    const user = caller(request);
    for (const id of request.query.customerId ?? []) await requirePartOf(user, id);
    return readPage(request.query, (page) => listOfficesInFull(db, user.scope, request.query, page));
  });

  const one = {
    ...common,
    summary: 'Show an office',
    params,
    response: { 200: Office, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND') },
  };
  app.get('/offices/:officeId', { config: { access: 'viewer' }, schema: one }, (request) =>
    requireOfficeInFull(db, caller(request), request.params.officeId),
  );

  const create = {
    ...common,
    summary: 'Create an office',
    description: 'For managers of the whole customer.',
    body: closed({
      customerId: Id,
      name: Name,
      ...givenDetails,
      timeZone: Type.Optional(officeTimeZone({ description: 'Its IANA time zone; left out, UTC.' })),
    }),
    response: { 201: Office, ...failures(...bodyRefusals) },
  };
  app.post('/offices', { config: { access: 'manager' }, schema: create }, async (request, reply) => {
    const user = caller(request);
    const { customerId, ...given } = request.body;
    await requireCustomer(user, customerId);
    if (given.timeZone !== undefined) await requireOfficeTimeZone(db, given.timeZone);
    const office = { id: uuid(), customerId, name: given.name };
    const created = await db.transaction().execute(async (tx) => {
      await insertOffice(tx, { ...given, ...office });
      await recordAudit(tx, { ...record(request, office), action: 'office.created', detail: given });
      return requireOfficeInFull(tx, user, office.id);
    });
    return reply.code(201).send(created);
  });

  const change = {
    ...common,
    summary: 'Change an office',
    description: 'Changes what is given; null takes a detail away.',
    params,
    body: closed(
      { name: Type.Optional(Name), ...givenDetails, timeZone: Type.Optional(officeTimeZone()) },
      { minProperties: 1 },
    ),
    response: { 200: Office, ...failures(...bodyRefusals) },
  };
  app.patch('/offices/:officeId', { config: { access: 'manager' }, schema: change }, async (request) => {
    const user = caller(request);
    const office = await requireOffice(db, user, request.params.officeId);
    const { timeZone } = request.body;
    if (timeZone !== undefined) await requireOfficeTimeZone(db, timeZone);
    return db.transaction().execute(async (tx) => {
      await updateOffice(tx, office.id, request.body);
      await recordAudit(tx, { ...record(request, office), action: 'office.changed', detail: request.body });
      return requireOfficeInFull(tx, user, office.id);
    });
  });

  const remove = {
    ...common,
    summary: 'Delete an office',
    description:
      'Only one without gateways, deleted ones too, and devices: what they sent is kept. Members whose role is for this office alone, enrolment keys for it and API tokens for it go along, which wants `confirm`. For managers of the whole customer.',
    params,
    querystring: closed(confirmQuery),
    response: { 204: Type.Null({ description: 'The office is deleted.' }), ...failures(...refusals, 'CONFLICT') },
  };
  app.delete('/offices/:officeId', { config: { access: 'manager' }, schema: remove }, async (request, reply) => {
    const user = caller(request);
    const office = await requireOffice(db, user, request.params.officeId);
    await requireCustomer(user, office.customerId);
    await db.transaction().execute(async (tx) => {
      if (!(await lockRow(tx, 'office', office.id)))
        throw new StepCloudError('NOT_FOUND', 'the office is deleted already');
      const contents = await countOfficeContents(tx, office.id);
      requireDeletable('office', office, contents, request.query.confirm);
      await deleteOffice(tx, office.id);
      await recordAudit(tx, { ...record(request, office), action: 'office.deleted', detail: contents.goes });
    });
    return reply.code(204).send(null);
  });

  function record(request: FastifyRequest, { id, name, customerId }: { id: string; name: string; customerId: string }) {
    const actor = actorOf(caller(request), request);
    return { at: new Date(clock()), actor, subject: { kind: 'office', id, name }, customerId, officeId: id };
  }
}
