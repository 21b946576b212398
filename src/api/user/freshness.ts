import { Type } from 'typebox';
import { nullable } from '../schemas.ts';

/** A sensor has fallen silent when so many of its usual intervals have passed, but not before a minute. */
const INTERVALS = 3;
const LEAST_SECONDS = 60;
const LONGEST_SECONDS = 366 * 86_400;

export const freshnessQuery = {
  staleAfter: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: LONGEST_SECONDS,
      description:
        'Take values older than so many seconds for stale. Without it, each sensor is judged by its own interval.',
      examples: [300],
    }),
  ),
};

export const freshnessProperties = {
  ageSeconds: Type.Integer({
    minimum: 0,
    description: 'How long before `asOf` it was measured.',
    examples: [4],
  }),
  freshness: Type.Enum(['fresh', 'stale', 'unknown'], {
    description: 'Stale when it is older than `staleAfterSeconds`, unknown where there is none.',
  }),
  staleAfterSeconds: nullable(
    Type.Integer({
      description: `What was asked for; otherwise ${INTERVALS} times the usual interval of the sensor, and at least ${LEAST_SECONDS}. The usual interval is the mean one of the last two days with readings, as of the last full hour, give or take a tenth. Null where it is not known: of texts, and until the sensor has had a few readings for an hour.`,
      examples: [60],
    }),
  ),
};

interface Measured {
  readonly recordedAt: Date;
  readonly usualIntervalSeconds: number | null;
}

/** Whether a latest value may still be taken for the current one. */
export function withFreshness<Value extends Measured>(
  { usualIntervalSeconds, ...latest }: Value,
  now: number,
  staleAfter: number | undefined,
) {
  const ageMs = Math.max(0, now - latest.recordedAt.getTime());
  const usual = usualIntervalSeconds === null ? null : Math.ceil(INTERVALS * usualIntervalSeconds);
  const staleAfterSeconds = staleAfter ?? (usual === null ? null : Math.max(LEAST_SECONDS, usual));
  const isStale = staleAfterSeconds !== null && ageMs > staleAfterSeconds * 1_000;
  const freshness = staleAfterSeconds === null ? 'unknown' : isStale ? 'stale' : 'fresh';
  return { ...latest, ageSeconds: Math.floor(ageMs / 1_000), staleAfterSeconds, freshness } as const;
}
