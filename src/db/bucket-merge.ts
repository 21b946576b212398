import type { Source } from './bucket-plan.ts';
import type { Measure, ValueType } from './sensors.ts';
import { MAX_STATES } from './summaries.ts';

type Value = number | boolean | string;

/** A reading by itself. Epoch milliseconds. */
export interface Moment {
  readonly at: number;
  readonly value: number | string;
}

/** What a piece of a bucket tells of its readings. Numbers are null of texts. */
export interface PieceSummary {
  readonly index: number;
  readonly source: Source;
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly first: number | string;
  readonly last: number | string;
  readonly min: number | null;
  readonly max: number | null;
  readonly sum: number | null;
  /** Of a counter, from the first to the last reading. */
  readonly increase: number | null;
  /** Of a state: milliseconds by value from the first to the last reading; null when there was none or too many values. */
  readonly held: Readonly<Record<string, number>> | null;
}

/** What is known of a sensor in a span of time. Without readings there is a count of 0, and what holds from before. */
export interface Bucket {
  /** Inclusive. */
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
  /** Whether it says what its readings say. Otherwise some of them may be gone, and so may what they were rolled up to. */
  readonly exact: boolean;
  count: number;
  /** Of numbers, and of booleans as 0 and 1; null when there is none, or when it is no finite number. */
  min: number | null;
  max: number | null;
  sum: number | null;
  first: { recordedAt: Date; value: Value } | null;
  last: { recordedAt: Date; value: Value } | null;
  /** Of a counter: how much it grew since the last reading before the bucket; after a reset it grew from 0. */
  increase?: number | null;
  /** Of a state: for how long it had each value. Null when it had too many to be one. */
  held?: { value: Value; ms: number }[] | null;
}

export interface MergeOptions {
  readonly valueType: ValueType;
  readonly measure: Measure;
  /** The last reading before the first edge, where the measure asks for it. */
  readonly before: Moment | undefined;
  /** A state holds until the next reading, and the last one until now. */
  readonly now: number;
  /** Buckets that are not exact. */
  readonly inexact: ReadonlySet<number>;
}

/** Puts summaries, in the order of time, together to buckets. */
export function mergeSummaries(
  edges: readonly number[],
  summaries: readonly PieceSummary[],
  { valueType, measure, before, now, inexact }: MergeOptions,
): Bucket[] {
  const buckets = edges
    .slice(0, -1)
    .map((from, index) => emptyBucket(from, edges[index + 1] as number, !inexact.has(index), measure));
  const states = measure === 'state' ? createStates(edges) : undefined;
  let previous = before;
  for (const summary of summaries) {
    const bucket = buckets[summary.index] as Bucket;
    addNumbers(bucket, summary);
    bucket.first ??= { recordedAt: new Date(summary.firstAt), value: toValue(valueType, summary.first) };
    bucket.last = { recordedAt: new Date(summary.lastAt), value: toValue(valueType, summary.last) };
    if (measure === 'counter') bucket.increase = (bucket.increase ?? 0) + grown(previous, summary);
    if (previous) states?.hold(previous, summary.firstAt);
    states?.keep(summary);
    previous = { at: summary.lastAt, value: summary.last };
  }
  if (previous) states?.hold(previous, now);
  for (const [index, bucket] of buckets.entries()) {
    if (states)
      bucket.held = states.of(index)?.map(([value, ms]) => ({ value: toValue(valueType, value), ms })) ?? null;
    for (const key of ['min', 'max', 'sum', 'increase'] as const) {
      if (bucket[key] !== undefined && !Number.isFinite(bucket[key])) bucket[key] = null;
    }
  }
  return buckets;
}

function emptyBucket(from: number, to: number, exact: boolean, measure: Measure): Bucket {
  const bucket: Bucket = {
    from: new Date(from),
    to: new Date(to),
    exact,
    count: 0,
    min: null,
    max: null,
    sum: null,
    first: null,
    last: null,
  };
  if (measure === 'counter') bucket.increase = null;
  return bucket;
}

function addNumbers(bucket: Bucket, { count, min, max, sum }: PieceSummary): void {
  bucket.count += count;
  if (min === null || max === null || sum === null) return;
  bucket.min = Math.min(bucket.min ?? min, min);
  bucket.max = Math.max(bucket.max ?? max, max);
  bucket.sum = (bucket.sum ?? 0) + sum;
}

/** How much a counter grew within a summary and since the reading before it. */
function grown(previous: Moment | undefined, { first, increase }: PieceSummary): number {
  const [from, to] = [Number(previous?.value ?? first), Number(first)];
  return (increase ?? 0) + (to >= from ? to - from : Math.max(to, 0));
}

/** For how long a state had each value, bucket by bucket. */
function createStates(edges: readonly number[]) {
  const held = edges.slice(1).map((): Map<number | string, number> | undefined => new Map());
  let at = 0;

  function add(index: number, value: number | string, ms: number): void {
    const values = held[index];
    if (ms > 0) values?.set(value, (values.get(value) ?? 0) + ms);
  }

  return {
    /** A value held from one moment to another; later ones come later. */
    hold({ at: from, value }: Moment, to: number): void {
      while (at < held.length && (edges[at + 1] as number) <= from) at++;
      for (let index = at; index < held.length && (edges[index] as number) < to; index++) {
        const [start, end] = [edges[index] as number, edges[index + 1] as number];
        add(index, value, Math.min(to, end) - Math.max(from, start));
      }
    },
    keep({ index, held: inside, firstAt, lastAt, first }: PieceSummary): void {
      if (inside === null && lastAt > firstAt) held[index] = undefined;
      for (const [value, ms] of Object.entries(inside ?? {})) {
        add(index, typeof first === 'number' ? Number(value) : value, ms);
      }
    },
    /** By value; undefined when there were too many. */
    of(index: number) {
      const values = held[index];
      if (!values || values.size > MAX_STATES) return undefined;
      return [...values].sort(([a], [b]) => (a < b ? -1 : 1));
    },
  };
}

/** Booleans are stored as 0 and 1. */
function toValue(type: ValueType, stored: number | string): Value {
  return type === 'boolean' ? stored === 1 : stored;
}
