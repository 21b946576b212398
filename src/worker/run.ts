import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../db/database.ts';
import { endBackend, type JobResult, recordRunEnd, recordRunStart, releaseLock, takeLock } from '../db/maintenance.ts';
import type { Job, JobContext } from './job.ts';

const RETRY_MS = 60_000;
/** Runs of a job that comes more often are written down only when there is something to tell, and now and then. */
const WRITTEN_EVERY_MS = 5 * 60_000;
/** How long a run may take to end by itself when it is asked to, before its connection is ended. */
const GRACE_MS = 500;
const RUN_BY = `${hostname()}:${process.pid}`;

/** A job as the process that keeps the schedule knows it. */
export interface Planned {
  readonly job: Job;
  nextRunAt: number;
  /** When its row was written last. */
  writtenAt: number;
  failing: boolean;
}

/**
 * Runs a job once, on a connection that holds its lock. Does nothing while an earlier run, in whatever process, has not
 * ended. A run that is cut off by the signal leaves the job due.
 */
export async function runJob(planned: Planned, requested: boolean, context: JobContext): Promise<void> {
  const { name } = planned.job;
  await context.db.connection().execute(async (connection) => {
    const pid = await takeLock(connection, name);
    if (pid === undefined) return;
    const done = new AbortController();
    cutOff(context, pid, done.signal);
    try {
      await runLocked(planned, requested, connection, context);
    } finally {
      done.abort();
      await releaseLock(connection, name).catch(() => {});
    }
  });
}

/** Ends the connection of a run that goes on though it was asked to end; with it ends whatever it waits for. */
function cutOff({ db, signal }: JobContext, pid: number, done: AbortSignal): void {
  const cut = async () => {
    await delay(GRACE_MS, undefined, { signal: done });
    await endBackend(db, pid);
  };
  signal.addEventListener('abort', () => void cut().catch(() => {}), { once: true, signal: done });
}

async function runLocked(planned: Planned, requested: boolean, db: Database, context: JobContext): Promise<void> {
  const { name, everyMs } = planned.job;
  const { clock, signal, log } = context;
  const begin = { name, runBy: RUN_BY, startedAt: new Date(clock()) };
  const isFrequent = everyMs < WRITTEN_EVERY_MS;
  if (requested || !isFrequent) await recordRunStart(db, begin);
  const { result, error } = await attempt(planned.job, { ...context, db });
  if (error !== undefined && signal.aborted) return;

  const finishedAt = clock();
  planned.nextRunAt = finishedAt + (error === undefined ? everyMs : Math.min(everyMs, RETRY_MS));
  if (result) log[isFrequent ? 'debug' : 'info'](result, 'maintenance done');
  const isNews = requested || !isFrequent || result !== undefined || error !== undefined || planned.failing;
  if (!isNews && Math.abs(finishedAt - planned.writtenAt) < WRITTEN_EVERY_MS) return;
  const end = { ...begin, finishedAt: new Date(finishedAt), nextRunAt: new Date(planned.nextRunAt), result, error };
  await recordRunEnd(error === undefined ? db : context.db, end); // a fault may have cost this connection
  planned.writtenAt = finishedAt;
  planned.failing = error !== undefined;
}

async function attempt(job: Job, context: JobContext): Promise<{ result?: JobResult | undefined; error?: string }> {
  const { clock, metrics, log } = context;
  const { name } = job;
  const startedAt = performance.now();
  try {
    const result = await job.run(context);
    metrics.runs.inc({ name, outcome: 'succeeded' });
    metrics.succeeded.set({ name }, clock() / 1000);
    metrics.seconds.set({ name }, (performance.now() - startedAt) / 1000);
    return { result };
  } catch (reason) {
    const error = (reason as Error).message;
    if (context.signal.aborted) return { error };
    metrics.runs.inc({ name, outcome: 'failed' });
    log.warn({ reason: error }, 'maintenance failed, trying again');
    return { error };
  }
}
