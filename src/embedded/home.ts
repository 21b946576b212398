import { chmod, chown, lstat, mkdir, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StepCloudError } from '../errors.ts';

/** An unprivileged user of this machine. */
export interface Account {
  uid: number;
  gid: number;
}

/** Where binaries and clusters may lie, and who runs Postgres; without an account it is the user of this process. */
export interface Home {
  folder: string;
  account: Account | undefined;
}

/**
 * An ordinary user's Postgres lives in the data folder. Root's never does, wherever that folder is: Postgres refuses to
 * run as root, and the user `nobody`, who runs it instead, cannot enter a folder below root's home.
 */
export async function openHome(dataDir: string): Promise<Home> {
  if (process.getuid?.() !== 0) return { folder: dataDir, account: undefined };
  const account = await findAccount('nobody');
  for (const folder of ['/var/lib/stepcloud', join(tmpdir(), 'stepcloud')]) {
    if (await openFolder(folder)) return { folder, account };
  }
  throw new StepCloudError(
    'CONFIG_INVALID',
    'Postgres does not run as root, and there is no place where another user could run it (/var/lib is not ' +
      'writable): start StepCloud as an ordinary user, or set DATABASE_URL to a Postgres of your own',
  );
}

async function findAccount(name: string): Promise<Account> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const line = lines.find(([login]) => login === name);
  if (!line) {
    throw new StepCloudError(
      'CONFIG_INVALID',
      `Postgres does not run as root, and this machine has no user ${name} to run it: start StepCloud as an ordinary user`,
    );
  }
  return { uid: Number(line[2]) >>> 0, gid: Number(line[3]) >>> 0 };
}

/** What spawn needs to run a program as `account`; it wants the -2 of macOS' nobody signed, chown wants it unsigned. */
export const runAs = (account: Account | undefined) => (account ? { uid: account.uid | 0, gid: account.gid | 0 } : {});

/** False when the folder cannot be made, or when somebody else made it and could put his own programs there. */
async function openFolder(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true });
    const found = await lstat(folder);
    if (!found.isDirectory() || found.uid !== 0) return false;
    await chmod(folder, 0o755);
    return true;
  } catch {
    return false;
  }
}

/** Lets `account` own what we made for it. */
export async function giveTo(account: Account | undefined, ...paths: string[]): Promise<void> {
  if (account) await Promise.all(paths.map((path) => chown(path, account.uid, account.gid)));
}

/** The same for a folder with everything in it. */
export async function giveWhole(account: Account | undefined, folder: string): Promise<void> {
  if (!account) return;
  const entries = await readdir(folder, { recursive: true });
  await giveTo(account, folder, ...entries.map((entry) => join(folder, entry)));
}
