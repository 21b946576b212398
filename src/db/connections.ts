import { sql } from 'kysely';
import type { Db } from './database.ts';

export interface NewConnection {
  id: string;
  gatewayId: string;
  clientId: string;
  sessionId: string;
  address: string;
}

/** A gateway and a client id of it, in a form that is short however long the id is. */
const HOLDER = sql<string>`gateway_id || ' ' || md5(client_id)`;

/**
 * Makes each of these connections, no two of one gateway, the one that holds its client id, whoever held it before, and
 * notes that its session was used. `isTakenOver` tells whether another process held one of them, as far as that was
 * visible. A connection whose session is gone is left out. Locks rows in order, so that processes do not deadlock.
 */
export async function claimClientIds(
  db: Db,
  processId: string,
  connections: readonly NewConnection[],
  now: Date,
): Promise<{ id: string; holder: string; isTakenOver: boolean }[]> {
  const { rows } = await sql<{ id: string; holder: string; isTakenOver: boolean }>`
    WITH claimed AS (
      SELECT claim.* FROM unnest(
        ${connections.map(({ id }) => id)}::uuid[], ${connections.map(({ gatewayId }) => gatewayId)}::uuid[],
        ${connections.map(({ clientId }) => clientId)}::text[], ${connections.map(({ sessionId }) => sessionId)}::uuid[],
        ${connections.map(({ address }) => address)}::text[]
      ) AS claim (id, gateway_id, client_id, session_id, address)
      JOIN session ON session.id = claim.session_id
    ), used AS (
      UPDATE session SET last_used_at = ${now}, last_address = free.address
      FROM (
        SELECT session.id, claimed.address FROM session JOIN claimed ON claimed.session_id = session.id
        FOR NO KEY UPDATE OF session SKIP LOCKED
      ) AS free
      WHERE session.id = free.id
    ), elsewhere AS (
      SELECT FROM connection JOIN claimed USING (gateway_id)
      WHERE md5(connection.client_id) = md5(claimed.client_id) AND process_id <> ${processId}
    )
    INSERT INTO connection (id, gateway_id, client_id, session_id, process_id, address, connected_at)
    SELECT id, gateway_id, client_id, session_id, ${processId}::uuid, address, clock_timestamp()
    FROM claimed ORDER BY gateway_id
    ON CONFLICT (gateway_id, md5(client_id)) DO UPDATE SET id = excluded.id, session_id = excluded.session_id,
      process_id = excluded.process_id, address = excluded.address, connected_at = clock_timestamp()
    RETURNING id, ${HOLDER} AS holder, EXISTS (SELECT FROM elsewhere) AS "isTakenOver"`.execute(db);
  return rows;
}

/** Deletes connections that have ended; one whose client id another connection holds by now is not there any more. */
export async function deleteConnections(db: Db, ids: readonly string[]): Promise<void> {
  await sql`
    DELETE FROM connection WHERE id IN (
      SELECT id FROM connection WHERE id = ANY (${ids}::uuid[]) ORDER BY gateway_id, md5(client_id) FOR UPDATE
    )`.execute(db);
}

/** What ends connections, by id; and the client ids that other processes hold now. */
export interface AccessChanges {
  until: Date;
  revokedSessions: string[];
  deletedGateways: string[];
  suspendedCustomers: string[];
  heldElsewhere: string[];
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
      ARRAY(SELECT ${HOLDER} FROM connection WHERE connected_at > since AND process_id <> ${processId}) AS "heldElsewhere"
    FROM (SELECT coalesce(${since ?? null}::timestamptz, now()) - interval '1 minute' AS since) AS look`.execute(db);
  return rows[0] as AccessChanges;
}
