import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Cluster, type Engine, POSTGRES_ENV } from './cluster.ts';
import { runAs } from './home.ts';
import { findProcesses, identity, poll, signal } from './processes.ts';

/** A running Postgres server. */
export interface Postmaster {
  pid: number;
  port: number;
}

/** How to start one. */
export interface Start {
  port: number;
  settings: Record<string, string>;
  logFile: string;
  /** How long it may take to get ready; without it, as long as after a crash. */
  maxStartupMs?: number;
}

/** Recovery after a crash replays at most `max_wal_size` (1 GB). */
const MAX_STARTUP_MS = 120_000;

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '256MB',
  max_connections: '200',
  max_locks_per_transaction: '256',
  wal_compression: 'on',
};

/**
 * The postmaster that an earlier run left behind, or that another process has just started, once it is ready.
 * Undefined when there is none; then nothing of the cluster is running any more, orphaned backends included.
 */
export async function findPostmaster(cluster: Cluster): Promise<Postmaster | undefined> {
  const { postmasters, others } = await findProcesses(cluster);
  const lock = await readLock(cluster);
  const pid = postmasters.find((candidate) => candidate === lock?.pid) ?? postmasters[0];
  if (pid !== undefined) return untilReady(cluster, pid);
  await endOrphans(cluster, others);
  return undefined;
}

/** The postmaster that serves right now, if one does; changes nothing. */
export async function readyPostmaster(cluster: Cluster): Promise<Postmaster | undefined> {
  const lock = await readLock(cluster);
  const ready = lock?.status === 'ready' && (await isRunning(cluster, lock.pid));
  return ready ? { pid: lock.pid, port: lock.port } : undefined;
}

/** Starts Postgres; undefined when it ends instead of getting ready (the log file says why). */
export async function launchPostmaster(
  cluster: Cluster,
  engine: Engine,
  start: Start,
): Promise<Postmaster | undefined> {
  return untilReady(cluster, await spawnDetached(cluster, engine, start), start.maxStartupMs);
}

/** What Postgres said last, for an error that it caused. */
export async function lastLinesOf(logFile: string): Promise<string> {
  const lines = (await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-10).join('\n');
  return `${logFile} ends:\n${lines}`;
}

/** Ends it in order (the clients are sent away, a checkpoint is written), and with force only when that takes too long. */
export async function stopPostmaster(cluster: Cluster, pid: number): Promise<void> {
  const ended = async () => ((await isRunning(cluster, pid)) ? undefined : true);
  const steps: [NodeJS.Signals, number][] = [
    ['SIGINT', 10_000],
    ['SIGQUIT', 6_000],
    ['SIGKILL', 2_000],
  ];
  for (const [name, maxWaitMs] of steps) {
    if (await ended()) return;
    signal(pid, name);
    if (await poll(ended, maxWaitMs)) return;
  }
}

/** In a session of its own, which no Ctrl-C reaches, and which may outlive this process. */
async function spawnDetached(cluster: Cluster, engine: Engine, { port, settings, logFile }: Start): Promise<number> {
  const options = Object.entries({ ...SETTINGS, ...settings, port }).map(([name, value]) => `--${name}=${value}`);
  const env = { ...POSTGRES_ENV, ...(await distrustOfLock(cluster)) };
  const log = await open(logFile, 'a', 0o600);
  try {
    const child = spawn(join(engine.binaries, 'postgres'), [...identity(cluster), ...options], {
      cwd: cluster.folder,
      detached: true,
      env,
      stdio: ['ignore', log.fd, log.fd],
      ...runAs(engine.account),
    });
    await once(child, 'spawn');
    child.unref();
    return child.pid!;
  } finally {
    await log.close();
  }
}

/**
 * Postgres removes a stale postmaster.pid, but not while the process named there lives, even if that pid went to another
 * program since. It makes an exception for the grandparent that pg_ctl names (CreateLockFile in miscinit.c), and still
 * looks for backends that hold the shared memory; so we name what is no postmaster of this cluster.
 */
async function distrustOfLock(cluster: Cluster): Promise<{ PG_GRANDPARENT_PID?: string }> {
  const lock = await readLock(cluster);
  return lock && !(await isRunning(cluster, lock.pid)) ? { PG_GRANDPARENT_PID: String(lock.pid) } : {};
}

/** Undefined when the postmaster ends, or takes too long and is ended. */
async function untilReady(
  cluster: Cluster,
  pid: number,
  maxStartupMs = MAX_STARTUP_MS,
): Promise<Postmaster | undefined> {
  const outcome = await poll(async () => {
    if (!(await isRunning(cluster, pid))) return 'ended';
    const lock = await readLock(cluster);
    return lock?.pid === pid && lock.status === 'ready' ? { pid, port: lock.port } : undefined;
  }, maxStartupMs);
  if (outcome === undefined) await stopPostmaster(cluster, pid);
  return outcome === 'ended' ? undefined : outcome;
}

async function isRunning(cluster: Cluster, pid: number): Promise<boolean> {
  return (await findProcesses(cluster)).postmasters.includes(pid);
}

/** What postmaster.pid says; see pidfile.h of Postgres. */
async function readLock(cluster: Cluster): Promise<{ pid: number; port: number; status: string } | undefined> {
  const text = await readFile(join(cluster.folder, 'postmaster.pid'), 'utf8').catch(() => '');
  const [pid = '', , , port = '', , , , status = ''] = text.split('\n');
  return pid ? { pid: Number(pid), port: Number(port), status: status.trim() } : undefined;
}

/** A backend that is busy does not notice that its postmaster died, and its hold on the shared memory bars the next. */
async function endOrphans(cluster: Cluster, pids: number[]): Promise<void> {
  for (const pid of pids) signal(pid, 'SIGKILL');
  await poll(
    async () => ((await findProcesses(cluster)).others.some((pid) => pids.includes(pid)) ? undefined : true),
    5_000,
  );
}
