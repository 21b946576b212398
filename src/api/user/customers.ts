import { Type } from 'typebox';
import { recordAudit } from '../../db/audit.ts';
import { listOwnCustomers, updateCustomer } from '../../db/customers.ts';
import type { App } from '../app.ts';
import { createCursor, toPage } from '../cursor.ts';
import { actorOf } from '../guards.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, page, pageQuery, Time, text } from '../schemas.ts';
import type { UserRouteOptions } from './options.ts';
import { requireCustomer, requireOwnCustomer } from './visible.ts';

const Customer = closed(
  {
    id: Id,
    name: Type.String({ examples: ['Example Dental Lab'] }),
    vatId: nullable(Type.String({ examples: ['DE123456789'] })),
    contractLevel: nullable(Type.String({ description: 'What was agreed with the operator of this installation.' })),
    createdAt: Time,
  },
  { description: 'A customer.' },
);

const cursor = createCursor(closed({ after: Id }));

export function customers(app: App, { db, clock, caller }: UserRouteOptions): void {
  const common = { tags: ['customers'], querystring: closed({}) };
  const params = closed({ customerId: Id });

  const list = {
    summary: 'List your customers',
    description: 'Those that you are a member of, or of one of their offices, in a fixed order.',
    tags: ['customers'],
    querystring: closed(pageQuery()),
    response: {
      200: closed(page(Customer), { description: 'A page of customers.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID'),
    },
  };
  app.get('/customers', { config: { access: 'viewer' }, schema: list }, async (request) => {
    const { limit, cursor: given } = request.query;
    const after = given === undefined ? undefined : cursor.decode(given).after;
    const rows = await listOwnCustomers(db, caller(request).scope, { after, limit: limit + 1 });
    return toPage(rows, limit, ({ id }) => cursor.encode({ after: id }));
  });

  const one = {
    ...common,
    summary: 'Show a customer',
    params,
    response: { 200: Customer, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND') },
  };
  app.get('/customers/:customerId', { config: { access: 'viewer' }, schema: one }, (request) =>
    requireOwnCustomer(db, caller(request), request.params.customerId),
  );

  const change = {
    ...common,
    summary: 'Change a customer',
    description:
      'Changes what is given; null takes the VAT id away. For managers of all its offices. The contract level is set by admins of the installation.',
    params,
    body: closed(
      {
        name: Type.Optional(text(128, { examples: ['Example Dental Lab'] })),
        vatId: Type.Optional(nullable(text(32, { examples: ['DE123456789'] }))),
      },
      { minProperties: 1 },
    ),
    response: {
      200: Customer,
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN', 'NOT_FOUND'),
      ...failures('TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED'),
    },
  };
  app.patch('/customers/:customerId', { config: { access: 'manager' }, schema: change }, async (request) => {
    const user = caller(request);
    const customerId = await requireCustomer(user, request.params.customerId);
    return db.transaction().execute(async (tx) => {
      const { name } = await requireOwnCustomer(tx, user, customerId);
      await updateCustomer(tx, customerId, request.body);
      await recordAudit(tx, {
        at: new Date(clock()),
        actor: actorOf(user, request),
        action: 'customer.changed',
        subject: { kind: 'customer', id: customerId, name },
        customerId,
        detail: request.body,
      });
      return requireOwnCustomer(tx, user, customerId);
    });
  });
}
