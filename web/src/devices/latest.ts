import type { LiveReading } from '../live/live.ts';
import { loadPages } from '../parts/pages.ts';
import { unwrap } from '../session/failure.ts';
import { api } from '../session/session.ts';

const MOST = 10_000;

/** The latest values of a device by label, each with how to draw it and whether it is fresh. */
export async function loadLatest(deviceId: string) {
  let timeZone = 'UTC';
  const { items } = await loadPages(async (cursor) => {
    const params = { path: { deviceId }, query: { ...(cursor && { cursor }) } };
    const page = await unwrap(api.user.GET('/api/v1/devices/{deviceId}/latest', { params }));
    timeZone = page.timeZone;
    return page;
  }, MOST);
  return { items, timeZone };
}
export type LatestValue = Awaited<ReturnType<typeof loadLatest>>['items'][number];

/** With what came live; a label that was never seen before is not drawn until the values are loaded again. */
export function takeReadings(values: readonly LatestValue[], readings: readonly LiveReading[]): LatestValue[] {
  const newest = new Map<string, LiveReading>();
  for (const reading of readings) {
    const known = newest.get(reading.label);
    if (!known || reading.recordedAt > known.recordedAt) newest.set(reading.label, reading);
  }
  return values.map((value) => {
    const reading = newest.get(value.label);
    if (!reading || reading.recordedAt <= value.recordedAt) return value;
    const { value: measured, recordedAt, receivedAt } = reading;
    return { ...value, value: measured, recordedAt, receivedAt, ageSeconds: 0, freshness: 'fresh' };
  });
}

/** Whether it is still fresh by now. */
export function freshnessAt({ recordedAt, staleAfterSeconds, freshness }: LatestValue, now: number) {
  if (staleAfterSeconds === null) return freshness;
  return now - Date.parse(recordedAt) > staleAfterSeconds * 1_000 ? 'stale' : 'fresh';
}
