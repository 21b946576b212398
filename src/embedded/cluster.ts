import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { realpath, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { StepCloudError } from '../errors.ts';
import { type Account, giveTo, runAs } from './home.ts';
import type { Installation } from './installation.ts';
import { createWholeFolder } from './whole-folder.ts';

/** A Postgres data directory. */
export interface Cluster {
  folder: string;
  /** `cluster_name`, by which its processes are told from those of any other Postgres on this machine. */
  name: string;
  password: string;
}

/** What runs a cluster. */
export interface Engine {
  /** The folder of initdb and postgres. */
  binaries: string;
  account: Account | undefined;
}

/** The superuser and the database that StepCloud uses. */
export const STEPCLOUD = 'stepcloud';

/** Nothing of our environment reaches Postgres: no PG* variable, locale, time zone or library path. */
export const POSTGRES_ENV = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** The cluster of an installation, whether it exists yet or not. */
export async function locateCluster(dataDir: string, { cluster, password }: Installation): Promise<Cluster> {
  return clusterAt(resolve(await realpath(dataDir), cluster), password);
}

export function clusterAt(folder: string, password: string): Cluster {
  const name = `${STEPCLOUD}-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`;
  return { folder, name, password };
}

/** Makes the cluster if there is none yet, and tells whether it did. An interrupted initdb leaves no trace in it. */
export async function createCluster(cluster: Cluster, engine: Engine): Promise<boolean> {
  return createWholeFolder(cluster.folder, async (draft, desk) => {
    const passwordFile = join(desk, 'password');
    await writeFile(passwordFile, cluster.password, { mode: 0o600 });
    await giveTo(engine.account, desk, passwordFile);
    await runInitdb(engine, draft, passwordFile);
  });
}

/** The builtin locale sorts by code point and needs nothing of the system's locales. */
async function runInitdb({ binaries, account }: Engine, folder: string, passwordFile: string): Promise<void> {
  const options = [
    `--pgdata=${folder}`,
    `--username=${STEPCLOUD}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
  ];
  try {
    await promisify(execFile)(join(binaries, 'initdb'), options, {
      cwd: dirname(folder),
      env: POSTGRES_ENV,
      ...runAs(account),
    });
  } catch (cause) {
    const { stderr, message } = cause as Error & { stderr?: string };
    throw new StepCloudError('DATABASE_UNAVAILABLE', `initdb of the embedded Postgres failed: ${stderr || message}`, {
      cause,
    });
  }
}
