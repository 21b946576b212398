import { randomBytes } from 'node:crypto';
import { link, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { StepCloudError } from '../errors.ts';
import type { Home } from './home.ts';

/** What a data folder remembers of its Postgres, in `postgres.json`, which only its owner may read. */
const Installation = Type.Object({
  /** The cluster's folder, relative to the data folder when it lies in it. */
  cluster: Type.String({ minLength: 1 }),
  password: Type.String({ minLength: 1 }),
  /** Where it listened last. */
  port: Type.Optional(Type.Integer()),
});
export type Installation = Static<typeof Installation>;

const fileOf = (dataDir: string) => join(dataDir, 'postgres.json');

/** Reads `postgres.json`, or makes it at the first start. Of two first starts at once both get the same one. */
export async function openInstallation(dataDir: string, home: Home): Promise<Installation> {
  const installation = (await readInstallation(dataDir)) ?? (await createInstallation(dataDir, home));
  if (isAbsolute(installation.cluster) !== (home.account !== undefined)) {
    throw new StepCloudError(
      'CONFIG_INVALID',
      `the database of ${dataDir} (${resolve(dataDir, installation.cluster)}) was made by ` +
        `${home.account ? 'an ordinary user' : 'root'}: start StepCloud as that user`,
    );
  }
  return installation;
}

/** Undefined when no embedded Postgres was ever started on this data folder. */
export async function readInstallation(dataDir: string): Promise<Installation | undefined> {
  try {
    return Value.Parse(Installation, JSON.parse(await readFile(fileOf(dataDir), 'utf8')));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    const fault = code === 'EACCES' ? 'belongs to another user: start StepCloud as that user' : 'is damaged';
    throw new StepCloudError('CONFIG_INVALID', `${fileOf(dataDir)} ${fault}`, { cause });
  }
}

export async function rememberPort(dataDir: string, installation: Installation, port: number): Promise<void> {
  if (installation.port === port) return;
  const draft = await writeDraft(dataDir, { ...installation, port });
  await rename(draft, fileOf(dataDir));
}

async function createInstallation(dataDir: string, home: Home): Promise<Installation> {
  const password = randomBytes(24).toString('base64url');
  await placeInstallation(dataDir, { cluster: await chooseCluster(dataDir, home), password });
  return (await readInstallation(dataDir))!;
}

/** Writes `postgres.json`, by which the data folder has an installation; false when it had one already. */
export async function placeInstallation(dataDir: string, installation: Installation): Promise<boolean> {
  const draft = await writeDraft(dataDir, installation);
  try {
    await link(draft, fileOf(dataDir));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    await rm(draft);
  }
}

/** Where the cluster of a new installation is to lie, as `postgres.json` says it. */
export async function chooseCluster(dataDir: string, home: Home): Promise<string> {
  return home.account ? join(home.folder, await newName(dataDir)) : 'postgres';
}

/** Readable, so that a person who finds the folder knows whose it is; random, so that a new clone starts anew. */
async function newName(dataDir: string): Promise<string> {
  const path = (await realpath(dataDir)).replace(/[^A-Za-z0-9]+/g, '-').replace(/^-/, '');
  return `${path.slice(-60)}-${randomBytes(4).toString('hex')}`;
}

async function writeDraft(dataDir: string, installation: Installation): Promise<string> {
  const draft = `${fileOf(dataDir)}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, `${JSON.stringify(installation, null, 2)}\n`, { mode: 0o600, flag: 'wx', flush: true });
  return draft;
}
