import { Type } from 'typebox';
import type { Db } from '../../db/database.ts';
import { listSensors, type ReadSensor } from '../../db/reading-views.ts';
import { StepCloudError } from '../../errors.ts';
import { nullable, text } from '../schemas.ts';

/** A value of a reading; of one type per sensor. */
export const Value = Type.Unsafe<number | boolean | string>({
  type: ['number', 'boolean', 'string'],
  description: 'Of the type that `valueType` says, in the unit of the sensor.',
  examples: [23.4],
});

/** What names a sensor and says how to read its values. */
export const sensorProperties = {
  label: Type.String({ examples: ['temperature'] }),
  unit: nullable(Type.String({ examples: ['°C'] })),
  valueType: Type.Enum(['number', 'boolean', 'string']),
};

/** The same, and what to do with them. */
export const sensorInFull = {
  ...sensorProperties,
  measure: Type.Enum(['gauge', 'counter', 'state'], {
    description: 'Booleans and texts are states, whatever this says.',
  }),
  visualization: Type.Enum(['default', 'line', 'scatter', 'bar'], { description: 'How to draw it.' }),
};

/** Readings of more sensors at once would be too many to put in order. */
const MAX_SENSORS = 50;

/** Which sensors of a device a route reads. */
export const labelQuery = {
  label: Type.Optional(
    Type.Array(text(128, { examples: ['temperature'] }), {
      minItems: 1,
      maxItems: MAX_SENSORS,
      uniqueItems: true,
      description: `Which sensors. May be repeated; without it, all of the device, if they are not more than ${MAX_SENSORS}.`,
    }),
  ),
};

/** The sensors that were asked for, in the order of their labels. Throws NOT_FOUND for a label that the device does not have. */
export async function requireSensors(
  db: Db,
  device: { id: string },
  labels: readonly string[] | undefined,
): Promise<ReadSensor[]> {
  const sensors = await listSensors(db, device, { labels, limit: MAX_SENSORS + 1 });
  if (sensors.length > MAX_SENSORS)
    throw new StepCloudError('REQUEST_INVALID', `the device has more than ${MAX_SENSORS} sensors: say which, by label`);
  const missing = labels?.find((label) => !sensors.some((sensor) => sensor.label === label));
  if (missing !== undefined)
    throw new StepCloudError(
      'NOT_FOUND',
      `the device has no sensor with this label, or it has no value yet: ${missing}`,
    );
  return sensors.sort((a, b) => (a.label < b.label ? -1 : 1));
}
