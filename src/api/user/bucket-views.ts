import { Type } from 'typebox';
import type { Bucket } from '../../db/bucket-merge.ts';
import type { Source } from '../../db/bucket-plan.ts';
import type { Buckets } from '../../db/buckets.ts';
import type { ReadSensor } from '../../db/reading-views.ts';
import { closed, nullable, Time } from '../schemas.ts';
import { sensorInFull, Value } from './sensors.ts';

const UNITS = {
  second: ['s', 1_000],
  minute: ['min', 60_000],
  hour: ['h', 3_600_000],
  day: ['d', 86_400_000],
} as const;
type RateUnit = keyof typeof UNITS;
export const RATE_UNITS = Object.keys(UNITS) as RateUnit[];

/** A time with the offset of its time zone. */
export const LocalTime = Type.String({ examples: ['2026-10-25T02:00:00+02:00'] });

const number = (description: string) => nullable(Type.Number({ description }));
const reading = (which: string) =>
  nullable(closed({ recordedAt: Time, value: Value }, { description: `The ${which} reading; null without one.` }));

const BucketView = closed({
  from: { ...LocalTime, description: 'Inclusive.' },
  to: { ...LocalTime, description: 'Exclusive.' },
  count: Type.Integer({ minimum: 0, description: 'Readings in it. Buckets without any are there too.' }),
  exact: Type.Boolean({
    description:
      'False where it lies before the time from which readings are kept, and rollups alone do not tell exactly.',
  }),
  min: number('The least number; null without one, and of what is no number. So with the next three.'),
  max: number('The greatest one.'),
  avg: number('The mean of the readings, each counted alike.'),
  sum: number('The sum of them.'),
  first: reading('first'),
  last: reading('last'),
  increase: Type.Optional(
    number(
      'Of a counter: how much it grew since the last reading before the bucket; one that fell was reset and grew from 0. Null without readings.',
    ),
  ),
  rate: Type.Optional(number('The increase by the length of the bucket, as far as it is over; in `rateUnit`.')),
  states: Type.Optional(
    Type.Unsafe<{ value: number | boolean | string; ms: number; share: number }[] | null>({
      type: ['array', 'null'],
      items: closed({
        value: Value,
        ms: Type.Integer({ description: 'For how many milliseconds it had this value.' }),
        share: Type.Number({ description: 'Of the length of the bucket, as far as it is over.', examples: [0.25] }),
      }),
      description:
        'Of a state: how long it had each value. A value holds until the next reading, the last one until now. Null where there are too many values.',
    }),
  ),
});

const MADE_OF = ['days', 'hours', 'minutes', 'readings'] as const;
const SOURCES = {
  reading: 'readings',
  reading_text: 'readings',
  rollup_minute: 'minutes',
  rollup_hour: 'hours',
  rollup_day: 'days',
} as const satisfies Record<Source, (typeof MADE_OF)[number]>;

export const SensorBuckets = closed({
  ...sensorInFull,
  rateUnit: Type.Optional(nullable(Type.String({ description: 'Of a counter.', examples: ['kWh/h'] }))),
  exact: Type.Boolean({ description: 'Whether all its buckets are.' }),
  sources: Type.Array(Type.Enum([...MADE_OF]), {
    description: 'What the answer was made of: readings, and rollups of these units where they tell the same.',
  }),
  buckets: Type.Array(BucketView),
});

interface How {
  /** Each edge of the buckets, with its offset. */
  readonly times: readonly string[];
  readonly rate: RateUnit;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Buckets of a sensor for an answer. */
export function bucketsOf(sensor: ReadSensor, { buckets, sources }: Buckets, how: How) {
  const { id, ...described } = sensor;
  const isCounter = sensor.valueType === 'number' && sensor.measure === 'counter';
  const [symbol] = UNITS[how.rate];
  return {
    ...described,
    ...(isCounter && { rateUnit: sensor.unit === null ? null : `${sensor.unit}/${symbol}` }),
    exact: buckets.every(({ exact }) => exact),
    sources: MADE_OF.filter((name) => sources.some((source) => SOURCES[source] === name)),
    buckets: buckets.map((bucket, index) => toView(bucket, index, sensor, how)),
  };
}

function toView(bucket: Bucket, index: number, { valueType }: ReadSensor, { times, rate, now }: How) {
  const { count, exact, min, max, sum, first, last, increase, held } = bucket;
  const passed = Math.max(0, Math.min(bucket.to.getTime(), now) - bucket.from.getTime());
  const numbers = { min, max, avg: sum === null ? null : sum / count, sum };
  const [, rateMs] = UNITS[rate];
  return {
    from: times[index] as string,
    to: times[index + 1] as string,
    ...{ count, exact, first, last },
    ...(valueType === 'number' ? numbers : { min: null, max: null, avg: null, sum: null }),
    ...(increase !== undefined && {
      increase,
      rate: increase === null || passed === 0 ? null : (increase / passed) * rateMs,
    }),
    ...(held !== undefined && { states: held?.map(({ value, ms }) => ({ value, ms, share: ms / passed })) ?? null }),
  };
}
