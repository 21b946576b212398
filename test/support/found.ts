import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where a program of this machine is, or undefined. Debian keeps servers in sbin, which is not on everybody's PATH. */
export function found(program: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

/**
 * True when a test must be skipped because a program is missing: its report names it. In CI everything is installed, so
 * that a missing program is a fault there and not a skip.
 */
export function missing(program: string): boolean {
  const absent = found(program) === undefined;
  if (absent && process.env.CI === 'true')
    throw new Error(`${program} is not installed, and in CI no test may be skipped`);
  return absent;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
