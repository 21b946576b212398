const [HOUR, DAY] = [3_600_000, 86_400_000];
/** Clocks are never changed more often. */
const SAMPLED = 6 * HOUR;

/*
 * Clock time is written as the epoch milliseconds at which clocks of UTC show the same, so that it can be counted with.
 */

/** The clocks of an IANA time zone. */
export interface Zone {
  readonly name: string;
  /** How far its clocks are ahead of UTC at a moment, in milliseconds. */
  offsetAt(moment: number): number;
  /** The first moment at which its clocks show this time or a later one. */
  firstMoment(clockTime: number): number;
  /** The moments of a span at which its clocks are changed; takes time in proportion to the span. */
  changesWithin(from: number, to: number): number[];
}

/** Undefined for a name that this process has no rules for. */
export function openZone(name: string): Zone | undefined {
  const offsetAt = readOffsets(name);
  if (!offsetAt) return undefined;

  /** The first moment with another offset than `from`, which `to` has. */
  function findChange(from: number, to: number): number {
    const before = offsetAt?.(from);
    let [low, high] = [from, to];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (offsetAt?.(middle) === before) low = middle;
      else high = middle;
    }
    return high;
  }

  return {
    name,
    offsetAt,

    firstMoment(clockTime) {
      const [before, after] = [offsetAt(clockTime - DAY), offsetAt(clockTime + DAY)];
      const early = clockTime - before;
      if (before === after || offsetAt(early) === before) return early;
      const late = clockTime - after;
      return offsetAt(late) === after ? late : findChange(late, early);
    },

    changesWithin(from, to) {
      const changes: number[] = [];
      for (let at = from; at < to; at += SAMPLED) {
        const next = Math.min(at + SAMPLED, to);
        if (offsetAt(at) !== offsetAt(next)) changes.push(findChange(at, next));
      }
      return changes;
    },
  };
}

function readOffsets(timeZone: string): Zone['offsetAt'] | undefined {
  if (timeZone === 'UTC') return () => 0;
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    return (moment) => parseOffset(format.format(moment));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Of a text such as `11/23/2026, GMT+01:00`; those of long ago have seconds. */
function parseOffset(text: string): number {
  const [, sign, hours = 0, minutes = 0, seconds = 0] = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text) ?? [];
  const ms = (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)) * 1_000;
  return sign === '-' ? -ms : ms;
}

/** A moment as clocks with this offset show it, in ISO 8601. The offset is told to the minute, and so is the time shown. */
export function writeMoment(moment: number, offset: number): string {
  const minutes = Math.trunc(offset / 60_000);
  const shown = new Date(moment + minutes * 60_000).toISOString().replace('.000Z', 'Z');
  if (minutes === 0) return shown;
  const two = (number: number) => String(Math.floor(Math.abs(number))).padStart(2, '0');
  return shown.replace('Z', `${minutes < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`);
}
