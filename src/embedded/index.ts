import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { StepCloudError } from '../errors.ts';
import type { Log } from '../telemetry/log.ts';
import { locatePackage, prepareBinaries } from './binaries.ts';
import { claimCluster, createDatabase, databaseUrl } from './claim.ts';
import { type Cluster, createCluster, locateCluster } from './cluster.ts';
import { openHome } from './home.ts';
import { openInstallation, readInstallation, rememberPort } from './installation.ts';
import { choosePort } from './port.ts';
import {
  findPostmaster,
  lastLinesOf,
  launchPostmaster,
  type Postmaster,
  readyPostmaster,
  stopPostmaster,
} from './postmaster.ts';

/** The port may be taken in the moment after it was found free, and so may the cluster by another start. */
const MAX_ATTEMPTS = 3;

export interface EmbeddedPostgres {
  /** postgres:// URL of the StepCloud database, with password */
  url: string;
  port: number;
  /** Sends all clients away and ends Postgres; safe to call twice. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** The installation's data folder, e.g. `.stepcloud`. */
  dataDir: string;
  log: Log;
  /** Wished for at the first start; later starts prefer the port of the last one. */
  port?: number;
  /** Extra settings of postgresql.conf, e.g. `fsync: 'off'` in tests. */
  settings?: Record<string, string>;
}

/**
 * Starts the Postgres of a data folder, or takes over the one that a killed run left behind. One process at a time may
 * have it: for any other it rejects with CONFIG_INVALID. Keeps this process alive until `stop()`.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log, port = 54329, settings = {} } = options;
  const packageFolder = locatePackage();
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const dataDir = await realpath(options.dataDir);
  const home = await openHome(dataDir);
  const installation = await openInstallation(dataDir, home);
  const cluster = await locateCluster(dataDir, installation);
  const binaries = await prepareBinaries(packageFolder, home.folder, home.account !== undefined);
  const engine = { binaries, account: home.account };
  const logFile = join(dataDir, 'postgres.log');

  if (await createCluster(cluster, engine)) log.info(`made an empty database in ${cluster.folder}`);
  const { postmaster, claim } = await serve(cluster, log, logFile, async () => {
    const free = await choosePort([installation.port ?? port, port]);
    if (free !== port && free !== installation.port) log.warn(`port ${port} is taken: Postgres gets port ${free}`);
    return launchPostmaster(cluster, engine, { port: free, settings, logFile });
  });
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= stopPostmaster(cluster, postmaster.pid).then(() => claim.end()));
  try {
    await createDatabase(claim);
    await rememberPort(dataDir, installation, postmaster.port);
  } catch (error) {
    await stop();
    throw error;
  }
  log.info(`Postgres listens on 127.0.0.1:${postmaster.port}, its data are in ${cluster.folder}`);
  return { url: databaseUrl(cluster, postmaster), port: postmaster.port, stop };
}

/** The URL of the embedded Postgres that serves a data folder right now, for commands beside a running `stepcloud up`. */
export async function findEmbeddedPostgres(dataDir: string): Promise<string | undefined> {
  const installation = await readInstallation(dataDir);
  if (!installation) return undefined;
  const cluster = await locateCluster(dataDir, installation);
  const postmaster = await readyPostmaster(cluster);
  return postmaster && databaseUrl(cluster, postmaster);
}

/** Where Postgres keeps the data of a data folder: as root it is not below it. Undefined before the first start. */
export async function findClusterFolder(dataDir: string): Promise<string | undefined> {
  const installation = await readInstallation(dataDir);
  return installation && (await locateCluster(dataDir, installation)).folder;
}

/** A postmaster that is ours: found or launched, ready, and claimed. One that does not answer as ours is stopped. */
async function serve(
  cluster: Cluster,
  log: Log,
  logFile: string,
  launch: () => Promise<Postmaster | undefined>,
): Promise<{ postmaster: Postmaster; claim: Client }> {
  let cause: unknown;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const found = await findPostmaster(cluster);
    const postmaster = found ?? (await launch());
    if (!postmaster) continue;
    try {
      const claim = await claimCluster(cluster, postmaster);
      if (found) log.info('took over the Postgres that an earlier run left behind');
      return { postmaster, claim };
    } catch (error) {
      if (error instanceof StepCloudError) throw error;
      cause = error;
      log.warn(`Postgres does not answer as ours and is stopped: ${reasonOf(error)}`);
      await stopPostmaster(cluster, postmaster.pid);
    }
  }
  const fault = `the embedded Postgres does not start${cause ? `: ${reasonOf(cause)}` : ''}`;
  throw new StepCloudError('DATABASE_UNAVAILABLE', `${fault}; ${await lastLinesOf(logFile)}`, { cause });
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
