import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from './database.ts';

/** Older rows matter to no throttle: neither a window nor a row of failures lasts longer. */
const LIFETIME_MS = 24 * 3_600_000;
const DELETED_AT_ONCE = 1_000;

/** Counts one more in the key's window, no further than one beyond `max`. A window begins with its first count. */
export async function countTurn(db: Db, key: string, limit: { max: number; windowMs: number }, now: number) {
  const hash = hashOf('turns', key);
  const { rows } = await sql<{ count: number; counted_since: Date }>`
    INSERT INTO throttle AS known (key, count, counted_since) VALUES (${hash}, 1, ${new Date(now)})
    ON CONFLICT (key) DO UPDATE SET (count, counted_since) = (
      SELECT CASE WHEN is_over THEN 1 ELSE least(known.count, ${limit.max}::int4) + 1 END,
        CASE WHEN is_over THEN excluded.counted_since ELSE known.counted_since END
      FROM (SELECT known.counted_since <= ${new Date(now - limit.windowMs)}::timestamptz AS is_over) AS before
    )
    RETURNING count, counted_since`.execute(db);
  const { count, counted_since } = rows[0] as { count: number; counted_since: Date };
  if (count === 1) await deleteStale(db, hash, now);
  return { count, countedSince: counted_since.getTime() };
}

/** Counts one more failure in a row; from the one that is `allowed` on, each doubles the wait, up to a maximum. */
export async function countFailure(
  db: Db,
  key: string,
  wait: { allowed: number; firstMs: number; maxMs: number },
  now: number,
): Promise<void> {
  const hash = hashOf('failures', key);
  const { rows } = await sql<{ count: number }>`
    INSERT INTO throttle AS known (key, count, counted_since) VALUES (${hash}, 1, ${new Date(now)})
    ON CONFLICT (key) DO UPDATE SET (count, counted_since, blocked_until) = (
      SELECT n, excluded.counted_since, CASE WHEN n >= ${wait.allowed}::int4 THEN excluded.counted_since
        + interval '1 ms' * least(${wait.firstMs}::float8 * 2.0 ^ (n - ${wait.allowed}::int4), ${wait.maxMs}) END
      FROM (
        SELECT CASE WHEN known.counted_since <= ${new Date(now - LIFETIME_MS)}::timestamptz THEN 1
          ELSE least(known.count + 1, 100) END AS n
      ) AS next
    )
    RETURNING count`.execute(db);
  if (rows[0]?.count === 1) await deleteStale(db, hash, now);
}

/** Until when failures of the key hold it back, if they do. */
export async function findBlockedUntil(db: Db, key: string): Promise<Date | undefined> {
  const query = db.selectFrom('throttle').where('key', '=', hashOf('failures', key)).select('blocked_until');
  return (await query.executeTakeFirst())?.blocked_until ?? undefined;
}

export async function deleteFailures(db: Db, key: string): Promise<void> {
  await db.deleteFrom('throttle').where('key', '=', hashOf('failures', key)).execute();
}

/** A key may hold the address of somebody who is no user of ours: only its hash is stored. */
function hashOf(kind: 'turns' | 'failures', key: string): string {
  return createHash('sha256').update(`${kind} ${key}`).digest('hex');
}

/** One new row in 256, by its hash, takes the stale ones along. */
async function deleteStale(db: Db, hash: string, now: number): Promise<void> {
  if (!hash.startsWith('00')) return;
  await sql`
    DELETE FROM throttle WHERE key = ANY (ARRAY(
      SELECT key FROM throttle WHERE counted_since <= ${new Date(now - LIFETIME_MS)}
      LIMIT ${DELETED_AT_ONCE} FOR UPDATE SKIP LOCKED
    ))`.execute(db);
}
