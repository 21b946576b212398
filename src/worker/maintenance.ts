import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../db/database.ts';
import { listRequestedJobs, registerJobs, releaseLock, takeLock } from '../db/maintenance.ts';
import type { Job, JobContext } from './job.ts';
import { type Planned, runJob } from './run.ts';

const TICK_MS = 1_000;
const FIRST_RUN_MS = 60_000;
const STOP_TIMEOUT_MS = 2_000;

export interface MaintenanceOptions extends Omit<JobContext, 'signal'> {
  /** A pool of its own, with a connection for each job and two more. */
  readonly db: Database;
  readonly jobs: readonly Job[];
  readonly tickMs?: number;
}

export interface Maintenance {
  /** Cuts off what runs; the next process goes on with it. */
  close(): Promise<void>;
}

/**
 * Runs the jobs of the installation in one of its worker processes: the one whose connection holds the lock of the schedule.
 * The others wait for that lock, which ends with its connection. Each run holds a lock of its own on the connection that
 * does the work, so that a process that lost the schedule and has not noticed yet runs nothing beside the next one.
 */
export function startMaintenance({ jobs, tickMs = TICK_MS, ...context }: MaintenanceOptions): Maintenance {
  const { db, clock, log } = context;
  const stopping = new AbortController();
  const running = new Map<string, Promise<void>>();
  const working = work();

  async function work(): Promise<void> {
    for (let told = ''; !stopping.signal.aborted; await pause()) {
      try {
        await db.connection().execute(waitForSchedule);
        told = '';
      } catch (error) {
        const reason = (error as Error).message;
        if (reason !== told) log.warn({ reason }, 'maintenance waits for the database');
        told = reason;
      }
    }
  }

  async function pause(): Promise<void> {
    await delay(tickMs, undefined, { signal: stopping.signal }).catch(() => {});
  }

  async function waitForSchedule(connection: Database): Promise<void> {
    while (!stopping.signal.aborted) {
      if ((await takeLock(connection)) === undefined) await pause();
      else return keepSchedule(connection);
    }
  }

  /** Until the process stops, or the connection is lost and the lock with it. */
  async function keepSchedule(connection: Database): Promise<void> {
    const over = new AbortController();
    try {
      const plan = await openPlan(connection);
      for (; !stopping.signal.aborted; await pause()) {
        const requested = await listRequestedJobs(connection);
        for (const planned of plan) {
          const isRequested = requested.includes(planned.job.name);
          if (isRequested || isDue(planned)) start(planned, isRequested, over.signal);
        }
      }
    } finally {
      over.abort();
      await Promise.race([Promise.all(running.values()), delay(STOP_TIMEOUT_MS)]);
      await releaseLock(connection).catch(() => {});
    }
  }

  function start(planned: Planned, isRequested: boolean, signal: AbortSignal): void {
    const { name } = planned.job;
    if (running.has(name)) return;
    const own = log.child({ job: name });
    const run = runJob(planned, isRequested, { ...context, signal, log: own })
      .catch((error: Error) => own.warn({ reason: error.message }, 'maintenance did not get to it, trying again'))
      .finally(() => running.delete(name));
    running.set(name, run);
  }

  async function openPlan(connection: Database): Promise<Planned[]> {
    const now = clock();
    const known = await registerJobs(
      connection,
      jobs.map(({ name, everyMs }) => ({ name, everyMs, firstRunAt: new Date(now + Math.min(everyMs, FIRST_RUN_MS)) })),
    );
    return known.flatMap(({ name, nextRunAt, succeededAt, error }) => {
      const job = jobs.find((one) => one.name === name);
      if (succeededAt) context.metrics.succeeded.set({ name }, succeededAt.getTime() / 1000);
      return job ? [{ job, nextRunAt: nextRunAt.getTime(), writtenAt: 0, failing: error !== null }] : [];
    });
  }

  /** Also when the clock was set back: a run is never further away than its interval. */
  function isDue({ nextRunAt, job }: Planned): boolean {
    const wait = nextRunAt - clock();
    return wait <= 0 || wait > Math.max(job.everyMs, FIRST_RUN_MS);
  }

  return {
    async close() {
      stopping.abort();
      await working;
    },
  };
}
