import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type QueryResultRow } from 'pg';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { locateCluster } from '../../src/embedded/cluster.ts';
import { type EmbeddedPostgresOptions, findClusterFolder, startEmbeddedPostgres } from '../../src/embedded/index.ts';
import { readInstallation } from '../../src/embedded/installation.ts';
import { findPostmaster, stopPostmaster } from '../../src/embedded/postmaster.ts';

export const isRoot = process.getuid?.() === 0;

export type Sandbox = Awaited<ReturnType<typeof openSandbox>>;

/**
 * A data folder for one test, or until `later` runs what it was given. As root it lies under root's home, in a folder that
 * nobody else can enter.
 */
export async function openSandbox(later: (remove: () => Promise<void>) => void = onTestFinished) {
  const root = await mkdtemp(join(isRoot ? homedir() : tmpdir(), 'stepcloud-embedded-'));
  const dataDir = join(root, '.stepcloud');
  later(() => removeSandbox(root, dataDir));

  const warnings: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line) => warnings.push(JSON.parse(line).msg) });
  const settings = { fsync: 'off', shared_buffers: '16MB' };
  const start = (options: Partial<EmbeddedPostgresOptions> = {}) =>
    startEmbeddedPostgres({ dataDir, log, settings, ...options });

  return {
    root,
    dataDir,
    settings,
    warnings,
    start,
    clusterFolder: async () => (await findClusterFolder(dataDir))!,
    /** Another process that starts Postgres; `url` comes once it has. */
    forkOwner: () => forkOwner(dataDir),
    /** The postmaster that its lock file names. */
    postmasterPid: async () => {
      const lock = await readFile(join((await findClusterFolder(dataDir))!, 'postmaster.pid'), 'utf8');
      return Number.parseInt(lock, 10);
    },
  };
}

export async function query<Row extends QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}

function forkOwner(dataDir: string) {
  const process = fork(new URL('owner.mjs', import.meta.url), [dataDir], { execArgv: [] });
  onTestFinished(() => kill(process));
  const url = new Promise<string>((resolve, reject) => {
    process.once('message', (message) => resolve(String(message)));
    process.once('exit', () => reject(new Error('the owner ended')));
  });
  url.catch(() => {});
  return { process, url };
}

async function removeSandbox(root: string, dataDir: string): Promise<void> {
  const installation = await readInstallation(dataDir);
  if (installation) {
    const cluster = await locateCluster(dataDir, installation);
    const postmaster = await findPostmaster(cluster);
    if (postmaster) await stopPostmaster(cluster, postmaster.pid);
    await rm(cluster.folder, { recursive: true, force: true });
  }
  await rm(root, { recursive: true, force: true });
}
