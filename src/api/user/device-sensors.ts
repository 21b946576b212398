import { Type } from 'typebox';
import { recordAudit } from '../../db/audit.ts';
import type { Db } from '../../db/database.ts';
import { lockDevices } from '../../db/devices.ts';
import { listSensorsInFull, SENSOR_ORDER, showSensor } from '../../db/sensor-views.ts';
import { changeSensor } from '../../db/sensors.ts';
import { StepCloudError } from '../../errors.ts';
import type { App } from '../app.ts';
import { actorOf } from '../guards.ts';
import { listQuery, readPage, search } from '../lists.ts';
import { failures } from '../problems.ts';
import { closed, nullable, page, Time, text } from '../schemas.ts';
import { aboutDevice, noSuchDevice } from './device-changes.ts';
import { deviceParams } from './devices.ts';
import type { ResourceOptions } from './options.ts';
import { sensorInFull } from './sensors.ts';
import { requireDevice } from './visible.ts';

const { measure, visualization } = sensorInFull;

const Sensor = closed(
  {
    ...sensorInFull,
    valueType: nullable(
      Type.String({
        description: 'number, boolean or string: that of its first value; null before.',
        examples: ['number'],
      }),
    ),
    declaredAt: nullable({
      ...Time,
      description:
        'When a registration or a person first said what it measures and how to draw it; null for one that came with its first value, until a registration says so.',
    }),
    createdAt: Time,
  },
  { description: 'A sensor.' },
);

const Label = text(128, { examples: ['temperature'] });

export function deviceSensors(app: App, { db, clock, caller }: ResourceOptions): void {
  const common = { tags: ['devices'], params: deviceParams };

  const list = {
    ...common,
    summary: 'List the sensors of a device',
    description: 'Also those that were declared and have no value yet.',
    querystring: closed({ q: search('label'), ...listQuery(SENSOR_ORDER, 'label', { maximum: 1_000, fallback: 200 }) }),
    response: {
      200: closed(page(Sensor), { description: 'A page of sensors.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND'),
    },
  };
  app.get('/devices/:deviceId/sensors', { config: { access: 'viewer' }, schema: list }, async (request) => {
    const device = await requireDevice(db, caller(request), request.params.deviceId);
    return readPage(request.query, (page) => listSensorsInFull(db, device, request.query, page));
  });

  const change = {
    ...common,
    summary: 'Change a sensor',
    description:
      'Changes what is given, and no value that is stored. A unit is given once, where none is known: it says what the values are in, those that are stored too. What the sensor measures decides how its values are summed up, past ones too. The label is its name on the gateway, and never changes.',
    querystring: closed({ label: { ...Label, description: 'Which sensor of the device.' } }),
    body: closed(
      {
        unit: Type.Optional(
          text(64, { description: 'A registration with another one is refused from then on.', examples: ['°C'] }),
        ),
        measure: Type.Optional({
          ...measure,
          description:
            'Booleans and texts are states, whatever this says. This and `visualization` stay so, whatever a registration says later.',
        }),
        visualization: Type.Optional(visualization),
      },
      { minProperties: 1 },
    ),
    response: {
      200: Sensor,
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT'),
      ...failures('TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED'),
    },
  };
  app.patch('/devices/:deviceId/sensors', { config: { access: 'operator' }, schema: change }, async (request) => {
    const user = caller(request);
    const { label } = request.query;
    const { id } = await requireDevice(db, user, request.params.deviceId);
    return db.transaction().execute(async (tx) => {
      const [device] = await lockDevices(tx, user.scope, [id]);
      if (!device) throw noSuchDevice();
      const before = await changeSensor(tx, device, label, request.body);
      if (!before) throw noSuchSensor(label);
      const { unit } = request.body;
      if (unit !== undefined && before.unit !== null && before.unit !== unit)
        throw new StepCloudError('CONFLICT', `the values of this sensor are in ${before.unit}`);
      await recordAudit(tx, {
        at: new Date(clock()),
        actor: actorOf(user, request),
        action: 'sensor.changed',
        ...aboutDevice(device),
        detail: { sensor: label, ...request.body },
      });
      return show(tx, device, label);
    });
  });
}

async function show(db: Db, device: { id: string }, label: string) {
  const sensor = await showSensor(db, device, label);
  if (!sensor) throw noSuchSensor(label);
  return sensor;
}

function noSuchSensor(label: string): StepCloudError {
  return new StepCloudError('NOT_FOUND', `the device has no sensor with this label: ${label}`);
}
