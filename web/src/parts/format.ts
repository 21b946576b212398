/** How numbers and times are written for people: in the language of their browser, times in the zone that is named with them. */

const formats = new Map<string, Intl.DateTimeFormat>();

function formatIn(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([timeZone, options]);
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(undefined, { timeZone, hourCycle: 'h23', ...options });
    formats.set(key, format);
  }
  return format;
}

export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** 24 Nov 2026, 14:05:09 CET; in the zone of this browser where no other is known. */
export function writeTime(at: string | number, timeZone = browserZone()): string {
  const options = { dateStyle: undefined, year: 'numeric', month: 'short', day: 'numeric' } as const;
  const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short' } as const;
  return formatIn(timeZone, { ...options, ...clock }).format(new Date(at));
}

/** The time of day alone, with so many digits of its second. */
export function writeClock(at: number, timeZone: string, digits: 0 | 3 = 0): string {
  const parts = digits ? ({ fractionalSecondDigits: 3 } as const) : {};
  return formatIn(timeZone, { hour: '2-digit', minute: '2-digit', second: '2-digit', ...parts }).format(at);
}

/** 24 Nov */
export function writeDay(at: number, timeZone: string): string {
  return formatIn(timeZone, { month: 'short', day: 'numeric' }).format(at);
}

/** 1:02:03, 2:03 or 0:00.250: as clocks of a race. */
export function writeDuration(ms: number, digits = 0): string {
  const rounded = digits === 0 ? Math.round(ms / 1_000) * 1_000 : Math.round(ms);
  const seconds = Math.floor(Math.abs(rounded) / 1_000);
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  const fraction = digits === 0 ? '' : `.${String(Math.abs(rounded) % 1_000).padStart(3, '0')}`;
  return `${rounded < 0 ? '−' : ''}${h > 0 ? `${h}:${two(m)}` : m}:${two(s)}${fraction}`;
}

const numbers = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 6 });

export function writeNumber(value: number): string {
  return numbers.format(value);
}

const whole = new Intl.NumberFormat();
const BYTES = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** A count or a size, whole; bytes, by their name, in a unit of which they are at least one. */
export function writeAmount(name: string, value: number): string {
  if (!/bytes/i.test(name)) return whole.format(value);
  const power = Math.min(Math.floor(Math.log10(Math.max(value, 1)) / 3), BYTES.length - 1);
  return `${writeNumber(Number((value / 1_000 ** power).toPrecision(3)))} ${BYTES[power]}`;
}

/** Any value of a sensor, an attribute or a setting; an empty text where there is none. */
export function writeValue(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number') return writeNumber(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export function withUnit(value: string, unit: string | null | undefined): string {
  return unit && value !== '' ? `${value} ${unit}` : value;
}
