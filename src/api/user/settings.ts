import { Type } from 'typebox';
import type { Db } from '../../db/database.ts';
import { listSettings } from '../../db/event-views.ts';
import { listPastSettings } from '../../db/setting-views.ts';
import { findOfficeTimeZone } from '../../db/time-zones.ts';
import type { App } from '../app.ts';
import { createCursor, Instant, toPage } from '../cursor.ts';
import type { UserCaller } from '../guards.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, page, pageQuery, Time, text } from '../schemas.ts';
import { compareSettings, parsePointer } from '../settings-comparison.ts';
import { DAY_MS, readSpan, spanInCursor, timeRangeQuery, writeSpan } from '../time-range.ts';
import { OfficeTimeZone } from '../time-zone.ts';
import { order } from './event-schemas.ts';
import type { UserRouteOptions } from './options.ts';
import { requireDevice, requireEvent } from './visible.ts';

const HISTORY_MS = 365 * DAY_MS;
const STATUSES = ['same', 'changed', 'onlyLeft', 'onlyRight'] as const;

const value = (description: string) => Type.Optional(Type.Unknown({ description }));
const count = (description: string) => Type.Integer({ minimum: 0, description });
const Side = closed({
  deviceId: Id,
  eventId: Id,
  type: Type.String({ examples: ['performed_task'] }),
  recordedAt: Time,
  timeZone: OfficeTimeZone,
});

const Comparison = closed(
  {
    left: Side,
    right: Side,
    counts: closed({
      same: count('Values that both have alike.'),
      changed: count('Values that both have, but not alike.'),
      onlyLeft: count('Values that only the left one has.'),
      onlyRight: count('Values that only the right one has.'),
    }),
    ...page(
      closed({
        label: Type.String({ description: 'Which setting.', examples: ['print settings'] }),
        path: Type.String({
          description: 'Where in the setting, as a JSON pointer (RFC 6901); empty for all of it.',
          examples: ['/layers/height'],
        }),
        status: Type.Enum([...STATUSES]),
        left: value('Missing where only the right one has it.'),
        right: value('Missing where only the left one has it.'),
      }),
    ),
  },
  { description: 'A page of the comparison.' },
);

const History = closed(
  {
    deviceId: Id,
    timeZone: OfficeTimeZone,
    label: Type.String(),
    path: Type.String(),
    ...page(
      closed({
        eventId: Id,
        type: Type.String({ examples: ['performed_task'] }),
        recordedAt: Time,
        value: value('Missing where the setting had no such part.'),
        changed: nullable(
          Type.Boolean({ description: 'Whether it differs from the event before; null for the first of the span.' }),
        ),
      }),
    ),
  },
  { description: 'A page of the history.' },
);

const ofComparison = createCursor(closed({ offset: Type.Integer({ minimum: 0 }) }));
const ofHistory = createCursor(closed({ ...spanInCursor, at: Instant, id: Id }));

export function settings(app: App, { db, clock, caller }: UserRouteOptions): void {
  const compare = {
    summary: 'Compare the settings of two events',
    description:
      'Value by value, down to the innermost: what is the same, what changed, and what only one of both has. The other event may be of another device. What events have been set to does not change, so neither does the answer, unless a part that was refused joins its event.',
    tags: ['devices'],
    params: closed({ deviceId: Id, eventId: Id }),
    querystring: closed({
      with: { ...Id, description: 'The event on the right side.' },
      withDevice: Type.Optional({ ...Id, description: 'Its device, where that is another one.' }),
      status: Type.Optional(
        Type.Array(Type.Enum([...STATUSES]), {
          uniqueItems: true,
          maxItems: 4,
          description: 'Only values of which this is so; may be repeated. Without it, all of them.',
        }),
      ),
      ...pageQuery({ maximum: 10_000, fallback: 1_000 }),
    }),
    response: { 200: Comparison, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND') },
  };
  const url = '/devices/:deviceId/events/:eventId/settings/comparison';
  app.get(url, { config: { access: 'viewer' }, schema: compare }, async (request) => {
    const { deviceId, eventId } = request.params;
    const { with: otherId, withDevice = deviceId, status: wanted = STATUSES, limit, cursor } = request.query;
    const offset = cursor === undefined ? 0 : ofComparison.decode(cursor).offset;
    const left = await readSide(db, caller(request), deviceId, eventId);
    const right = await readSide(db, caller(request), withDevice, otherId);
    const compared = compareSettings(left.settings, right.settings);
    const counts = { same: 0, changed: 0, onlyLeft: 0, onlyRight: 0 };
    for (const { status } of compared) counts[status]++;
    const items = compared.filter(({ status }) => wanted.some((one) => one === status));
    const end = offset + limit;
    return {
      ...{ left: left.side, right: right.side, counts, items: items.slice(offset, end) },
      nextCursor: end < items.length ? ofComparison.encode({ offset: end }) : null,
    };
  });

  const history = {
    summary: 'The history of a setting',
    description:
      'What a setting of a device was, or a part of it, event by event: which value was it printed with, and since when.',
    tags: ['devices'],
    params: closed({ deviceId: Id }),
    querystring: closed({
      label: text(128, { description: 'Which setting.', examples: ['print settings'] }),
      path: Type.String({
        maxLength: 1024,
        pattern: '^(/[^\\u0000]*)?$',
        default: '',
        description: 'Which part of it, as a JSON pointer (RFC 6901); empty for all of it.',
        examples: ['/layers/height'],
      }),
      changesOnly: Type.Boolean({ default: false, description: 'Only where it differs from the event before.' }),
      ...timeRangeQuery('365 days'),
      order: order(),
      ...pageQuery(),
    }),
    response: { 200: History, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND') },
  };
  app.get('/devices/:deviceId/settings/history', { config: { access: 'viewer' }, schema: history }, async (request) => {
    const { label, path, changesOnly, order, limit, cursor } = request.query;
    const given = cursor === undefined ? undefined : ofHistory.decode(cursor);
    const span = readSpan(given, request.query, clock(), HISTORY_MS);
    const after = given && { recordedAt: new Date(given.at), id: given.id };
    const device = await requireDevice(db, caller(request), request.params.deviceId);
    const asked = { label, path: parsePointer(path), ...span, changesOnly, order, after, limit: limit + 1 };
    const { items, nextCursor } = toPage(await listPastSettings(db, device, asked), limit, ({ recordedAt, id }) =>
      ofHistory.encode({ ...writeSpan(span), at: recordedAt.getTime(), id }),
    );
    return {
      ...{ deviceId: device.id, timeZone: await findOfficeTimeZone(db, device), label, path, nextCursor },
      items: items.map(({ id, ...past }) => ({ eventId: id, ...past })),
    };
  });
}

async function readSide(db: Db, caller: UserCaller, deviceId: string, eventId: string) {
  const device = await requireDevice(db, caller, deviceId);
  const event = await requireEvent(db, device, eventId);
  const { id, type, recordedAt } = event;
  const timeZone = await findOfficeTimeZone(db, device);
  return {
    side: { deviceId: device.id, eventId: id, type, recordedAt, timeZone },
    settings: await listSettings(db, event),
  };
}
