import { Type } from 'typebox';
import { byName, optional, series, stamp, Time, UpTime, Value } from './parts.ts';

export const MAX_LABELS = 10_000;

const Moment = Type.Object(
  {
    ...stamp,
    up: optional(UpTime, 'Milliseconds since power-up, in place of `ts`, from a gateway without a clock.'),
    ts: optional(
      Time,
      'When it was measured. Left out: the time of receipt, and then the reading cannot be recognised when it is sent again. In a list only the last one may leave it out.',
    ),
    values: byName(Value, {
      description: 'Values by the label of their sensor: 1 to 128 characters.',
      maxProperties: MAX_LABELS,
      examples: [{ power: 412.5, 'door open': false, state: 'curing' }],
    }),
  },
  { $id: 'Moment', description: 'What a device measured at one moment.' },
);

const Series = series(Value, 'Series', 'Values of one sensor over time.');

export const Readings = Type.Union(
  [
    Moment,
    Type.Array(Moment, { minItems: 1, description: 'A list of moments, in any order.' }),
    Type.Object(
      { ...stamp, readings: Type.Array(Moment, { minItems: 1 }) },
      { description: 'The same list, of moments of one power-up.' },
    ),
    Type.Object(
      { ...stamp, series: byName(Series, { description: 'Series by the label of their sensor.' }) },
      { description: 'Whole series, each of one sensor.' },
    ),
  ],
  {
    $id: 'Readings',
    title: 'Readings',
    description:
      'What a device measured: one moment, a list of moments, or whole series. A reading is its sensor and its time: the same value again is a duplicate, another value is refused. A bad value costs that value, a bad item that item.',
    examples: [
      { ts: '2026-11-23T10:15:00.250+01:00', values: { power: 412.5, 'door open': false, state: 'curing' } },
      [
        { ts: 1795428900000, values: { power: 412.5 } },
        { ts: 1795428901000, values: { power: 413 } },
      ],
      {
        series: {
          'separation weight': { start: 1795428900000, step: 500, values: [1.2, 1.4, null, 1.3] },
          layer: { start: 1795428900000, offsets: [0, 1010, 2025], values: [1, 2, 3] },
          temperature: { ts: [1795428900000, 1795428960000], values: [23.5, 23.6] },
        },
      },
    ],
  },
);
