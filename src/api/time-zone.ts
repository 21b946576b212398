import { Type } from 'typebox';
import type { Db } from '../db/database.ts';
import { knowsTimeZone } from '../db/time-zones.ts';
import { StepCloudError } from '../errors.ts';
import { openZone, type Zone } from './zone.ts';

/**
 * An IANA name with a place; abbreviations mean different things to different people, and offsets know no summer. Of
 * names with a number there are those of Etc alone: Postgres takes any other for a rule in the manner of POSIX.
 */
const NAME = '^(UTC|Etc/GMT(\\+([0-9]|1[0-2])|-([0-9]|1[0-4]))|[A-Za-z_]+(/[A-Za-z_-]+){1,2})$';

/** For an answer. */
export const OfficeTimeZone = Type.String({
  description: 'The IANA time zone of the office; times themselves are in UTC.',
  examples: ['Europe/Berlin'],
});

/** The time zone that a route counts days in. */
export const timeZoneQuery = (fallback: string) => ({
  timeZone: Type.Optional(
    Type.String({
      maxLength: 64,
      pattern: NAME,
      description: `Days are those of this IANA time zone. Without it, ${fallback}.`,
      examples: ['Europe/Berlin'],
    }),
  ),
});

/** The time zone that an office is given. */
export const officeTimeZone = (options: object = {}) =>
  Type.String({
    maxLength: 64,
    pattern: NAME,
    description:
      'Its IANA time zone. Data is stored in UTC and does not change by it; but days are counted by the clocks of the present zone, past ones too, so that what stands for a day in books and buckets may move to the day before or after.',
    examples: ['Europe/Berlin'],
    ...options,
  });

/** The same for a zone that is kept: both the database and this process must have rules for it. */
export async function requireOfficeTimeZone(db: Db, name: string): Promise<string> {
  requireZone(name);
  return requireTimeZone(db, name);
}

/** The clocks of a time zone. Throws REQUEST_INVALID for one that does not exist. */
export function requireZone(name: string): Zone {
  const zone = openZone(name);
  if (zone) return zone;
  throw noSuchZone(name);
}

/** The name of a time zone that the database counts by. Throws REQUEST_INVALID for one that does not exist. */
export async function requireTimeZone(db: Db, name: string): Promise<string> {
  if (await knowsTimeZone(db, name)) return name;
  throw noSuchZone(name);
}

function noSuchZone(name: string): StepCloudError {
  return new StepCloudError('REQUEST_INVALID', `there is no such time zone: ${name}`);
}
