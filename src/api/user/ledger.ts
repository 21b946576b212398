import { Type } from 'typebox';
import { findReport } from '../../db/gateway-views.ts';
import { countMissing, readLedger, sumLedger } from '../../db/ledger-views.ts';
import { findOfficeTimeZone } from '../../db/time-zones.ts';
import type { App } from '../app.ts';
import { createCursor, toPage } from '../cursor.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, page, pageQuery, Time } from '../schemas.ts';
import { DAY_MS, readSpan, readTimeRange, spanInCursor, timeQuery, timeRangeQuery, writeSpan } from '../time-range.ts';
import { requireTimeZone, timeZoneQuery } from '../time-zone.ts';
import type { UserRouteOptions } from './options.ts';
import { requireGateway } from './visible.ts';

const SPAN_MS = { hour: DAY_MS, day: 30 * DAY_MS } as const;
const HOUR_MS = 3_600_000;

const number = (description: string) => Type.Integer({ minimum: 0, description });

const counts = {
  accepted: number('Messages that were acknowledged and have arrived: stored + duplicate + rejected.'),
  stored: number('Messages of which nothing was refused, and not everything was stored before.'),
  duplicate: number('Messages of which everything was stored before: resent ones.'),
  rejected: number(
    'Messages of which at least one item was refused; the rest of such a message is stored all the same.',
  ),
  itemsStored: number('Values that were stored.'),
  itemsDuplicate: number('Values that had been stored before, and stayed as they were.'),
  itemsRejected: number('Items that were refused: each is among the dead letters, or counted in their overflow.'),
};

const Entry = closed({
  from: { ...Time, description: 'Begin of the hour or day in which the broker received the messages.' },
  to: { ...Time, description: 'Its end, exclusive; a day may have 23 or 25 hours.' },
  ...counts,
  lost: number(
    'Messages that were acknowledged and are lost: they are not stored, and no job in the queue can bring them. Counted when the next message of the gateway was received.',
  ),
});

const Ledger = closed(
  {
    ...page(Entry),
    timeZone: Type.String({ description: 'What days are counted in.', examples: ['Europe/Berlin'] }),
    unseen: number(
      'Messages that the broker took and no worker has dealt with yet, though with later ones: on their way. Over the whole life of the gateway; 0 when everything has arrived.',
    ),
    lost: number('Messages that were lost, over the whole life of the gateway.'),
    reported: closed(
      {
        reportedAt: nullable({ ...Time, description: 'When it last said how it is; null before it did.' }),
        buffered: nullable(number('Messages that wait in it.')),
        oldestBufferedAt: nullable({ ...Time, description: 'The time of the oldest of them.' }),
        dropped: nullable(number('Messages that it had no room for; they never reached the broker.')),
      },
      { description: 'What the gateway says of itself: what these books cannot know.' },
    ),
  },
  { description: 'A page of the books.' },
);

const Sum = closed(
  {
    from: { ...Time, description: 'Begin of the first hour that is counted.' },
    asOf: { ...Time, description: 'When it was so.' },
    ...counts,
  },
  { description: 'The books of all gateways together.' },
);

/** A page leaves the rest of its span to the next one, which ends where its last entry begins. */
const cursor = createCursor(closed(spanInCursor));

export function ledger(app: App, { db, clock, caller }: UserRouteOptions): void {
  const schema = {
    summary: 'The books of a gateway',
    description:
      'What became of every message that the gateway sent and the broker acknowledged, by hour or day of receipt, newest first; hours and days in which nothing came are left out. Each message is numbered by the broker and counted once, with one outcome; items are the single values and the events in it, and are counted apart. Hours and days are whole: the first is the one that holds `from`, the last the one that holds `to`. Hours are those of UTC; one that two days of a time zone share belongs to the day in which it begins.',
    tags: ['gateways'],
    params: closed({ gatewayId: Id }),
    querystring: closed({
      by: Type.Enum(['hour', 'day'], { default: 'hour', description: 'What to count by.' }),
      ...timeZoneQuery('that of the office of the gateway'),
      ...timeRangeQuery('24 hours, or by day 30 days,'),
      ...pageQuery({ maximum: 1_000 }),
    }),
    response: { 200: Ledger, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND') },
  };
  app.get('/gateways/:gatewayId/ledger', { config: { access: 'viewer' }, schema }, async (request) => {
    const { by, timeZone: asked, limit, cursor: given } = request.query;
    const position = given === undefined ? undefined : cursor.decode(given);
    const span = readSpan(position, request.query, clock(), SPAN_MS[by]);
    const gateway = await requireGateway(db, caller(request), request.params.gatewayId);
    const timeZone = await (asked === undefined ? findOfficeTimeZone(db, gateway) : requireTimeZone(db, asked));
    const rows = await readLedger(db, gateway, { by, timeZone, ...span, limit: limit + 1 });
    return {
      ...toPage(rows, limit, (last) => cursor.encode(writeSpan({ from: span.from, to: last.from }))),
      timeZone,
      ...(await countMissing(db, gateway)),
      reported: await findReport(db, gateway),
    };
  });

  const sum = {
    summary: 'The books of all gateways together',
    description:
      'What became of the messages of all gateways that you may see, deleted ones too, received since the begin of the hour that holds `from`. Ask again with the same `from` and take the difference by `asOf`: that is how much comes in now.',
    tags: ['gateways'],
    querystring: closed({ from: timeQuery('ISO 8601 with a zone. Without it, an hour ago.') }),
    response: { 200: Sum, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID') },
  };
  app.get('/ledger', { config: { access: 'viewer' }, schema: sum }, (request) => {
    const { from } = readTimeRange(request.query, clock(), HOUR_MS);
    return sumLedger(db, caller(request).scope, from);
  });
}
