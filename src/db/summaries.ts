import { type RawBuilder, sql } from 'kysely';

/*
 * A summary tells of consecutive readings of one sensor. A reading is the summary of itself, a rollup that of the readings in
 * its bucket, and summaries fold into one of all their readings. This is the only place that says how
 * (docs/decisions/0006-rollups.md).
 */

/** Distinct values of a state in one summary or bucket; what has more of them is no state. */
export const MAX_STATES = 32;

/**
 * A number that Postgres can add without refusing the sum: what is larger than any quantity counts as infinite, and makes
 * sums infinite or NaN.
 */
function bounded(value: RawBuilder<unknown>): RawBuilder<number> {
  return sql<number>`CASE WHEN abs(${value}) < 1e290 THEN ${value} ELSE sign(${value}) * 'Infinity'::float8 END`;
}

/** The columns that make a summary of a reading; `at` is what puts summaries in order. */
export const readingAsSummary = sql`
  recorded_at AS at, recorded_at AS first_at, recorded_at AS last_at, value AS min, value AS max,
  ${bounded(sql`value`)} AS sum, value AS first, value AS last, 0::float8 AS increase, 1 AS count, NULL::jsonb AS held`;

/** The same of a text, which has no numbers in it. */
export const textAsSummary = sql`
  recorded_at AS at, recorded_at AS first_at, recorded_at AS last_at, NULL::text AS min, NULL::text AS max,
  NULL::float8 AS sum, value AS first, value AS last, 0::float8 AS increase, 1 AS count, NULL::jsonb AS held`;

/** The columns of a rollup as a summary. */
export const rollupAsSummary = sql`
  bucket AS at, first_at, last_at, min, max, sum, first, last, increase, count, held`;

/**
 * How much a counter grew from one reading to the next, nothing before its first. One that falls was reset and began at 0
 * again.
 */
const step = sql`
  CASE WHEN before IS NULL THEN 0 WHEN first >= before THEN ${bounded(sql`first`)} - ${bounded(sql`before`)}
    ELSE greatest(${bounded(sql`first`)}, 0) END`;

/**
 * Folds summaries into one for each group, or into one of all, which is there even when there are none. Everything is added in
 * the order of time, so that the same readings always give the same bits. Increase is that of a counter, with the steps
 * between the summaries; without `counting` it is left out.
 */
export function foldSummaries(
  summaries: RawBuilder<unknown>,
  { by, counting }: { by?: RawBuilder<unknown>; counting: boolean },
): RawBuilder<unknown> {
  const before = sql`lag(last) OVER (${by ? sql`PARTITION BY ${by}` : sql``} ORDER BY at)`;
  return sql`
    SELECT ${by ? sql`${by},` : sql``} min(first_at) AS first_at, max(last_at) AS last_at, min(min) AS min, max(max) AS max,
      sum(sum ORDER BY at) AS sum, (array_agg(first ORDER BY at))[1] AS first,
      (array_agg(last ORDER BY at))[count(*)] AS last,
      ${counting ? sql`sum(increase + ${step} ORDER BY at)` : sql`NULL::float8`} AS increase, sum(count) AS count
    FROM (SELECT *, ${counting ? before : sql`NULL`} AS before FROM (${summaries}) AS summary) AS stepped
    ${by ? sql`GROUP BY ${by}` : sql``}`;
}

/**
 * For how many milliseconds a state had each value from the first to the last reading, as a JSON object by value, for each
 * group or for all. A value holds until the next reading. NULL where that is not known, since it was not kept in a summary.
 */
export function foldStates(summaries: RawBuilder<unknown>, by?: RawBuilder<unknown>): RawBuilder<unknown> {
  const group = by ? sql`${by},` : sql``;
  return sql`
    SELECT ${group}
      CASE WHEN bool_and(value IS NOT NULL) AND count(*) <= ${sql.lit(MAX_STATES)}
        THEN jsonb_object_agg(coalesce(value, ''), ms) END AS held
    FROM (
      SELECT ${group} part.value, sum(part.ms) AS ms
      FROM (
        SELECT *, lead(first_at) OVER (${by ? sql`PARTITION BY ${by}` : sql``} ORDER BY at) AS next_at
        FROM (${summaries}) AS summary
      ) AS followed, LATERAL (
        SELECT key, value::int8 FROM jsonb_each_text(held)
        UNION ALL
        SELECT CASE WHEN min = max THEN min::text END, ${milliseconds(sql`last_at - first_at`)}
        WHERE held IS NULL AND last_at > first_at
        UNION ALL
        SELECT last::text, ${milliseconds(sql`next_at - last_at`)} WHERE next_at IS NOT NULL
      ) AS part (value, ms)
      GROUP BY ${group} part.value
    ) AS states
    ${by ? sql`GROUP BY ${by}` : sql``}`;
}

function milliseconds(interval: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(1000 * extract(epoch FROM ${interval}))::int8`;
}
