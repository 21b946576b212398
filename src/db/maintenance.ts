import { type RawBuilder, sql } from 'kysely';
import type { Database, Db } from './database.ts';

/** What a run did, for people: counts and names. */
export type JobResult = Record<string, string | number | boolean | null>;

/**
 * Takes a lock for as long as this connection lasts, and says which backend of Postgres serves the connection. Undefined
 * when another connection has the lock. It is lost with the connection, so that nobody waits for a process that was killed.
 */
export async function takeLock(connection: Db, job?: string): Promise<number | undefined> {
  const { rows } = await sql<{ pid: number; taken: boolean }>`
    SELECT pg_backend_pid() AS pid, pg_try_advisory_lock(${lockOf(job)}) AS taken`.execute(connection);
  return rows[0]?.taken ? rows[0].pid : undefined;
}

export async function releaseLock(connection: Db, job?: string): Promise<void> {
  await sql`SELECT pg_advisory_unlock(${lockOf(job)})`.execute(connection);
}

/** The lock of a run of a job, or that of the schedule. */
function lockOf(job: string | undefined): RawBuilder<string> {
  return sql`hashtextextended(${`stepcloud.maintenance${job === undefined ? '' : `.${job}`}`}, 0)`;
}

/** All jobs by name, with how they went; `running` by the lock that a run holds, whatever its process came to. */
export async function listJobs(db: Db) {
  const held = sql<boolean>`EXISTS (
    SELECT FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND objsubid = 1
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND (classid::int8 << 32) + objid::int8 = hashtextextended('stepcloud.maintenance.' || name, 0)
  )`;
  return db
    .selectFrom('maintenance_job')
    .select(['name', 'next_run_at as nextRunAt', 'requested_at as requestedAt', 'run_by as runBy', 'error', 'result'])
    .select(['started_at as startedAt', 'finished_at as finishedAt', 'succeeded_at as succeededAt'])
    .select(['result_at as resultAt', held.as('running'), sql<number>`every_ms::float8`.as('everyMs')])
    .orderBy('name')
    .execute();
}

/** Has a job run soon; false when there is none of this name. */
export async function requestJob(db: Db, name: string, at: Date): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('maintenance_job')
    .where('name', '=', name)
    .set({ requested_at: at })
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Ends a connection of this installation, and with it whatever it does. */
export async function endBackend(db: Db, pid: number): Promise<void> {
  await sql`SELECT pg_terminate_backend(${pid})`.execute(db);
}

/** Adds the jobs that the database does not know yet, forgets those of earlier releases, and says what it knows of these. */
export async function registerJobs(db: Database, jobs: readonly { name: string; everyMs: number; firstRunAt: Date }[]) {
  const names = jobs.map(({ name }) => name);
  await db.deleteFrom('maintenance_job').where('name', 'not in', names).execute();
  await db
    .insertInto('maintenance_job')
    .values(jobs.map(({ name, everyMs, firstRunAt }) => ({ name, every_ms: everyMs, next_run_at: firstRunAt })))
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({ every_ms: (row) => row.ref('excluded.every_ms') })
        .where('maintenance_job.every_ms', '<>', (row) => row.ref('excluded.every_ms')),
    )
    .execute();
  return db
    .selectFrom('maintenance_job')
    .where('name', 'in', names)
    .select(['name', 'next_run_at as nextRunAt', 'succeeded_at as succeededAt', 'error'])
    .execute();
}

/** Names of the jobs that somebody wants to run now. */
export async function listRequestedJobs(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('maintenance_job').where('requested_at', 'is not', null).select('name').execute();
  return rows.map(({ name }) => name);
}

export interface RunRecord {
  readonly name: string;
  /** The process, for people: host and pid. */
  readonly runBy: string;
  readonly startedAt: Date;
}

/** A run that begins answers what was requested before; until its end is written down the job is due. */
export async function recordRunStart(db: Db, { name, runBy, startedAt }: RunRecord): Promise<void> {
  await db
    .updateTable('maintenance_job')
    .where('name', '=', name)
    .set({ run_by: runBy, started_at: startedAt, requested_at: null })
    .set({ next_run_at: sql`least(next_run_at, ${startedAt})` })
    .execute();
}

export interface RunEnd extends RunRecord {
  readonly finishedAt: Date;
  readonly nextRunAt: Date;
  /** What it did; undefined when there was nothing to do. */
  readonly result?: JobResult | undefined;
  /** Why it failed. */
  readonly error?: string | undefined;
}

export async function recordRunEnd(db: Db, run: RunEnd): Promise<void> {
  const { name, runBy, startedAt, finishedAt, nextRunAt, result, error = null } = run;
  await db
    .updateTable('maintenance_job')
    .where('name', '=', name)
    .set({ run_by: runBy, started_at: startedAt, finished_at: finishedAt, next_run_at: nextRunAt, error })
    .$if(error === null, (update) => update.set({ succeeded_at: finishedAt }))
    .$if(result !== undefined, (update) => update.set({ result: result ?? null, result_at: finishedAt }))
    .execute();
}
