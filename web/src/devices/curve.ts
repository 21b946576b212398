import type { Curve } from '../parts/curves.ts';
import { unwrap } from '../session/failure.ts';
import { api } from '../session/session.ts';
import type { LatestValue } from './latest.ts';

/** One reading per pixel is all that a screen shows. */
const POINTS = 1_000;
/** Bars have to be told apart. */
const BARS = 60;
/** Up to so many readings are drawn one by one: a page of them. */
const RAW = 10_000;

export interface SensorCurve extends Curve {
  /** How long each point stands for; undefined where it is one reading. */
  readonly width: string | undefined;
  /** Readings that it is made of. */
  readonly count: number;
}

interface Span {
  readonly from: number;
  readonly to: number;
}
interface Asked extends Span {
  readonly deviceId: string;
  readonly label: string;
}

/** Bars of a counter show by how much it grew: its values themselves only ever rise. */
export const showsIncrease = ({ measure, visualization }: Pick<LatestValue, 'measure' | 'visualization'>): boolean =>
  measure === 'counter' && visualization === 'bar';

/** The curve of a number: its readings where they are few, else the mean, least and greatest of even buckets. */
export async function loadCurve(asked: Asked): Promise<SensorCurve> {
  const { buckets, width } = await loadBuckets(asked, POINTS);
  const curve = fromBuckets(asked.label, buckets, width);
  if (curve.count > RAW || buckets.some(({ exact, count }) => count > 0 && !exact)) return curve;
  const params = { path: { deviceId: asked.deviceId }, query: { ...spanOf(asked), limit: RAW } };
  const { items } = await unwrap(api.user.GET('/api/v1/devices/{deviceId}/readings', { params }));
  return {
    name: asked.label,
    x: items.map(({ recordedAt }) => Date.parse(recordedAt)),
    y: items.map(({ value }) => Number(value)),
    width: undefined,
    count: items.length,
  };
}

/** By how much a counter grew in even buckets. */
export async function loadIncreases(asked: Asked): Promise<SensorCurve> {
  const { buckets, width } = await loadBuckets(asked, BARS);
  const {
    min: _min,
    max: _max,
    ...curve
  } = fromBuckets(asked.label, buckets, width, ({ increase }) => increase ?? null);
  return curve;
}

const spanOf = ({ from, to, label }: Asked) => ({
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
  label: [label],
});

async function loadBuckets(asked: Asked, maxPoints: number) {
  const params = { path: { deviceId: asked.deviceId }, query: { ...spanOf(asked), maxPoints } };
  const { sensors, width } = await unwrap(api.user.GET('/api/v1/devices/{deviceId}/aggregates', { params }));
  return { buckets: sensors[0]?.buckets ?? [], width };
}

interface Bucket {
  readonly from: string;
  readonly to: string;
  readonly count: number;
  readonly avg: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly increase?: number | null;
}

function fromBuckets(
  name: string,
  all: readonly Bucket[],
  width: string,
  read = ({ avg }: Bucket) => avg,
): SensorCurve {
  const buckets = all.filter(({ count }) => count > 0);
  return {
    name,
    x: buckets.map((bucket) => (Date.parse(bucket.from) + Date.parse(bucket.to)) / 2),
    y: buckets.map(read),
    min: buckets.map(({ min }) => min),
    max: buckets.map(({ max }) => max),
    width,
    count: buckets.reduce((sum, { count }) => sum + count, 0),
  };
}

/** With values that came live behind its end; what is older, or there already, stays as it was loaded. */
export function append(curve: SensorCurve, values: readonly { at: number; value: number }[]): SensorCurve {
  const last = curve.x.at(-1) ?? Number.NEGATIVE_INFINITY;
  const newer = values.filter(({ at }) => at > last).sort((a, b) => a.at - b.at);
  if (newer.length === 0) return curve;
  const y = newer.map(({ value }) => value);
  return {
    ...curve,
    x: [...curve.x, ...newer.map(({ at }) => at)],
    y: [...curve.y, ...y],
    ...(curve.min && { min: [...curve.min, ...y] }),
    ...(curve.max && { max: [...curve.max, ...y] }),
    count: curve.count + newer.length,
  };
}

export interface Share {
  readonly value: string;
  readonly ms: number;
  readonly share: number;
}

/** Of a state: for how long it had each value, the longest first. Undefined where it had too many. */
export async function loadShares(asked: Asked): Promise<Share[] | undefined> {
  const { buckets } = await loadBuckets(asked, 60);
  const lasted = new Map<string, number>();
  for (const { states, count } of buckets) {
    if (!states && count > 0) return undefined;
    for (const { value, ms } of states ?? []) lasted.set(String(value), (lasted.get(String(value)) ?? 0) + ms);
  }
  const all = [...lasted.values()].reduce((sum, ms) => sum + ms, 0);
  const shares = [...lasted].map(([value, ms]) => ({ value, ms, share: ms / Math.max(all, 1) }));
  return shares.sort((a, b) => b.ms - a.ms);
}
