import { Type } from 'typebox';
import { latestReadings, listLatest } from '../../db/latest-views.ts';
import { findOfficeTimeZone } from '../../db/time-zones.ts';
import type { App } from '../app.ts';
import { createCursor, toPage } from '../cursor.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, page, pageQuery, Time, text } from '../schemas.ts';
import { OfficeTimeZone } from '../time-zone.ts';
import { freshnessProperties, freshnessQuery, withFreshness } from './freshness.ts';
import type { UserRouteOptions } from './options.ts';
import { PLACE, placeQuery, readPlace } from './place.ts';
import { sensorInFull, Value } from './sensors.ts';
import { requireDevice } from './visible.ts';

const latestProperties = {
  ...sensorInFull,
  value: Value,
  recordedAt: { ...Time, description: 'When it was measured.' },
  receivedAt: { ...Time, description: 'When it reached the broker.' },
  ...freshnessProperties,
};
const asOf = { ...Time, description: 'The moment that ages are counted to.' };

const Latest = closed(
  {
    deviceId: Id,
    state: Type.Enum(['pending', 'active', 'blocked', 'archived']),
    timeZone: OfficeTimeZone,
    asOf,
    ...page(closed(latestProperties)),
  },
  { description: 'A page of latest values, by label; sensors without a value are left out.' },
);

const LatestOfMany = closed(
  {
    asOf,
    ...page(
      closed({
        deviceId: Id,
        deviceLabel: nullable(Type.String({ examples: ['Printer by the window'] })),
        officeId: Id,
        timeZone: OfficeTimeZone,
        ...latestProperties,
      }),
    ),
  },
  { description: 'A page of latest values, by device and label; sensors without a value are left out.' },
);

const NEWEST =
  'The newest value of each sensor, by the time of measurement: late data does not replace a newer value. Each says how old it is, and whether its sensor has fallen silent.';
const ofDevice = createCursor(closed({ label: text(128) }));
const ofMany = createCursor(closed({ deviceId: Id, label: text(128) }));

export function latest(app: App, { db, clock, caller }: UserRouteOptions): void {
  const one = {
    summary: 'Latest values of a device',
    description: NEWEST,
    tags: ['devices'],
    params: closed({ deviceId: Id }),
    querystring: closed({ ...freshnessQuery, ...pageQuery({ maximum: 2_000, fallback: 2_000 }) }),
    response: { 200: Latest, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND') },
  };
  app.get('/devices/:deviceId/latest', { config: { access: 'viewer' }, schema: one }, async (request) => {
    const { limit, cursor: given, staleAfter } = request.query;
    const after = given === undefined ? undefined : ofDevice.decode(given).label;
    const device = await requireDevice(db, caller(request), request.params.deviceId);
    const timeZone = await findOfficeTimeZone(db, device);
    const rows = await latestReadings(db, device, { after, limit: limit + 1 });
    const now = clock();
    const { items, nextCursor } = toPage(rows, limit, ({ label }) => ofDevice.encode({ label }));
    const judged = items.map((row) => withFreshness(row, now, staleAfter));
    return { deviceId: device.id, state: device.state, timeZone, asOf: new Date(now), items: judged, nextCursor };
  });

  const many = {
    summary: 'Latest values of many devices',
    description: `${NEWEST} Of all devices ${PLACE}.`,
    tags: ['devices'],
    querystring: closed({ ...placeQuery, ...freshnessQuery, ...pageQuery({ maximum: 2_000, fallback: 500 }) }),
    response: { 200: LatestOfMany, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND') },
  };
  app.get('/latest', { config: { access: 'viewer' }, schema: many }, async (request) => {
    const user = caller(request);
    const { limit, cursor: given, staleAfter } = request.query;
    const after = given === undefined ? undefined : ofMany.decode(given);
    const place = await readPlace(db, user, request.query);
    const rows = await listLatest(db, user.scope, place, { after, limit: limit + 1 });
    const now = clock();
    const { items, nextCursor } = toPage(rows, limit, ({ deviceId, label }) => ofMany.encode({ deviceId, label }));
    return { asOf: new Date(now), items: items.map((row) => withFreshness(row, now, staleAfter)), nextCursor };
  });
}
