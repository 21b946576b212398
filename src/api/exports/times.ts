import { requireZone } from '../time-zone.ts';

/** Writes a time, in epoch milliseconds, as ISO 8601 with milliseconds. */
export type WriteTime = (at: number) => string;

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
/** All offsets since 1972 changed at the beginning of such a piece of time. */
const STEADY_MS = 15 * MINUTE;

/** Makes writers of times in UTC (`Z`), or in a time zone, with its offset then. Throws REQUEST_INVALID where there is none. */
export function createTimeWriters(timeZone: string | undefined): () => WriteTime {
  const offsetAt = timeZone === undefined ? undefined : requireZone(timeZone).offsetAt;
  return () => timeWriter(offsetAt);
}

/** Rows come in the order of time, so what few of them change is kept: `toISOString` takes four times as long. */
function timeWriter(offsetAt: ((at: number) => number) | undefined): WriteTime {
  let [day, steady, offset, date, zone] = [Number.NaN, Number.NaN, 0, '', 'Z'];
  return (at) => {
    const piece = Math.floor(at / STEADY_MS);
    if (piece !== steady) {
      steady = piece;
      if (offsetAt) {
        offset = offsetAt(at);
        zone = writeOffset(offset);
      }
    }
    const local = at + offset;
    const today = Math.floor(local / DAY);
    if (today !== day) {
      day = today;
      date = new Date(today * DAY).toISOString().slice(0, 11);
    }
    const ms = local - today * DAY;
    const seconds = Math.floor(ms / 1_000);
    const minutes = Math.floor(seconds / 60);
    return `${date + TWO[Math.floor(minutes / 60)]}:${TWO[minutes % 60]}:${TWO[seconds % 60]}.${THREE[ms % 1_000]}${zone}`;
  };
}

const digits = (count: number, length: number) =>
  Array.from({ length: count }, (_, n) => String(n).padStart(length, '0'));
const TWO = digits(60, 2);
const THREE = digits(1_000, 3);

function writeOffset(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / MINUTE);
  return `${offset < 0 ? '-' : '+'}${TWO[Math.floor(minutes / 60)]}:${TWO[minutes % 60]}`;
}
