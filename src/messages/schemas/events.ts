import { type TSchema, Type } from 'typebox';
import { MAX_TEXT_CHARACTERS } from '../values.ts';
import { byName, described, Label, optional, series, stamp, Time, Unit, Value, visualization } from './parts.ts';

/** Short, since every refused part is kept together with the head of its event. */
export const MAX_ATTRIBUTE_CHARACTERS = 512;
export const MAX_ATTRIBUTES = 32;
export const MAX_SENSORS = 128;
export const MAX_LOGS = 32;
export const MAX_SETTINGS = 64;
export const OUTCOMES = ['ok', 'failed', 'aborted'] as const;
export const SENSOR_KINDS = ['singular', 'timeseries'] as const;
export const LOG_LEVELS = ['error', 'debug', 'build'] as const;
export const UUID = /^[\da-fA-F]{8}(?:-[\da-fA-F]{4}){3}-[\da-fA-F]{12}$/;

const [singular, timeseries] = SENSOR_KINDS;
const numberOrGap = Type.Union([Type.Number(), Type.Null()]);
const NumberSeries = series(numberOrGap, 'NumberSeries', 'Numbers over time; null is a gap.');
const label = Label;
const unit = optional(Unit, 'As it is shown; nothing is converted.');

const Axis = Type.Object({
  label,
  unit,
  values: Type.Array(numberOrGap, { description: 'A number for each value of the series.' }),
});
const Singular = Type.Object(
  {
    label,
    unit,
    kind: Type.Literal(singular),
    visualization,
    value: Value,
    x: Type.Optional(Type.Null()),
  },
  { description: 'One value; null for none, and then the sensor is skipped.' },
);
const Timeseries = Type.Intersect(
  [
    Type.Object({
      label,
      unit,
      kind: Type.Literal(timeseries),
      visualization,
      x: optional(Axis, 'What to draw the series over, where that is not time.'),
    }),
    NumberSeries,
  ],
  { description: 'A series of numbers.' },
);

const lines = Type.Array(Type.Union([Type.String(), Type.Null()]), { description: 'Entries; null is none.' });
const column = (entry: TSchema, description: string) =>
  Type.Optional(Type.Array(Type.Union([entry, Type.Null()]), { description }));
const Log = Type.Object({
  label,
  level: Type.Enum([...LOG_LEVELS]),
  data: Type.Union([
    Type.String({ description: 'A text, taken line by line.' }),
    lines,
    Type.Object(
      {
        time: column(Time, 'When, for each entry.'),
        label: column(Type.String({ maxLength: MAX_TEXT_CHARACTERS }), 'Whose, for each entry.'),
        content: lines,
      },
      { description: 'Columns of the same number of entries.' },
    ),
  ]),
});
const Setting = Type.Object({ label, data: Type.Unknown({ description: 'Any JSON: up to 65,536 characters.' }) });

export const Event = Type.Object(
  {
    id: optional(
      Type.String({ pattern: UUID.source }),
      'A UUID that the gateway makes once and keeps for a resend. Left out: one is made of gateway, device, times and content.',
    ),
    ...stamp,
    recordedAt: described(Time, 'When it ended.'),
    startedAt: optional(Time, 'When it began.'),
    type: described(Label, '`performed_task`, `settings_changes` or another label.'),
    outcome: optional(Type.Enum([...OUTCOMES]), 'How it ended.'),
    attributes: optional(
      byName(
        Type.Union([Type.Number(), Type.Boolean(), Type.String({ maxLength: MAX_ATTRIBUTE_CHARACTERS }), Type.Null()]),
        {},
      ),
      `What else describes it, as job, lot or operator: up to ${MAX_ATTRIBUTES} by name, null not counted.`,
    ),
    sensors: optional(
      Type.Array(Type.Union([Singular, Timeseries]), { maxItems: MAX_SENSORS }),
      'What was measured meanwhile: up to 1,000,000 numbers together.',
    ),
    logs: optional(
      Type.Array(Log, { maxItems: MAX_LOGS }),
      'What the device wrote: up to 100,000 entries and 4,194,304 characters together.',
    ),
    settings: optional(Type.Array(Setting, { maxItems: MAX_SETTINGS }), 'How the device was set.'),
  },
  {
    $id: 'Event',
    title: 'Event',
    description:
      'What a device did, told once it is done, with what was measured meanwhile. One message is one event: its device and its id. Sensors, logs and settings are its parts: a bad one costs that part, and a part whose label is not there yet joins its event. Best sent as gzip.',
    examples: [
      {
        id: '0b7c1a4e-9d2f-4c3b-8a5e-6f7081920a1b',
        type: 'performed_task',
        outcome: 'ok',
        startedAt: '2026-11-23T11:15:00+01:00',
        recordedAt: '2026-11-23T11:17:40+01:00',
        attributes: { job: 'J-17', operator: 'A. Keller', layers: 129 },
        sensors: [
          {
            label: 'separation weight',
            unit: 'kg',
            kind: 'timeseries',
            visualization: 'line',
            start: 1795428912000,
            step: 4,
            values: [0.001, 0.004, null, 1.236],
          },
          {
            label: 'separation weight by layer',
            unit: 'kg',
            kind: 'timeseries',
            visualization: 'scatter',
            ts: [1795428913000, 1795428914000],
            values: [2.31, 1.87],
            x: { label: 'layer', unit: '', values: [1, 2] },
          },
          { label: 'resin used', unit: 'ml', kind: 'singular', value: 27.1 },
        ],
        logs: [
          {
            label: 'debug log',
            level: 'debug',
            data: { time: [1795428912000], label: ['platform'], content: ['layer 1: lowering to z=0.050 mm'] },
          },
          { label: 'build log', level: 'build', data: ['job loaded', 'job ended: ok'] },
        ],
        settings: [{ label: 'print settings', data: { layerHeightMm: 0.05, exposureMs: 380 } }],
      },
    ],
  },
);
