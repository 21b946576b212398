import { Type } from 'typebox';
import { listLosses } from '../../db/ledger-views.ts';
import type { App } from '../app.ts';
import { createCursor, toPage } from '../cursor.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, page, pageQuery, Time } from '../schemas.ts';
import type { AdminRouteOptions } from './options.ts';

const Loss = closed(
  {
    foundAt: Time,
    gatewayId: Id,
    gatewayLabel: nullable(Type.String({ examples: ['Workshop 1'] })),
    customerId: Id,
    customerName: Type.String({ examples: ['Example Dental Lab'] }),
    hour: { ...Time, description: 'Begin of the hour in which the next message behind them was received.' },
    brokerId: { ...Id, description: 'The process that took the messages in and numbered them.' },
    lost: Type.Integer({ description: 'How many messages.' }),
    numbers: Type.Array(closed({ first: Type.Integer(), last: Type.Integer() }), {
      description: 'Their numbers, as that process gave them to the messages of this gateway.',
    }),
  },
  { description: 'Messages that were acknowledged and are lost.' },
);

const cursor = createCursor(closed({ before: Type.Integer({ minimum: 0 }) }));

export function losses(app: App, { db }: Pick<AdminRouteOptions, 'db'>): void {
  const schema = {
    summary: 'List losses',
    description:
      'Acknowledged messages that are not stored and that no job in the queue can bring any more, over all customers, newest first. There should be none: each is also logged as an error and counted in `stepcloud_worker_losses_total`. One whose messages turn up after all is taken back.',
    tags: ['installation'],
    querystring: closed(pageQuery()),
    response: {
      200: closed(page(Loss), { description: 'A page of losses.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN'),
    },
  };
  app.get('/losses', { schema }, async ({ query: { limit, cursor: given } }) => {
    const before = given === undefined ? undefined : cursor.decode(given).before;
    const { items, nextCursor } = toPage(await listLosses(db, { before, limit: limit + 1 }), limit, ({ id }) =>
      cursor.encode({ before: id }),
    );
    return { items: items.map(toView), nextCursor };
  });
}

function toView({ id: _, numbers, ...loss }: Awaited<ReturnType<typeof listLosses>>[number]) {
  return { ...loss, numbers: numbers.map(([first, last]) => ({ first, last })) };
}
