import { Type } from 'typebox';
import { closed, Id, nullable, Time, text } from '../schemas.ts';
import { timeRangeQuery } from '../time-range.ts';
import { OfficeTimeZone } from '../time-zone.ts';

export const Outcome = Type.Enum(['ok', 'failed', 'aborted']);
export const MaybeOutcome = Type.Unsafe<'ok' | 'failed' | 'aborted' | null>({
  type: ['string', 'null'],
  enum: ['ok', 'failed', 'aborted', null],
});
export const Unit = nullable(
  Type.String({ description: 'As its gateway sent it; null where it sent none.', examples: ['kg'] }),
);
const Numbers = Type.Array(Type.Number());
const scalar = { type: ['number', 'boolean', 'string'] };
/** With names of the gateway's choice. */
const Attributes = Type.Unsafe<Record<string, number | boolean | string>>({
  type: 'object',
  additionalProperties: scalar,
  description: 'What its gateway says about the event: job, lot, operator ...',
  examples: [{ job: 'J-17', layers: 129 }],
});

const headProperties = {
  id: Id,
  deviceId: Id,
  gatewayId: Id,
  type: Type.String({ description: 'performed_task, settings_changes or another one.', examples: ['performed_task'] }),
  outcome: MaybeOutcome,
  recordedAt: { ...Time, description: 'When it happened or ended, by the clock of its gateway.' },
  startedAt: nullable({ ...Time, description: 'When it began; null where its gateway did not say.' }),
  receivedAt: { ...Time, description: 'When it reached the broker.' },
  attributes: Attributes,
};

const inUnit = (description: string) =>
  Type.Optional(
    nullable(Type.Number({ description: `${description}, in the unit of the sensor; null without values.` })),
  );

export const sensorOfEvent = {
  label: Type.String({ examples: ['separation weight'] }),
  unit: Unit,
  kind: Type.Enum(['singular', 'timeseries'], { description: 'Whether it has one value or a series.' }),
  visualization: Type.Enum(['default', 'scatter', 'line', 'bar'], { description: 'How to draw it.' }),
};

const summaryProperties = {
  ...sensorOfEvent,
  value: Type.Optional(
    Type.Unsafe<number | boolean | string | null>({ ...scalar, description: 'In its unit; singular sensors only.' }),
  ),
  count: Type.Optional(Type.Integer({ description: 'How many values the series has; so with min, max and mean.' })),
  min: inUnit('The least value'),
  max: inUnit('The greatest value'),
  mean: inUnit('The mean of the values, each counted alike'),
};

export const EventSummary = closed({ ...headProperties, sensors: Type.Array(closed(summaryProperties)) });

export const PlacedEvent = closed({
  ...headProperties,
  deviceLabel: nullable(Type.String({ examples: ['Printer by the window'] })),
  officeId: Id,
  timeZone: OfficeTimeZone,
  sensors: Type.Array(closed(summaryProperties)),
});

/** The points of a series, as columns of the same length. */
export const pointProperties = {
  ts: Type.Array(Type.Integer(), { description: 'When each value was measured, in epoch milliseconds (UTC).' }),
  values: Type.Array(Type.Number(), { description: 'In the unit of the sensor.' }),
  x: Type.Optional(
    closed(
      { label: Type.String({ examples: ['layer'] }), unit: Unit, values: Numbers },
      { description: 'What to draw the values over, one for each, where that is not time.' },
    ),
  ),
};

export const LogLevel = Type.Enum(['error', 'debug', 'build']);

export const EventDetail = closed(
  {
    ...headProperties,
    timeZone: OfficeTimeZone,
    sensors: Type.Array(
      closed({
        ...summaryProperties,
        ...pointProperties,
        ts: Type.Optional(pointProperties.ts),
        values: Type.Optional(pointProperties.values),
      }),
    ),
    logs: Type.Array(
      closed({
        label: Type.String({ examples: ['build log'] }),
        level: LogLevel,
        data: closed(
          {
            time: Type.Optional(
              Type.Array(nullable(Type.Integer()), { description: 'Of each entry, in epoch milliseconds (UTC).' }),
            ),
            label: Type.Optional(Type.Array(nullable(Type.String()), { description: 'Of each entry.' })),
            content: Type.Array(Type.String(), { description: 'The entries, in the order they were sent.' }),
          },
          { description: 'Columns of the same length; time and label where the gateway sent them.' },
        ),
      }),
    ),
    settings: Type.Array(
      closed({
        label: Type.String({ examples: ['print settings'] }),
        data: Type.Unknown({ description: 'Any JSON.' }),
      }),
    ),
  },
  { description: 'The event.' },
);

export const order = (description = 'Oldest first, or newest first.') =>
  Type.Enum(['asc', 'desc'], { default: 'desc', description });

/** Of which kind events are wanted. */
export const kindQuery = {
  type: Type.Optional(text(128, { description: 'Only events of this type.', examples: ['performed_task'] })),
  outcome: Type.Optional({ ...Outcome, description: 'Only events with this outcome.' }),
  attribute: Type.Optional(
    Type.Array(text(1024, { pattern: '^[^:\\u0000]+:[^\\u0000]*$', examples: ['job:J-17'] }), {
      maxItems: 8,
      description:
        'Only events with this attribute, as `name:value`; the name ends at the first colon, numbers and booleans are written as in JSON. May be repeated.',
    }),
  ),
};

/** Which events a list has. */
export const eventFilter = {
  ...timeRangeQuery('30 days'),
  ...kindQuery,
  order: order(),
};

export function splitAttribute(given: string): [string, string] {
  const colon = given.indexOf(':');
  return [given.slice(0, colon), given.slice(colon + 1)];
}
