import { type RefusalCode, StepCloudError } from '../errors.ts';
import type { TimeLimits, Value } from './kind.ts';
import { isUpTime, type PowerUp } from './power-up.ts';

export const MAX_LABEL_CHARACTERS = 128;
export const MAX_TEXT_CHARACTERS = 4096;
export const MAX_UNIT_CHARACTERS = 64;

export const VISUALIZATIONS = ['default', 'scatter', 'line', 'bar'] as const;

export const ISO_8601 =
  /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2})(?:(:\d{2})(?:[.,](\d+))?)?(?:[Zz]|([+-]\d{2})(?::?(\d{2}))?)$/;

/**
 * Epoch milliseconds of a time as gateways send it, finer parts cut. Where there is a power-up, small numbers count from
 * it. Throws TIME_INVALID, TIME_UNKNOWN, TIME_TOO_OLD or TIME_IN_FUTURE.
 */
export function readTime(value: unknown, receivedAt: number, limits: TimeLimits, powerUp?: PowerUp): number {
  const time = parseTime(value, powerUp);
  if (time < receivedAt - limits.horizonMs) {
    refuse('TIME_TOO_OLD', `${show(value)} lies more than ${Math.round(limits.horizonMs / 86_400_000)} days back`);
  }
  if (time > receivedAt + limits.aheadMs) {
    const why = powerUp && isUpTime(value) ? ': the first message that named this boot came late' : '';
    refuse(
      'TIME_IN_FUTURE',
      `${show(value)} lies ${Math.round((time - receivedAt) / 1000)} s ahead of the server's clock${why}`,
    );
  }
  return time;
}

/** A time since which its data is kept. Throws TIME_TOO_OLD. */
export function requireKept(time: number, keptFrom: number | undefined): number {
  if (keptFrom !== undefined && time < keptFrom)
    refuse('TIME_TOO_OLD', `data is kept no longer than since ${new Date(keptFrom).toISOString()}`);
  return time;
}

/** As `readTime`, of `up`, which always counts from the power-up. */
export function readUp(value: unknown, receivedAt: number, limits: TimeLimits, powerUp?: PowerUp): number {
  if (!isUpTime(value)) refuse('TIME_INVALID', '`up` is not the milliseconds since power-up');
  return readTime(value, receivedAt, limits, powerUp ?? { fault: '`boot` and `sentUp` are missing' });
}

/** As `readTime`, wherever in time it lies. Throws TIME_INVALID or TIME_UNKNOWN. */
export function parseTime(value: unknown, powerUp?: PowerUp): number {
  if (typeof value !== 'number') return fromText(value);
  return powerUp && isUpTime(value) ? fromUpTime(value, powerUp) : fromNumber(value);
}

function fromUpTime(value: number, powerUp: PowerUp): number {
  if ('fault' in powerUp) refuse('TIME_UNKNOWN', `${value} ms since power-up tell no time: ${powerUp.fault}`);
  if (value < 0) refuse('TIME_INVALID', `${value} ms since power-up lie before it`);
  if (value > powerUp.sentUp)
    refuse('TIME_INVALID', `${value} ms since power-up lie after the message was sent, at ${powerUp.sentUp}`);
  return Math.floor(powerUp.zero + value);
}

function fromNumber(value: number): number {
  if (!Number.isFinite(value)) refuse('TIME_INVALID', 'the time is not finite');
  if (Math.abs(value) < 1e11) refuse('TIME_INVALID', `${value} looks like seconds: send milliseconds since 1970`);
  if (Math.abs(value) >= 1e14)
    refuse('TIME_INVALID', `${value} looks like micro- or nanoseconds: send milliseconds since 1970`);
  return Math.floor(value);
}

function fromText(value: unknown): number {
  const parts = typeof value === 'string' && value.length <= 64 ? ISO_8601.exec(value) : null;
  if (!parts) return refuse('TIME_INVALID', `${show(value)} is not ISO 8601 with a zone, nor epoch milliseconds`);
  const [, date, minutes, seconds = ':00', fraction = '', zoneHours = '+00', zoneMinutes = '00'] = parts;
  const local = `${date}T${minutes}${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}`;
  const time = Date.parse(`${local}${zoneHours}:${zoneMinutes}`);
  // Date.parse turns 30 February into 2 March: the date must come back as it went in.
  const exact = Number.isFinite(time) && new Date(Date.parse(`${local}Z`)).toISOString() === `${local}Z`;
  return exact ? time : refuse('TIME_INVALID', `${show(value)} is no moment of the calendar`);
}

/** A measured value that can be stored. Throws NUMBER_NOT_FINITE, TEXT_INVALID or PAYLOAD_INVALID. */
export function readValue(value: unknown): Value {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'number':
      // JSON.parse reads 1e400 as Infinity, which a double column would store without a word.
      return Number.isFinite(value)
        ? value + 0
        : refuse('NUMBER_NOT_FINITE', 'the number is beyond what a double can hold');
    case 'string':
      return readText(value, MAX_TEXT_CHARACTERS);
    default:
      return refuse('PAYLOAD_INVALID', 'a value is a number, a boolean, a string or null');
  }
}

export function readLabel(label: string): string {
  if (label === '') refuse('TEXT_INVALID', 'a label has 1 to 128 characters');
  return readText(label, MAX_LABEL_CHARACTERS);
}

/** Postgres cannot store U+0000, and a lone surrogate has no UTF-8. */
export function readText(text: string, maxCharacters: number): string {
  if (text.length > maxCharacters)
    refuse('TEXT_INVALID', `the text has ${text.length} characters; ${maxCharacters} are allowed`);
  if (text.includes('\0')) refuse('TEXT_INVALID', 'the text has the character U+0000, which cannot be stored');
  if (!text.isWellFormed()) refuse('TEXT_INVALID', 'the text has half of a surrogate pair');
  return text;
}

/** A label where anything may stand. */
export function readName(given: unknown): string {
  return readLabel(textOf(given));
}

export function readUnit(given: unknown): string | null {
  return given == null ? null : readText(textOf(given), MAX_UNIT_CHARACTERS);
}

export function textOf(given: unknown): string {
  if (typeof given === 'string') return given;
  return refuse('PAYLOAD_INVALID', given === undefined ? 'is missing' : 'is not a text');
}

export function oneOf<T extends string>(allowed: readonly T[], given: unknown): T {
  return allowed.find((one) => one === given) ?? refuse('PAYLOAD_INVALID', `is none of ${allowed.join(', ')}`);
}

function refuse(code: RefusalCode, detail: string): never {
  throw new StepCloudError(code, detail);
}

/** As JSON, since a payload may hold objects whose `toString` is not a function. */
function show(value: unknown): string {
  return String(JSON.stringify(typeof value === 'string' ? value.slice(0, 64) : value)).slice(0, 66);
}
