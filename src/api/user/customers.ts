import { Type } from 'typebox';
import { recordAudit } from '../../db/audit.ts';
import { CUSTOMER_ORDER, listCustomers, updateCustomer } from '../../db/customers.ts';
import type { App } from '../app.ts';
import { actorOf } from '../guards.ts';
import { anyOf, listQuery, readPage, search } from '../lists.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, page, Time, text } from '../schemas.ts';
import type { UserRouteOptions } from './options.ts';
import { requireCustomer, requireOwnCustomer } from './visible.ts';

/** What users and admins see alike. */
export const customerProperties = {
  id: Id,
  name: Type.String({ examples: ['Example Dental Lab'] }),
  vatId: nullable(Type.String({ examples: ['DE123456789'] })),
  contractLevel: nullable(Type.String({ description: 'What was agreed with the operator of this installation.' })),
  createdAt: Time,
};

const Customer = closed(customerProperties, { description: 'A customer.' });

export const CustomerName = text(128, { examples: ['Example Dental Lab'] });
export const VatId = text(32, { examples: ['DE123456789'] });

export const customerListQuery = {
  contractLevel: anyOf(text(128), 'Only customers of this level.'),
  vatId: anyOf(text(32), 'Only the customer with this VAT id.'),
  q: search('name'),
  ...listQuery(CUSTOMER_ORDER, 'id'),
};

export function customers(app: App, { db, clock, caller }: UserRouteOptions): void {
  const common = { tags: ['customers'], querystring: closed({}) };
  const params = closed({ customerId: Id });

  const list = {
    summary: 'List your customers',
    description: 'Those that you are a member of, or of one of their offices.',
    tags: ['customers'],
    querystring: closed(customerListQuery),
    response: {
      200: closed(page(Customer), { description: 'A page of customers.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID'),
    },
  };
  app.get('/customers', { config: { access: 'viewer' }, schema: list }, async (request) => {
    const { scope } = caller(request);
    const { items, nextCursor } = await readPage(request.query, (page) =>
      listCustomers(db, scope, request.query, page),
    );
    return { items: items.map(toOwn), nextCursor };
  });

  const one = {
    ...common,
    summary: 'Show a customer',
    params,
    response: { 200: Customer, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND') },
  };
  app.get('/customers/:customerId', { config: { access: 'viewer' }, schema: one }, async (request) =>
    toOwn(await requireOwnCustomer(db, caller(request), request.params.customerId)),
  );

  const change = {
    ...common,
    summary: 'Change a customer',
    description:
      'Changes what is given; null takes the VAT id away. For managers of all its offices. The contract level is set by admins of the installation.',
    params,
    body: closed(
      {
        name: Type.Optional(CustomerName),
        vatId: Type.Optional(nullable(VatId)),
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
      return toOwn(await requireOwnCustomer(tx, user, customerId));
    });
  });
}

/** Whoever sees a customer here sees one that is not suspended. */
function toOwn<C extends { suspendedAt: unknown }>({ suspendedAt: _, ...customer }: C) {
  return customer;
}
