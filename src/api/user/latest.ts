import { Type } from 'typebox';
import { latestReadings } from '../../db/reading-views.ts';
import type { App } from '../app.ts';
import { failures } from '../problems.ts';
import { closed, Id, Time } from '../schemas.ts';
import type { UserRouteOptions } from './options.ts';
import { sensorProperties, Value } from './sensors.ts';
import { requireDevice } from './visible.ts';

const Latest = closed(
  {
    deviceId: Id,
    state: Type.Enum(['pending', 'active', 'blocked', 'archived']),
    items: Type.Array(
      closed({
        ...sensorProperties,
        measure: Type.Enum(['gauge', 'counter', 'state']),
        visualization: Type.Enum(['default', 'line', 'scatter', 'bar'], { description: 'How to draw it.' }),
        value: Value,
        recordedAt: { ...Time, description: 'When it was measured.' },
        receivedAt: { ...Time, description: 'When it reached the broker.' },
      }),
      { description: 'By label; sensors without a value are left out.' },
    ),
  },
  { description: 'The latest values.' },
);

export function latest(app: App, { db, caller }: UserRouteOptions): void {
  const schema = {
    summary: 'Latest values of a device',
    description:
      'The newest value of each sensor, by the time of measurement: late data does not replace a newer value.',
    tags: ['devices'],
    params: closed({ deviceId: Id }),
    querystring: closed({}),
    response: { 200: Latest, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND') },
  };
  app.get('/devices/:deviceId/latest', { config: { access: 'viewer' }, schema }, async (request) => {
    const device = await requireDevice(db, caller(request), request.params.deviceId);
    return { deviceId: device.id, state: device.state, items: await latestReadings(db, device) };
  });
}
