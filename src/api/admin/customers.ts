import { recordAudit } from '../../db/audit.ts';
import { listCustomers, resumeCustomer, showCustomer, suspendCustomer } from '../../db/customers.ts';
import { EVERYTHING } from '../../db/scope.ts';
import { StepCloudError } from '../../errors.ts';
import { signal } from '../../signals/signals.ts';
import type { App } from '../app.ts';
import { actorOf } from '../guards.ts';
import { readPage } from '../lists.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, page, Time } from '../schemas.ts';
import { customerListQuery, customerProperties } from '../user/customers.ts';
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

export function customers(app: App, { db, clock, caller }: AdminRouteOptions): void {
  const list = {
    summary: 'List customers',
    description: 'All customers of this installation.',
    tags: ['customers'],
    querystring: closed(customerListQuery),
    response: {
      200: closed(page(Customer), { description: 'A page of customers.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN'),
    },
  };
  app.get('/customers', { schema: list }, ({ query }) =>
    readPage(query, (page) => listCustomers(db, EVERYTHING, query, page)),
  );

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
