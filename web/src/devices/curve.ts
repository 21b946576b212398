import type { ChartData } from '../parts/time-chart.ts';
import { unwrap } from '../session/failure.ts';
import { api } from '../session/session.ts';

/** One reading per pixel is all that a screen shows. */
const POINTS = 1_000;
/** Up to so many readings are drawn one by one: a page of them. */
const RAW = 10_000;

export interface Curve extends ChartData {
  /** How long each point stands for; undefined where it is one reading. */
  readonly width: string | undefined;
  readonly count: number;
}

interface Asked {
  readonly deviceId: string;
  readonly label: string;
  readonly from: number;
  readonly to: number;
}

/** The curve of a number: its readings where they are few, else the mean, least and greatest of even buckets. */
export async function loadCurve({ deviceId, label, from, to }: Asked): Promise<Curve> {
  const span = { from: new Date(from).toISOString(), to: new Date(to).toISOString(), label: [label] };
  const path = { deviceId };
  const query = { ...span, maxPoints: POINTS };
  const { sensors, width } = await unwrap(
    api.user.GET('/api/v1/devices/{deviceId}/aggregates', { params: { path, query } }),
  );
  const buckets = (sensors[0]?.buckets ?? []).filter(({ count }) => count > 0);
  const count = buckets.reduce((sum, bucket) => sum + bucket.count, 0);
  if (count > RAW || buckets.some(({ exact }) => !exact)) return { ...fromBuckets(buckets), width, count };
  const raw = { ...span, limit: RAW };
  const { items } = await unwrap(api.user.GET('/api/v1/devices/{deviceId}/readings', { params: { path, query: raw } }));
  return {
    x: items.map(({ recordedAt }) => Date.parse(recordedAt)),
    y: items.map(({ value }) => Number(value)),
    width: undefined,
    count: items.length,
  };
}

interface Bucket {
  readonly from: string;
  readonly to: string;
  readonly avg: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

function fromBuckets(buckets: readonly Bucket[]): ChartData {
  return {
    x: buckets.map((bucket) => (Date.parse(bucket.from) + Date.parse(bucket.to)) / 2),
    y: buckets.map(({ avg }) => avg),
    min: buckets.map(({ min }) => min),
    max: buckets.map(({ max }) => max),
  };
}

/** With values that came live behind its end; what is older, or there already, stays as it was loaded. */
export function append(curve: Curve, values: readonly { at: number; value: number }[]): Curve {
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
export async function loadShares({ deviceId, label, from, to }: Asked): Promise<Share[] | undefined> {
  const span = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  const params = { path: { deviceId }, query: { ...span, label: [label], maxPoints: 60 } };
  const { sensors } = await unwrap(api.user.GET('/api/v1/devices/{deviceId}/aggregates', { params }));
  const lasted = new Map<string, number>();
  for (const { states, count } of sensors[0]?.buckets ?? []) {
    if (!states && count > 0) return undefined;
    for (const { value, ms } of states ?? []) lasted.set(String(value), (lasted.get(String(value)) ?? 0) + ms);
  }
  const all = [...lasted.values()].reduce((sum, ms) => sum + ms, 0);
  const shares = [...lasted].map(([value, ms]) => ({ value, ms, share: ms / Math.max(all, 1) }));
  return shares.sort((a, b) => b.ms - a.ms);
}
