import { existsSync } from 'node:fs';
import { mkdtemp, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const DRAFT = '.draft-';

/**
 * Makes the folder `target` whole or not at all, and tells whether this call made it: `fill` creates a draft, which is
 * renamed when it is complete. `desk`, the folder around the draft, is for scratch files and goes away. Of two makers at
 * the same moment the first to finish wins; what a killed one left behind is removed.
 */
export async function createWholeFolder(
  target: string,
  fill: (draft: string, desk: string) => Promise<void>,
): Promise<boolean> {
  await removeAbandonedDesks(target);
  if (existsSync(target)) return false;
  const desk = await mkdtemp(`${target}${DRAFT}${process.pid}-`);
  try {
    const draft = join(desk, 'content');
    await fill(draft, desk);
    return await renameUnlessTaken(draft, target);
  } finally {
    await removeFolder(desk);
  }
}

async function removeAbandonedDesks(target: string): Promise<void> {
  const prefix = `${basename(target)}${DRAFT}`;
  const desks = (await readdir(dirname(target))).filter((name) => name.startsWith(prefix));
  const abandoned = desks.filter((name) => !isAlive(Number.parseInt(name.slice(prefix.length), 10)));
  await Promise.all(abandoned.map((name) => removeFolder(join(dirname(target), name))));
}

/** Retries while an orphaned child of the killed maker, such as initdb, still writes into the folder. */
const removeFolder = (folder: string) => rm(folder, { recursive: true, force: true, maxRetries: 8 });

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function renameUnlessTaken(draft: string, target: string): Promise<boolean> {
  try {
    await rename(draft, target);
  } catch (error) {
    if (['EEXIST', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
  await syncFolder(dirname(target));
  return true;
}

/** Brings the names of its files to the disk. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  await folder.sync().finally(() => folder.close());
}
