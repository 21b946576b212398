import { type RawBuilder, sql } from 'kysely';
import type { Db } from './database.ts';
import { beyond, type EventPosition, type Order } from './event-views.ts';

export interface HistoryFilter {
  readonly label: string;
  /** Names and indexes that lead to a part of the setting; none for all of it. */
  readonly path: readonly string[];
  /** Inclusive. */
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
  /** Only where it differs from the event before. */
  readonly changesOnly: boolean;
  readonly order: Order;
  readonly after: EventPosition | undefined;
  readonly limit: number;
}

export interface PastSetting extends EventPosition {
  readonly type: string;
  /** Undefined where the setting had no such part. */
  readonly value: unknown;
  /** Whether it differs from the event before; null for the first of the span. */
  readonly changed: boolean | null;
}

/** What a setting of a device was, event by event. The device must have been found within the caller's scope. */
export async function listPastSettings(
  db: Db,
  device: { id: string },
  { label, path, from, to, changesOnly, order, after, limit }: HistoryFilter,
): Promise<PastSetting[]> {
  const conditions: RawBuilder<unknown>[] = [changesOnly ? sql`changed IS NOT FALSE` : sql`true`];
  if (after) conditions.push(sql`(recorded_at, id) ${beyond(order)} (${after.recordedAt}, ${after.id})`);
  const direction = sql.raw(order);
  const { rows } = await sql<Omit<PastSetting, 'value'> & { isThere: boolean; value: unknown }>`
    WITH past AS (
      SELECT event.recorded_at, event.id, event.type, setting.data #> ${path}::text[] AS value
      FROM event
      JOIN event_setting AS setting ON setting.device_id = event.device_id AND setting.event_id = event.id
        AND setting.recorded_at = event.recorded_at
      WHERE event.device_id = ${device.id} AND event.recorded_at >= ${from} AND event.recorded_at < ${to}
        AND setting.device_id = ${device.id} AND setting.recorded_at >= ${from} AND setting.recorded_at < ${to}
        AND setting.label = ${label}
    ), compared AS (
      SELECT *, CASE WHEN row_number() OVER ordered > 1
        THEN value IS DISTINCT FROM lag(value) OVER ordered END AS changed
      FROM past WINDOW ordered AS (ORDER BY recorded_at, id)
    )
    SELECT recorded_at AS "recordedAt", id, type, value IS NOT NULL AS "isThere", value, changed
    FROM compared WHERE ${sql.join(conditions, sql` AND `)}
    ORDER BY recorded_at ${direction}, id ${direction} LIMIT ${limit}`.execute(db);
  return rows.map(({ isThere, value, ...past }) => ({ ...past, value: isThere ? value : undefined }));
}
