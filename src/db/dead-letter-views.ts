import { isUtf8 } from 'node:buffer';
import { sql } from 'kysely';
import type { Db } from './database.ts';
import { inScope, type Scope } from './scope.ts';

/** An item may be as large as a message: beyond this many bytes a page ends early. */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;

export interface DeadLetterFilter {
  readonly gatewayId: string | undefined;
  readonly code: string | undefined;
  /** Only letters older than this one. */
  readonly before: string | undefined;
  readonly limit: number;
}

interface DeadLetterRow {
  id: string;
  gatewayId: string;
  deviceKey: string | null;
  code: string;
  path: string;
  detail: string;
  topic: string;
  ref: string | null;
  item: Buffer;
  size: number;
  messageId: string;
  firstReceivedAt: Date;
  lastReceivedAt: Date;
  seen: number;
}

/**
 * Dead letters, newest first: at most `limit` and, unless a single one is larger, about 4 MiB; `more` tells whether older
 * ones are left. The newest of each gateway are found by its index and merged, so that other customers' cost nothing.
 */
export async function listDeadLetters(db: Db, scope: Scope, filter: DeadLetterFilter) {
  const { limit } = filter;
  const [gatewayId, code, before] = [filter.gatewayId ?? null, filter.code ?? null, filter.before ?? null];
  const { rows } = await sql<DeadLetterRow & { found: number }>`
    WITH newest AS (
      SELECT letter.id, letter.bytes
      FROM gateway CROSS JOIN LATERAL (
        SELECT id, octet_length(item) AS bytes FROM dead_letter
        WHERE gateway_id = gateway.id AND (${before}::uuid IS NULL OR id < ${before}) AND (${code}::text IS NULL OR code = ${code})
        ORDER BY id DESC LIMIT ${limit + 1}
      ) AS letter
      WHERE ${inScope(scope, 'gateway')} AND (${gatewayId}::uuid IS NULL OR gateway.id = ${gatewayId})
      ORDER BY letter.id DESC LIMIT ${limit + 1}
    ), page AS (
      SELECT id, sum(bytes) OVER (ORDER BY id DESC) - bytes AS bytes_before, count(*) OVER ()::int4 AS found FROM newest
      ORDER BY id DESC LIMIT ${limit}
    )
    SELECT id, gateway_id AS "gatewayId", device_key AS "deviceKey", code, path, detail, topic, ref, item,
      size::float8 AS size, message_id AS "messageId", first_received_at AS "firstReceivedAt",
      last_received_at AS "lastReceivedAt", seen::float8 AS seen, found
    FROM page JOIN dead_letter USING (id)
    WHERE bytes_before < ${MAX_PAGE_BYTES}
    ORDER BY id DESC`.execute(db);
  return { letters: rows.map(toView), more: (rows[0]?.found ?? 0) > rows.length };
}

/** How many refused items of these gateways were only counted, since too many had been kept already. */
export async function sumOverflow(db: Db, scope: Scope, gatewayId: string | undefined): Promise<number> {
  const { sum } = await db
    .selectFrom('dead_letter_overflow')
    .innerJoin('gateway', 'gateway.id', 'dead_letter_overflow.gateway_id')
    .where(inScope(scope, 'gateway'))
    .$if(gatewayId !== undefined, (query) => query.where('gateway.id', '=', gatewayId as string))
    .select(sql<number>`coalesce(sum(dropped), 0)::float8`.as('sum'))
    .executeTakeFirstOrThrow();
  return sum;
}

function toView({ found: _, item, ...letter }: DeadLetterRow & { found: number }) {
  const itemEncoding = isUtf8(item) ? ('utf8' as const) : ('base64' as const);
  return { ...letter, item: item.toString(itemEncoding), itemEncoding };
}
