import { Type } from 'typebox';
import { recordAudit } from '../../db/audit.ts';
import {
  countCustomerContents,
  deleteCustomer,
  insertCustomer,
  listCustomers,
  resumeCustomer,
  showCustomer,
  suspendCustomer,
  updateCustomer,
} from '../../db/customers.ts';
import type { Db } from '../../db/database.ts';
import { EVERYTHING } from '../../db/scope.ts';
import { StepCloudError } from '../../errors.ts';
import { signal } from '../../signals/signals.ts';
import type { App } from '../app.ts';
import { actorOf } from '../guards.ts';
import { readPage } from '../lists.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, page, Time, text } from '../schemas.ts';
import { CustomerName, customerListQuery, customerProperties, VatId } from '../user/customers.ts';
import { crud } from './crud.ts';
import type { AdminRouteOptions } from './options.ts';

const Customer = closed(
  {
    ...customerProperties,
    suspendedAt: nullable({ ...Time, description: 'Since when it is suspended; null while it is not.' }),
  },
  { description: 'A customer.' },
);

/** What an admin does to a customer as a whole. */
const ACTIONS = [
  {
    name: 'suspend',
    action: 'customer.suspended',
    act: suspendCustomer,
    summary: 'Suspend a customer',
    description:
      'Its gateways are cut off within two seconds and cannot connect, and its users see nothing of it. Nothing is lost: their data waits in the gateways, and what is stored stays.',
  },
  {
    name: 'resume',
    action: 'customer.resumed',
    act: resumeCustomer,
    summary: 'Resume a customer',
    description: 'Ends a suspension: gateways and users go on with the credentials that they have.',
  },
] as const;

export function customers(app: App, options: AdminRouteOptions): void {
  const { db, clock, caller } = options;
  const list = {
    summary: 'List customers',
    description: 'All customers of this installation.',
    tags: ['customers'],
    querystring: closed({
      suspended: Type.Optional(Type.Boolean({ description: 'Only those that are, or are not, suspended.' })),
      ...customerListQuery,
    }),
    response: {
      200: closed(page(Customer), { description: 'A page of customers.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN'),
    },
  };
  app.get('/customers', { schema: list }, ({ query }) =>
    readPage(query, (page) => listCustomers(db, EVERYTHING, query, page)),
  );

  const one = {
    summary: 'Show a customer',
    tags: ['customers'],
    params: closed({ customerId: Id }),
    querystring: closed({}),
    response: { 200: Customer, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN', 'NOT_FOUND') },
  };
  app.get('/customers/:customerId', { schema: one }, async ({ params: { customerId } }) => {
    const customer = await showCustomer(db, EVERYTHING, customerId);
    if (!customer) throw new StepCloudError('NOT_FOUND', 'there is no such customer');
    return customer;
  });

  crud(app, options, {
    ...{ path: '/customers', param: 'customerId', tag: 'customers', what: 'customer', kind: 'customer' },
    view: Customer,
    required: { name: CustomerName },
    optional: { vatId: nullable(VatId), contractLevel: nullable(text(128, { examples: ['basic'] })) },
    twin: 'there is another one',
    removal:
      'Only one without gateways, deleted ones too, and devices: what they sent is kept, and may still be on its way. Such a customer is suspended instead. Offices, members, enrolment keys and API tokens go along, which wants `confirm`.',
    nameOf: ({ name }) => name,
    show: (tx: Db, id: string) => showCustomer(tx, EVERYTHING, id),
    insert: insertCustomer,
    update: updateCustomer,
    remove: deleteCustomer,
    count: countCustomerContents,
  });

  for (const { name, action, act, summary, description } of ACTIONS) {
    const schema = {
      summary,
      description,
      tags: ['customers'],
      params: closed({ customerId: Id }),
      querystring: closed({}),
      response: { 200: Customer, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN', 'NOT_FOUND') },
    };
    app.post(`/customers/:customerId/${name}`, { schema }, async (request) =>
      db.transaction().execute(async (tx) => {
        const changed = await act(tx, request.params.customerId);
        const customer = await showCustomer(tx, EVERYTHING, request.params.customerId);
        if (!customer) throw new StepCloudError('NOT_FOUND', 'there is no such customer');
        if (!changed) return customer;
        const subject = { kind: 'customer', id: customer.id, name: customer.name };
        const actor = actorOf(caller(request), request);
        await recordAudit(tx, { at: new Date(clock()), actor, action, subject, customerId: customer.id });
        await signal(tx, 'access');
        return customer;
      }),
    );
  }
}
