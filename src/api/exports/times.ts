import { requireZone } from '../time-zone.ts';

/** Writes a time, in epoch milliseconds, as ISO 8601 with milliseconds. */
export type WriteTime = (at: number) => string;

const MINUTE = 60_000;
/** All offsets since 1972 are whole minutes, and changed at the beginning of such a piece of time. */
const STEADY_MS = 15 * MINUTE;

/** Makes writers of times in UTC (`Z`), or in a time zone, with its offset then. Throws REQUEST_INVALID where there is none. */
export function createTimeWriters(timeZone: string | undefined): () => WriteTime {
  const offsetAt = timeZone === undefined ? undefined : steadily(requireZone(timeZone).offsetAt);
  return () => timeWriter(offsetAt);
}

type OffsetAt = (at: number) => number;

/** Rows come in the order of time: the minute of the last one is kept. `toISOString` for each would take four times as long. */
function timeWriter(offsetAt: OffsetAt | undefined): WriteTime {
  let [minute, begin, zone] = [Number.NaN, '', 'Z'];
  let ends = endsWith(zone);
  return (at) => {
    const now = Math.floor(at / MINUTE);
    if (now !== minute) {
      minute = now;
      const offset = offsetAt?.(at) ?? 0;
      begin = new Date(now * MINUTE + offset).toISOString().slice(0, -'00.000Z'.length);
      const then = offsetAt ? writeOffset(offset) : 'Z';
      if (then !== zone) [zone, ends] = [then, endsWith(then)];
    }
    const ms = at - minute * MINUTE;
    return `${begin}${TWO_DIGITS[Math.floor(ms / 1_000)]}${ends[ms % 1_000]}`;
  };
}

const TWO_DIGITS = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));

/** What follows the second, by millisecond. */
function endsWith(zone: string): string[] {
  return Array.from({ length: 1_000 }, (_, n) => `.${String(n).padStart(3, '0')}${zone}`);
}

/** The same offsets, looked up once for as long as they cannot change. */
function steadily(offsetAt: OffsetAt): OffsetAt {
  let [piece, offset] = [Number.NaN, 0];
  return (at) => {
    const now = Math.floor(at / STEADY_MS);
    if (now !== piece) [piece, offset] = [now, offsetAt(at)];
    return offset;
  };
}

function writeOffset(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / MINUTE);
  return `${offset < 0 ? '-' : '+'}${[Math.floor(minutes / 60), minutes % 60].map((n) => TWO_DIGITS[n]).join(':')}`;
}
