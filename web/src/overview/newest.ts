export interface Latest {
  readonly deviceId: string;
  readonly label: string;
  readonly unit: string | null;
  readonly value: number | boolean | string;
  readonly recordedAt: string;
  readonly freshness: 'fresh' | 'stale' | 'unknown';
}

export interface Newest extends Omit<Latest, 'deviceId'> {
  /** How many of the device's sensors have fallen silent. */
  readonly stale: number;
}

/** Of each device its newest value; of values of one time, one whose age can be judged. */
export function newestOf(values: readonly Latest[]): Map<string, Newest> {
  const newest = new Map<string, Newest>();
  for (const value of values) {
    const known = newest.get(value.deviceId);
    const stale = (known?.stale ?? 0) + (value.freshness === 'stale' ? 1 : 0);
    newest.set(value.deviceId, { ...(known && isNewer(known, value) ? known : value), stale });
  }
  return newest;
}

function isNewer(known: Newest, value: Latest): boolean {
  if (known.recordedAt !== value.recordedAt) return known.recordedAt > value.recordedAt;
  return known.freshness !== 'unknown' || value.freshness === 'unknown';
}
