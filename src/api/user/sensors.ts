import { Type } from 'typebox';
import { nullable } from '../schemas.ts';

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
