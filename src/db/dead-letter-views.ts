import { sql } from 'kysely';
import type { Db } from './database.ts';
import { inScope, type Scope } from './scope.ts';

/** An item may be as large as a message: beyond this many bytes a page ends early. */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;

export interface DeadLetterFilter {
  readonly customerId: string | undefined;
  readonly officeId: string | undefined;
  readonly gatewayId: string | undefined;
  readonly code: string | undefined;
  readonly deviceKey: string | undefined;
  readonly ref: string | undefined;
  /** Only what came from `from` on and before `to`. */
  readonly received: { readonly from: Date; readonly to: Date } | undefined;
  /** Only letters older than this one. */
  readonly before: string | undefined;
  readonly limit: number;
}

export interface DeadLetterRow {
  id: string;
  customerId: string;
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

const COLUMNS = sql`
  dead_letter.id, dead_letter.customer_id AS "customerId", dead_letter.gateway_id AS "gatewayId", device_key AS "deviceKey", code, path, detail, topic, ref, item,
  size::float8 AS size, message_id AS "messageId", first_received_at AS "firstReceivedAt",
  last_received_at AS "lastReceivedAt", seen::float8 AS seen`;

/**
 * Dead letters, newest first: at most `limit` and, unless a single one is larger, about 4 MiB; `more` tells whether older
 * ones are left. The newest of each gateway are found by its index and merged, so that other customers' cost nothing.
 */
export async function listDeadLetters(db: Db, scope: Scope, filter: DeadLetterFilter) {
  const { limit, received } = filter;
  const [customerId, officeId] = [filter.customerId ?? null, filter.officeId ?? null];
  const gatewayId = filter.gatewayId ?? null;
  const conditions = [sql`gateway_id = gateway.id`];
  if (filter.before !== undefined) conditions.push(sql`id < ${filter.before}`);
  if (filter.code !== undefined) conditions.push(sql`code = ${filter.code}`);
  if (filter.deviceKey !== undefined) conditions.push(sql`device_key = ${filter.deviceKey}`);
  if (filter.ref !== undefined) conditions.push(sql`ref = ${filter.ref}`);
  if (received) conditions.push(sql`last_received_at >= ${received.from} AND first_received_at < ${received.to}`);
  const { rows } = await sql<DeadLetterRow & { found: number }>`
    WITH newest AS (
      SELECT letter.id, letter.bytes
      FROM gateway CROSS JOIN LATERAL (
        SELECT id, octet_length(item) AS bytes FROM dead_letter
        WHERE ${sql.join(conditions, sql` AND `)}
        ORDER BY id DESC LIMIT ${limit + 1}
      ) AS letter
      WHERE ${inScope(scope, 'gateway')} AND (${gatewayId}::uuid IS NULL OR gateway.id = ${gatewayId})
        AND (${customerId}::uuid IS NULL OR gateway.customer_id = ${customerId})
        AND (${officeId}::uuid IS NULL OR gateway.office_id = ${officeId})
      ORDER BY letter.id DESC LIMIT ${limit + 1}
    ), page AS (
      SELECT id, sum(bytes) OVER (ORDER BY id DESC) - bytes AS bytes_before, count(*) OVER ()::int4 AS found FROM newest
      ORDER BY id DESC LIMIT ${limit}
    )
    SELECT ${COLUMNS}, found
    FROM page JOIN dead_letter USING (id)
    WHERE bytes_before < ${MAX_PAGE_BYTES}
    ORDER BY id DESC`.execute(db);
  const letters = rows.map(({ found: _, ...letter }) => letter);
  return { letters, more: (rows[0]?.found ?? 0) > rows.length };
}

export async function findDeadLetter(db: Db, scope: Scope, id: string): Promise<DeadLetterRow | undefined> {
  const { rows } = await sql<DeadLetterRow>`
    SELECT ${COLUMNS} FROM dead_letter JOIN gateway ON gateway.id = dead_letter.gateway_id
    WHERE dead_letter.id = ${id} AND ${inScope(scope, 'gateway')}`.execute(db);
  return rows[0];
}

/** The registration that was last refused since the catalogue does not know the model of this device, as it was kept. */
export async function findModelUnknown(db: Db, scope: Scope, deviceId: string): Promise<Buffer | undefined> {
  const { rows } = await sql<{ item: Buffer }>`
    SELECT item FROM device
    JOIN device_gateway ON device_gateway.device_id = device.id
    JOIN gateway ON gateway.id = device_gateway.gateway_id AND gateway.office_id = device.office_id
    JOIN dead_letter ON dead_letter.gateway_id = gateway.id AND dead_letter.device_key = device.key
    WHERE device.id = ${deviceId} AND ${inScope(scope, 'device')} AND dead_letter.code = 'MODEL_UNKNOWN'
    ORDER BY dead_letter.last_received_at DESC LIMIT 1`.execute(db);
  return rows[0]?.item;
}

/** How many refused items of these gateways were only counted, since too many had been kept already. */
export async function sumOverflow(
  db: Db,
  scope: Scope,
  { customerId, officeId, gatewayId }: Pick<DeadLetterFilter, 'customerId' | 'officeId' | 'gatewayId'>,
): Promise<number> {
  const { sum } = await db
    .selectFrom('dead_letter_overflow')
    .innerJoin('gateway', 'gateway.id', 'dead_letter_overflow.gateway_id')
    .where(inScope(scope, 'gateway'))
    .$if(gatewayId !== undefined, (query) => query.where('gateway.id', '=', gatewayId as string))
    .$if(customerId !== undefined, (query) => query.where('gateway.customer_id', '=', customerId as string))
    .$if(officeId !== undefined, (query) => query.where('gateway.office_id', '=', officeId as string))
    .select(sql<number>`coalesce(sum(dropped), 0)::float8`.as('sum'))
    .executeTakeFirstOrThrow();
  return sum;
}
