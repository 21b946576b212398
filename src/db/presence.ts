import { type RawBuilder, sql } from 'kysely';

/** Why a connection ended, and with it, where it was the last one, the time in which its gateway was online. */
export const END_REASONS = {
  disconnected: 'the gateway said DISCONNECT',
  connection_lost: 'the line broke, or the gateway read no more',
  keepalive_timeout: 'the gateway was silent for longer than its keepalive',
  protocol_error: 'the gateway sent what the protocol does not allow',
  queue_unavailable: 'the queue was away for too long to acknowledge what the gateway sent',
  taken_over: 'another connection with its client id took its place',
  token_expired: 'its token ended and was not renewed',
  access_revoked: 'its session, gateway, customer or key was taken back',
  kicked: 'an admin of the installation ended it; it may come back',
  broker_stopped: 'the broker was stopped',
  broker_died: 'the broker ended or was cut off without a word',
} as const;
export type EndReason = keyof typeof END_REASONS;

/**
 * Who is back within this time after its last connection ended was never offline. Whose access was taken back is offline at
 * once: it comes back only when somebody lets it in again, which is the begin of another period.
 */
const graceAfter = (reason: RawBuilder<unknown>) =>
  sql`CASE ${reason} WHEN 'access_revoked' THEN interval '0' ELSE interval '60 seconds' END`;

/**
 * Until when a gateway was certainly online by its connections: now, where one is of a living process; else until the
 * lease of the last one ran out. Null without any. `self` is a process that lives, whatever its lease says.
 */
const aliveUntil = (gatewayId: string, self: string | null = null): RawBuilder<Date | null> => sql`(
    SELECT max(CASE process.id WHEN ${self}::uuid THEN now() ELSE least(process.expires_at, now()) END)
    FROM connection JOIN process ON process.id = connection.process_id
    WHERE connection.gateway_id = ${sql.ref(gatewayId)}
  )`;

/**
 * Notes that gateways are online; to be put behind a WITH that has `begun (gateway_id, since, opened)`: each gateway once,
 * since when its connection stands, and how many it is to be counted as. The period before goes on, unless the gap was too
 * long; then it becomes history. A connection that stood all the time takes back an end that was noted too early.
 */
export const beginPresence = (self: string) => sql`
  known AS (
    SELECT presence.* FROM gateway_presence AS presence JOIN begun USING (gateway_id)
    ORDER BY gateway_id FOR NO KEY UPDATE OF presence
  ), alive AS MATERIALIZED (
    SELECT begun.*, ${aliveUntil('begun.gateway_id', self)} AS until FROM begun
  ), judged AS (
    SELECT alive.*, known.online_since, known.end_reason, known.connections,
      greatest(known.last_online_at, alive.until) AS online_until,
      coalesce(alive.until > known.last_online_at, false) AS has_died,
      coalesce(
        greatest(known.last_online_at, alive.until) >= alive.since
          - ${graceAfter(sql`CASE WHEN alive.until > known.last_online_at THEN 'broker_died' ELSE known.end_reason END`)},
        false
      ) AS goes_on
    FROM alive LEFT JOIN known USING (gateway_id)
  ), past AS (
    INSERT INTO gateway_presence_period (gateway_id, online_since, offline_since, end_reason, connections)
    SELECT gateway_id, online_since, online_until, CASE WHEN has_died THEN 'broker_died' ELSE end_reason END, connections
    FROM judged WHERE online_since IS NOT NULL AND NOT goes_on
    ON CONFLICT DO NOTHING
  ), present AS (
    INSERT INTO gateway_presence AS presence (gateway_id, online_since, last_online_at, end_reason, connections)
    SELECT gateway_id, coalesce(CASE WHEN goes_on THEN online_since END, since), clock_timestamp(),
      CASE WHEN goes_on THEN end_reason END, greatest(coalesce(CASE WHEN goes_on THEN connections END, 0) + opened, 1)
    FROM judged ORDER BY gateway_id
    ON CONFLICT (gateway_id) DO UPDATE SET online_since = excluded.online_since,
      last_online_at = greatest(presence.last_online_at, excluded.last_online_at),
      end_reason = excluded.end_reason, connections = excluded.connections
  )`;

/**
 * Notes that connections of gateways have ended; to be put behind a WITH that has `gone (gateway_id, ended_at, reason)`.
 * Whether others stand does not matter here: that is looked up when somebody asks.
 */
export const END_PRESENCE = sql`
  absent AS (
    INSERT INTO gateway_presence AS presence (gateway_id, online_since, last_online_at, end_reason, connections)
    SELECT DISTINCT ON (gateway_id) gateway_id, ended_at, ended_at, reason, 1 FROM gone
    ORDER BY gateway_id, ended_at DESC
    ON CONFLICT (gateway_id) DO UPDATE SET last_online_at = excluded.last_online_at, end_reason = excluded.end_reason
    WHERE presence.last_online_at <= excluded.last_online_at
  )`;

/**
 * The last period of a gateway, or none: a table to be joined laterally. Of the two times one is null. `aliveUntil` stays an
 * expression here, which is worked out for the rows of a page alone; joined, it would be for every gateway there is.
 */
export const lastPeriod = (gatewayId: string) => sql<{
  online: boolean;
  onlineSince: Date | null;
  offlineSince: Date | null;
}>`(
  SELECT online, began_at, ended_at, CASE WHEN online THEN began_at END AS "onlineSince",
    CASE WHEN online THEN NULL ELSE ended_at END AS "offlineSince", end_reason, connections
  FROM (
    SELECT online_since AS began_at, date_trunc('milliseconds', ended_at) AS ended_at,
      ended_at >= now() - ${graceAfter(sql`reason`)} AS online, reason AS end_reason, connections
    FROM (
      SELECT known.*, CASE WHEN ended_at > last_online_at THEN 'broker_died' ELSE end_reason END AS reason
      FROM (
        SELECT presence.*, greatest(last_online_at, ${aliveUntil(gatewayId)}) AS ended_at
        FROM gateway_presence AS presence WHERE presence.gateway_id = ${sql.ref(gatewayId)}
      ) AS known
    ) AS told
  ) AS judged
)`;
