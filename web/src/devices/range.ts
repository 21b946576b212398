import type { LocationQuery } from 'vue-router';

const HOUR_MS = 3_600_000;
/** Spans up to now, by the name that stands in the address. */
export const PRESETS = { '1h': HOUR_MS, '24h': 24 * HOUR_MS, '7d': 168 * HOUR_MS, '30d': 720 * HOUR_MS } as const;
export type Preset = keyof typeof PRESETS;

export interface Range {
  readonly from: number;
  readonly to: number;
  /** Which preset it is; such a range goes on with the time. */
  readonly preset: Preset | undefined;
}

/** The range that an address asks for: `from` and `to`, or a preset; the last 24 hours where it asks for none that can be read. */
export function readRange(query: LocationQuery, now: number): Range {
  const [from, to] = [Date.parse(String(query.from)), Date.parse(String(query.to))];
  if (from < to) return { from, to, preset: undefined };
  const preset = query.range && Object.hasOwn(PRESETS, String(query.range)) ? (String(query.range) as Preset) : '24h';
  return { from: now - PRESETS[preset], to: now, preset };
}

/** What stands in the address for a range of its own. */
export function writeRange(from: number, to: number): { from: string; to: string; range: undefined } {
  const [begin, end] = [Math.floor(from), Math.max(Math.ceil(to), Math.floor(from) + 1_000)];
  return { from: new Date(begin).toISOString(), to: new Date(end).toISOString(), range: undefined };
}
