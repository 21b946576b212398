import { Type } from 'typebox';
import type { Db } from '../db/database.ts';
import { knowsTimeZone } from '../db/time-zones.ts';
import { StepCloudError } from '../errors.ts';

/** An IANA name with a place; abbreviations mean different things to different people, and offsets know no summer. */
const NAME = '^(UTC|[A-Za-z_]+(/[A-Za-z_-]+){1,2})$';

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

/** Throws REQUEST_INVALID for a time zone that does not exist. */
export async function requireTimeZone(db: Db, name: string): Promise<string> {
  if (await knowsTimeZone(db, name)) return name;
  throw new StepCloudError('REQUEST_INVALID', `there is no such time zone: ${name}`);
}
