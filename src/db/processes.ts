import { sql } from 'kysely';
import { endConnectionsOf } from './connections.ts';
import type { Database, Db } from './database.ts';

/** A process that works on this database. */
export interface Process {
  readonly id: string;
  readonly role: 'broker' | 'worker' | 'api';
  readonly version: string;
  readonly host: string;
}

/** Writes down that the process lives, for so long already, and for as long as its lease lasts. */
export async function registerProcess(db: Db, process: Process, agoMs: number, leaseMs: number): Promise<void> {
  const { id, role, version, host } = process;
  await sql`
    INSERT INTO process (id, role, version, host, started_at, renewed_at, expires_at)
    SELECT ${id}::uuid, ${role}, ${version}, ${host}, now - ${agoMs} * interval '1 millisecond', now,
      now + ${leaseMs} * interval '1 millisecond'
    FROM (SELECT clock_timestamp() AS now) AS clock
    ON CONFLICT (id) DO UPDATE SET renewed_at = excluded.renewed_at, expires_at = excluded.expires_at`.execute(db);
}

/** Makes its lease last from now on; false where it is not there any more: then it was taken for dead. */
export async function renewLease(db: Db, id: string, leaseMs: number): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE process SET renewed_at = now, expires_at = now + ${leaseMs} * interval '1 millisecond'
    FROM (SELECT clock_timestamp() AS now) AS clock WHERE id = ${id}`.execute(db);
  return numAffectedRows === 1n;
}

export type DeadProcess = Pick<Process, 'id' | 'role' | 'host'> & { expiredAt: Date };

/**
 * Forgets the processes whose lease has run out, ends their connections at that time, and says whom it found. Any number
 * may do so at once: what one is at, the others leave to it. A process that comes back meanwhile waits, and then knows.
 */
export async function endDeadProcesses(db: Database): Promise<DeadProcess[]> {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<DeadProcess>`
      SELECT id, role, host, expires_at AS "expiredAt" FROM process
      WHERE expires_at < clock_timestamp() ORDER BY id FOR UPDATE SKIP LOCKED`.execute(tx);
    // In statements of their own, which see what these processes did before they were locked.
    const ids = rows.map(({ id }) => id);
    if (ids.length > 0) await endConnectionsOf(tx, ids, 'broker_died');
    if (ids.length > 0) await deleteProcesses(tx, ids);
    return rows;
  });
}

/** Forgets a process that stops, and ends what connections it left. */
export async function endProcess(db: Database, id: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`SELECT FROM process WHERE id = ${id} FOR UPDATE`.execute(tx);
    await endConnectionsOf(tx, [id], 'broker_stopped');
    await deleteProcesses(tx, [id]);
  });
}

async function deleteProcesses(tx: Db, ids: readonly string[]): Promise<void> {
  await sql`DELETE FROM process WHERE id = ANY (${ids}::uuid[])`.execute(tx);
}

export interface ProcessView extends Process {
  startedAt: Date;
  renewedAt: Date;
  /** Null for one that takes none. */
  connections: number | null;
}

/** The living processes, in the order in which they started, from behind `after`. */
export async function listProcesses(
  db: Db,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<ProcessView[]> {
  const { rows } = await sql<ProcessView>`
    SELECT id, role, version, host, started_at AS "startedAt", renewed_at AS "renewedAt",
      CASE role WHEN 'broker' THEN coalesce(held.connections, 0) END AS connections
    FROM process
    LEFT JOIN (SELECT process_id, count(*)::int4 AS connections FROM connection GROUP BY process_id) AS held
      ON held.process_id = process.id
    WHERE expires_at > now() AND id > coalesce(${after ?? null}::uuid, '00000000-0000-0000-0000-000000000000')
    ORDER BY id LIMIT ${limit}`.execute(db);
  return rows;
}
