import { existsSync } from 'node:fs';
import { mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StepCloudError } from '../errors.ts';
import type { Log } from '../telemetry/log.ts';
import { bytesOf, checkBackup, type Manifest } from './backup-manifest.ts';
import { locatePackage, prepareBinaries, readVersion } from './binaries.ts';
import { databaseUrl } from './claim.ts';
import { type Cluster, clusterAt, type Engine, locateCluster } from './cluster.ts';
import { giveTo, giveWhole, openHome } from './home.ts';
import { findEmbeddedPostgres } from './index.ts';
import { chooseCluster, placeInstallation, readInstallation } from './installation.ts';
import { choosePort } from './port.ts';
import { lastLinesOf, launchPostmaster, stopPostmaster } from './postmaster.ts';
import { findProcesses, signal as sendSignal } from './processes.ts';
import { formatBytes, sayProgress } from './progress.ts';
import { unpackTar } from './tar.ts';
import { createWholeFolder } from './whole-folder.ts';

export interface RestoreOptions {
  /** The folder of the installation to be; it has none yet. */
  dataDir: string;
  keysFile: string;
  /** Sees the restored database before it is put in place; what it throws undoes all. */
  inspect: (url: string) => Promise<void>;
  log: Log;
  signal: AbortSignal;
  /** Extra settings of postgresql.conf while it recovers, e.g. `fsync: 'off'` in tests. */
  settings?: Record<string, string>;
}

/**
 * Makes an installation of a backup: checked, recovered by Postgres and seen by `inspect` before it is put in place, so
 * that whatever fails leaves nothing behind. Never takes the place of another installation.
 */
export async function restoreBackup(backup: string, options: RestoreOptions): Promise<void> {
  const { keysFile, log, signal } = options;
  await refuseInstallation(options.dataDir);
  const manifest = await checkBackup(backup, log, signal);
  log.info(`the backup is as it was made: ${formatBytes(bytesOf(manifest))} of ${manifest.finishedAt}`);
  await refuseOtherPostgres(manifest);
  await refuseOtherKeys(backup, keysFile);

  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const dataDir = await realpath(options.dataDir);
  const home = await openHome(dataDir);
  const installation = { ...(await readInstallation(backup))!, cluster: await chooseCluster(dataDir, home) };
  const cluster = await locateCluster(dataDir, installation);
  const binaries = await prepareBinaries(locatePackage(), home.folder, home.account !== undefined);
  const engine = { binaries, account: home.account };

  const made = await createWholeFolder(cluster.folder, async (draft, desk) => {
    await mkdir(draft, { mode: 0o700 });
    await unpackTar(join(backup, 'base.tar'), draft, sayProgress(log, 'unpacked', bytesOf(manifest)), signal);
    await giveTo(engine.account, desk);
    await giveWhole(engine.account, draft);
    await recover(clusterAt(draft, cluster.password), engine, { ...options, dataDir });
    await placeKeys(backup, keysFile);
  });
  if (!made) throw new StepCloudError('CONFLICT', `${cluster.folder} exists already: move it away`);
  if (await placeInstallation(dataDir, installation)) return;
  await rm(cluster.folder, { recursive: true });
  throw new StepCloudError('CONFLICT', `${dataDir} has got an installation meanwhile`);
}

async function refuseInstallation(dataDir: string): Promise<void> {
  if (await findEmbeddedPostgres(dataDir))
    throw new StepCloudError('CONFLICT', `StepCloud runs on ${dataDir}: stop it, and move its data away`);
  if (existsSync(join(dataDir, 'postgres.json')))
    throw new StepCloudError(
      'CONFLICT',
      `there is an installation in ${dataDir}: move it away (mv ${dataDir} ${dataDir}.old), or set STEPCLOUD_DATA_DIR`,
    );
}

async function refuseOtherPostgres({ postgres }: Manifest): Promise<void> {
  const version = await readVersion(locatePackage());
  if (Number.parseInt(version, 10) === postgres) return;
  throw new StepCloudError(
    'CONFIG_INVALID',
    `the backup is of Postgres ${postgres}, and this release has ${version}: restore it with the release that made it`,
  );
}

async function refuseOtherKeys(backup: string, keysFile: string): Promise<void> {
  if (!existsSync(keysFile) || (await readKeys(backup)).equals(await readFile(keysFile))) return;
  throw new StepCloudError('CONFLICT', `${keysFile} has other keys than the backup: move it away`);
}

const readKeys = (backup: string) => readFile(join(backup, 'keys.json'));

async function placeKeys(backup: string, keysFile: string): Promise<void> {
  if (existsSync(keysFile)) return;
  await mkdir(dirname(keysFile), { recursive: true });
  await writeFile(keysFile, await readKeys(backup), { mode: 0o600, flag: 'wx', flush: true });
}

/** Has Postgres replay the WAL of the backup, and stops it in order: the next start has nothing to recover. */
async function recover(
  cluster: Cluster,
  engine: Engine,
  { dataDir, inspect, log, signal, settings = {} }: RestoreOptions,
): Promise<void> {
  const logFile = join(dataDir, 'postgres.log');
  log.info(`Postgres recovers; ${logFile} says how far it is`);
  const stopEarly = async () => {
    for (const pid of (await findProcesses(cluster)).postmasters) sendSignal(pid, 'SIGINT');
  };
  signal.addEventListener('abort', stopEarly, { once: true });
  const start = { port: await choosePort([]), settings, logFile, maxStartupMs: Number.POSITIVE_INFINITY };
  const postmaster = await launchPostmaster(cluster, engine, start);
  try {
    signal.throwIfAborted();
    if (!postmaster)
      throw new StepCloudError('DATABASE_UNAVAILABLE', `Postgres does not recover: ${await lastLinesOf(logFile)}`);
    await inspect(databaseUrl(cluster, postmaster));
    signal.throwIfAborted();
  } finally {
    if (postmaster) await stopPostmaster(cluster, postmaster.pid);
  }
}
