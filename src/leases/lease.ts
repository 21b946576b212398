import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../db/database.ts';
import { endDeadProcesses, endProcess, type Process, registerProcess, renewLease } from '../db/processes.ts';
import { inTime } from '../deadline.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** How often a lease is renewed before it would run out. */
const RENEWALS = 4;
/** What takes longer is given up: a connection to the database may be dead without saying so. */
const DEADLINE_MS = 5_000;
const STOP_TIMEOUT_MS = 2_000;

export interface LeaseOptions {
  db: Database;
  processId: string;
  role: Process['role'];
  version: string;
  leaseMs: number;
  metrics: Metrics['leases'];
  log: Log;
  monotonic?: () => number;
}

export interface Lease {
  readonly processId: string;
  /** Whether the process could be registered at the first try; until it is, a broker lets nobody in. */
  readonly registered: Promise<void>;
  /** Called when the process was taken for dead and is not; again each time until it succeeds. */
  onReturn(restore: () => Promise<void>): void;
  /** Says that the process stops. */
  close(): Promise<void>;
}

/**
 * Says to the database that this process lives, as long as it does, and buries those that do so no more
 * (docs/decisions/0007). A process that was stopped or cut off for longer than its lease registers again.
 */
export function startLease(options: LeaseOptions): Lease {
  const { db, processId, role, version, leaseMs, metrics, log, monotonic = () => performance.now() } = options;
  const self: Process = { id: processId, role, version, host: hostname() };
  const startedAt = monotonic();
  const stopping = new AbortController();
  let restore = async (): Promise<void> => {};
  let isRegistered = false;
  let renewedAt = startedAt;
  let sparedUntil = startedAt;
  let isAway = false;

  async function renew(): Promise<void> {
    if (!isRegistered || !(await renewLease(db, processId, leaseMs))) {
      if (isRegistered) log.warn('this process was taken for dead: it registers again');
      isRegistered = false;
      await registerProcess(db, self, monotonic() - startedAt, leaseMs);
      await restore();
      isRegistered = true;
    }
    const now = monotonic();
    if (now - renewedAt > leaseMs) {
      metrics.lapsed.inc();
      sparedUntil = now + leaseMs;
    }
    renewedAt = now;
  }

  /** Who was away itself, as when the database was, gives the others the time of a lease to come back as well. */
  async function bury(): Promise<void> {
    if (monotonic() < sparedUntil) return;
    for (const { id, ...dead } of await endDeadProcesses(db)) {
      metrics.died.inc({ role: dead.role });
      log.warn({ process: id, ...dead }, 'a process has died: its lease ran out, and its connections are ended');
    }
  }

  async function tick(): Promise<void> {
    await inTime('renewing the lease', DEADLINE_MS, renew);
    await inTime('looking for dead processes', DEADLINE_MS, bury);
    isAway = false;
  }

  async function tickSafely(): Promise<void> {
    await tick().catch((error: Error) => {
      if (!isAway) log.warn({ reason: error.message }, 'cannot renew the lease of this process now');
      isAway = true;
    });
  }

  async function keep(): Promise<void> {
    await registered.catch(() => {});
    while (!stopping.signal.aborted) {
      await delay(leaseMs / RENEWALS, undefined, { signal: stopping.signal }).catch(() => {});
      if (!stopping.signal.aborted) await tickSafely();
    }
  }

  const registered = tick();
  const keeping = keep();
  return {
    processId,
    registered,
    onReturn: (handler) => {
      restore = handler;
    },
    async close() {
      stopping.abort();
      const end = async (): Promise<void> => {
        await keeping; // or it would renew what is ended
        await endProcess(db, processId);
      };
      await inTime('ending the lease', STOP_TIMEOUT_MS, end).catch((error: Error) => {
        log.warn({ reason: error.message }, 'the lease of this process stays until it runs out');
      });
    },
  };
}
