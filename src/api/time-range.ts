import { Type } from 'typebox';
import { StepCloudError } from '../errors.ts';
import { Instant } from './cursor.ts';

export const DAY_MS = 86_400_000;
const FIRST_MS = Date.parse('0000-01-01T00:00:00Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** A time that a route may be asked for. */
export const timeQuery = (description: string) =>
  Type.Optional(Type.String({ format: 'date-time', maxLength: 40, description, examples: ['2026-11-23T09:15:00Z'] }));

/** What a route that reads a span of time is asked for; `span` says how long it is by default. */
export const timeRangeQuery = (span = '24 hours') => ({
  from: timeQuery(`Begin, inclusive: ISO 8601 with a zone. Without it, ${span} before \`to\`.`),
  to: timeQuery('End, exclusive: ISO 8601 with a zone. Without it, now.'),
});

export interface TimeRange {
  from: Date;
  to: Date;
}

/** The span that was asked for, by default the last 24 hours. Throws REQUEST_INVALID when it ends before it begins. */
export function readTimeRange(query: { from?: string; to?: string }, now: number, spanMs = DAY_MS): TimeRange {
  const to = writable(query.to === undefined ? now : parseTime(query.to));
  const from = writable(query.from === undefined ? to.getTime() - spanMs : parseTime(query.from));
  if (from > to) {
    throw new StepCloudError('REQUEST_INVALID', `from (${from.toISOString()}) lies after to (${to.toISOString()})`);
  }
  return { from, to };
}

/** A span as it stands in a cursor, so that it does not move from page to page: epoch milliseconds. */
export const spanInCursor = { from: Instant, to: Instant };

export function writeSpan({ from, to }: TimeRange) {
  return { from: from.getTime(), to: to.getTime() };
}

/** The span of the page before, if there is one, else the one that was asked for. */
export function readSpan(
  given: { from: number; to: number } | undefined,
  query: { from?: string; to?: string },
  now: number,
  spanMs = DAY_MS,
): TimeRange {
  return given ? { from: new Date(given.from), to: new Date(given.to) } : readTimeRange(query, now, spanMs);
}

/** The format allows the leap second 23:59:60, which Date does not know. */
function parseTime(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new StepCloudError('REQUEST_INVALID', `there is no such time: ${text}`);
  return time;
}

/** A year of an answer has four digits; by its zone or its length a span can go beyond, where nothing is. */
function writable(time: number): Date {
  return new Date(Math.min(Math.max(time, FIRST_MS), LAST_MS));
}
