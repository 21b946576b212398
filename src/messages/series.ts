import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { StepCloudError } from '../errors.ts';
import { isUpTime } from './power-up.ts';
import { parseTime } from './values.ts';

const values = Type.Array(Type.Unknown());
const Listed = Type.Object({ ts: Type.Array(Type.Unknown()), values });
const Stepped = Type.Object({ start: Type.Unknown(), step: Type.Number({ exclusiveMinimum: 0 }), values });
const Offset = Type.Object({ start: Type.Unknown(), offsets: Type.Array(Type.Number()), values });
const [isListed, isStepped, isOffset] = [Compile(Listed), Compile(Stepped), Compile(Offset)];

export const SERIES = ['ts', 'start', 'step', 'offsets', 'values'] as const;

/** A series taken apart, point by point; times and values are still to be judged. */
export interface Points {
  readonly times: readonly unknown[];
  readonly values: readonly unknown[];
}

/**
 * The points of a series in the first form that fits: times as a list, as a start with a step, or as a start with offsets
 * (milliseconds). `counted`: a start may be milliseconds since power-up, and then the times are. Throws PAYLOAD_INVALID or
 * TIME_INVALID.
 */
export function readPoints(series: unknown, counted: boolean): Points {
  const readStart = (start: unknown) => (counted && isUpTime(start) ? start : parseTime(start));
  if (isListed.Check(series)) return sameLength('ts', series.ts, series.values);
  if (isStepped.Check(series)) {
    const { start, step, values } = series;
    const first = readStart(start);
    return { times: values.map((_, index) => first + index * step), values };
  }
  if (isOffset.Check(series)) {
    const { start, offsets, values } = series;
    const first = readStart(start);
    const times = offsets.map((offset) => first + offset);
    return sameLength('offsets', times, values);
  }
  throw new StepCloudError(
    'PAYLOAD_INVALID',
    'a series is {ts, values}, {start, step, values} or {start, offsets, values}',
  );
}

function sameLength(name: string, times: readonly unknown[], values: readonly unknown[]): Points {
  if (times.length === values.length) return { times, values };
  throw new StepCloudError('PAYLOAD_INVALID', `${name} has ${times.length} entries and values ${values.length}`);
}
