import { sql } from 'kysely';
import type { Db } from './database.ts';
import { beginPresence, END_PRESENCE, type EndReason } from './presence.ts';

/** What a connection came by: plain MQTT, over TLS, or over WebSocket. */
export const TRANSPORTS = ['tcp', 'tls', 'websocket'] as const;
export type Transport = (typeof TRANSPORTS)[number];

export interface NewConnection {
  id: string;
  gatewayId: string;
  clientId: string;
  sessionId: string;
  address: string;
  transport: Transport;
}

/** A connection that a process has held for a while. */
export interface HeldConnection extends NewConnection {
  readonly connectedAt: Date;
}

export interface ClaimedConnection {
  id: string;
  holder: string;
  connectedAt: Date;
  isTakenOver: boolean;
}

/** A connection that has ended, so many milliseconds ago. */
export interface EndedConnection {
  readonly id: string;
  readonly reason: EndReason;
  readonly agoMs: number;
}

/** A gateway and a client id of it, in a form that is short however long the id is. */
const HOLDER = sql<string>`gateway_id || ' ' || md5(client_id)`;

/** The process, where it is registered; nobody can declare it dead before the transaction ends. */
const selfOf = (processId: string) => sql`SELECT id FROM process WHERE id = ${processId} FOR KEY SHARE`;

/** Rows of connections, from a list of each column. */
const rowsOf = (connections: readonly NewConnection[]) => sql`unnest(
    ${connections.map(({ id }) => id)}::uuid[], ${connections.map(({ gatewayId }) => gatewayId)}::uuid[],
    ${connections.map(({ clientId }) => clientId)}::text[], ${connections.map(({ sessionId }) => sessionId)}::uuid[],
    ${connections.map(({ address }) => address)}::text[], ${connections.map(({ transport }) => transport)}::text[]
  ) WITH ORDINALITY AS claim (id, gateway_id, client_id, session_id, address, transport, index)`;

/**
 * Makes each of these connections, no two of one gateway, the one that holds its client id, whoever held it before; notes
 * that its session was used, and that its gateway is online. `isTakenOver` tells whether another process held one of them,
 * as far as that was visible. A connection whose session is gone is left out. Locks rows in order, so that processes do
 * not deadlock. Fails where the process is not registered: nobody would end what it leaves behind.
 */
export async function claimClientIds(
  db: Db,
  processId: string,
  connections: readonly NewConnection[],
  now: Date,
): Promise<ClaimedConnection[]> {
  const { rows } = await sql<ClaimedConnection | { id: null }>`
    WITH self AS (${selfOf(processId)}), claimed AS (
      SELECT claim.*, self.id AS process_id FROM ${rowsOf(connections)}
      JOIN session ON session.id = claim.session_id CROSS JOIN self
    ), used AS (
      UPDATE session SET last_used_at = ${now}, last_address = free.address
      FROM (
        SELECT session.id, claimed.address FROM session JOIN claimed ON claimed.session_id = session.id
        FOR NO KEY UPDATE OF session SKIP LOCKED
      ) AS free
      WHERE session.id = free.id
    ), elsewhere AS (
      SELECT FROM connection JOIN claimed USING (gateway_id)
      WHERE md5(connection.client_id) = md5(claimed.client_id) AND connection.process_id <> claimed.process_id
    ), held AS (
      INSERT INTO connection (id, gateway_id, client_id, session_id, process_id, address, transport, connected_at)
      SELECT id, gateway_id, client_id, session_id, process_id, address, transport, clock_timestamp()
      FROM claimed ORDER BY gateway_id
      ON CONFLICT (gateway_id, md5(client_id)) DO UPDATE SET id = excluded.id, session_id = excluded.session_id,
        process_id = excluded.process_id, address = excluded.address, transport = excluded.transport,
        connected_at = clock_timestamp(), kicked_at = NULL
      RETURNING id, gateway_id, connected_at, ${HOLDER} AS holder
    ), begun AS (
      SELECT gateway_id, connected_at AS since, 1 AS opened FROM held
    ), ${beginPresence(processId)}
    SELECT held.id, holder, connected_at AS "connectedAt", EXISTS (SELECT FROM elsewhere) AS "isTakenOver"
    FROM self LEFT JOIN held ON true`.execute(db);
  if (rows.length === 0) throw new Error('this process is not registered');
  return rows.filter((row) => row.id !== null);
}

/**
 * Puts back the connections of a process that was taken for dead and is not, but for those whose client id another
 * connection holds by now. For their gateways it is as if they had never been away.
 */
export async function restoreConnections(
  db: Db,
  processId: string,
  connections: readonly HeldConnection[],
): Promise<void> {
  if (connections.length === 0) return;
  await sql`
    WITH self AS (${selfOf(processId)}), held AS (
      INSERT INTO connection (id, gateway_id, client_id, session_id, process_id, address, transport, connected_at)
      SELECT claim.id, claim.gateway_id, claim.client_id, claim.session_id, self.id, claim.address, claim.transport,
        known.connected_at
      FROM ${rowsOf(connections)}
      JOIN unnest(${connections.map(({ connectedAt }) => connectedAt)}::timestamptz[])
        WITH ORDINALITY AS known (connected_at, index) USING (index)
      JOIN session ON session.id = claim.session_id CROSS JOIN self
      ORDER BY claim.gateway_id, md5(claim.client_id)
      ON CONFLICT DO NOTHING
      RETURNING gateway_id, connected_at
    ), begun AS (
      SELECT gateway_id, min(connected_at) AS since, 0 AS opened FROM held GROUP BY gateway_id
    ), ${beginPresence(processId)}
    SELECT`.execute(db);
}

/**
 * Deletes connections that have ended, notes until when their gateways were online, and says which were there: one whose
 * client id another connection holds by now is not.
 */
export async function endConnections(db: Db, ended: readonly EndedConnection[]): Promise<Set<string>> {
  const ids = ended.map(({ id }) => id);
  const { rows } = await sql<{ id: string }>`
    WITH gone AS (
      DELETE FROM connection USING unnest(
        ${ids}::uuid[], ${ended.map(({ reason }) => reason)}::text[], ${ended.map(({ agoMs }) => agoMs)}::float8[]
      ) AS ended (id, reason, ago_ms)
      WHERE connection.id = ended.id AND connection.id IN (
        SELECT id FROM connection WHERE id = ANY (${ids}::uuid[]) ORDER BY gateway_id, md5(client_id) FOR UPDATE
      )
      RETURNING connection.id, gateway_id, ended.reason,
        greatest(connected_at, clock_timestamp() - ended.ago_ms * interval '1 millisecond') AS ended_at
    ), ${END_PRESENCE}
    SELECT id FROM gone`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** Ends whatever connections these processes still have; to be called under the lock of their rows. */
export async function endConnectionsOf(
  tx: Db,
  processIds: readonly string[],
  reason: EndReason & `broker_${string}`,
): Promise<void> {
  await sql`
    WITH gone AS (
      DELETE FROM connection USING process
      WHERE process.id = connection.process_id AND connection.id IN (
        SELECT id FROM connection WHERE process_id = ANY (${processIds}::uuid[])
        ORDER BY gateway_id, md5(client_id) FOR UPDATE
      )
      RETURNING gateway_id, greatest(connected_at, least(process.expires_at, now())) AS ended_at, ${reason}::text AS reason
    ), ${END_PRESENCE}
    SELECT`.execute(tx);
}

/** What ends connections, by id; and the client ids that other processes hold now. */
export interface AccessChanges {
  until: Date;
  revokedSessions: string[];
  deletedGateways: string[];
  suspendedCustomers: string[];
  heldElsewhere: string[];
  /** Connections of this process that somebody wants to end, however long ago that was said. */
  kicked: string[];
}

/**
 * What has changed since a look before, and in the minute before that: a transaction shows its rows only when it commits.
 * Times are the database's own.
 */
export async function findAccessChanges(db: Db, processId: string, since: Date | undefined): Promise<AccessChanges> {
  const { rows } = await sql<AccessChanges>`
    SELECT now() AS until,
      ARRAY(SELECT id::text FROM session WHERE revoked_at > since AND gateway_id IS NOT NULL) AS "revokedSessions",
      ARRAY(SELECT id::text FROM gateway WHERE deleted_at > since) AS "deletedGateways",
      ARRAY(SELECT id::text FROM customer WHERE suspended_at > since) AS "suspendedCustomers",
      ARRAY(SELECT ${HOLDER} FROM connection WHERE connected_at > since AND process_id <> ${processId}) AS "heldElsewhere",
      ARRAY(SELECT id::text FROM connection WHERE process_id = ${processId} AND kicked_at IS NOT NULL) AS kicked
    FROM (SELECT coalesce(${since ?? null}::timestamptz, now()) - interval '1 minute' AS since) AS look`.execute(db);
  return rows[0] as AccessChanges;
}
