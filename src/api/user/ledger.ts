import { Type } from 'typebox';
import { countUnseen, readLedger } from '../../db/ledger.ts';
import type { App } from '../app.ts';
import { failures } from '../problems.ts';
import { closed, Id, Time } from '../schemas.ts';
import { readTimeRange, timeRangeQuery } from '../time-range.ts';
import type { UserRouteOptions } from './options.ts';
import { requireGateway } from './visible.ts';

const HOUR_MS = 3_600_000;

const number = (description: string) => Type.Integer({ minimum: 0, description });

const LedgerHour = closed({
  hour: { ...Time, description: 'Begin of the hour in which the broker received the messages.' },
  accepted: number('Messages that were acknowledged and have arrived: stored + duplicate + rejected.'),
  stored: number('Messages of which nothing was refused, and not everything was stored before.'),
  duplicate: number('Messages of which everything was stored before: resent ones.'),
  rejected: number(
    'Messages of which at least one item was refused; the rest of such a message is stored all the same.',
  ),
  itemsStored: number('Values that were stored.'),
  itemsDuplicate: number('Values that had been stored before, and stayed as they were.'),
  itemsRejected: number('Items that were refused: each is among the dead letters, or counted in their overflow.'),
});

const Ledger = closed(
  {
    items: Type.Array(LedgerHour, { description: 'Newest first; hours in which nothing came are left out.' }),
    unseen: number(
      'Messages that the broker took and no worker has dealt with yet, though with later ones: still in the queue, or lost. Over the whole life of the gateway; 0 when everything adds up.',
    ),
  },
  { description: 'The books.' },
);

export function ledger(app: App, { db, clock, caller }: UserRouteOptions): void {
  const schema = {
    summary: 'The books of a gateway',
    description:
      'What became of every message that the gateway sent and the broker acknowledged, by hour of receipt. Each message is numbered by the broker and counted once, with one outcome; items are the single values and the events in it, and are counted apart. Hours are whole: the first is the one that holds `from`.',
    tags: ['gateways'],
    params: closed({ gatewayId: Id }),
    querystring: closed(timeRangeQuery()),
    response: { 200: Ledger, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND') },
  };
  app.get('/gateways/:gatewayId/ledger', { config: { access: 'viewer' }, schema }, async (request) => {
    const { from, to } = readTimeRange(request.query, clock());
    const { id, customerId } = await requireGateway(db, caller(request), request.params.gatewayId);
    const firstHour = new Date(Math.floor(from.getTime() / HOUR_MS) * HOUR_MS);
    const items = await readLedger(db, [customerId], id, firstHour, to);
    return { items, unseen: await countUnseen(db, [customerId], id) };
  });
}
