import { spawnSync } from 'node:child_process';
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
export function missing(program: string, place = found(program)): boolean {
  const absent = place === undefined;
  if (absent && process.env.CI === 'true')
    throw new Error(`${program} is not installed, and in CI no test may be skipped`);
  return absent;
}

/** A Python that has a module, or undefined. Debian's modules are those of its own Python, which is not always the first. */
export function findPython(module: string): string | undefined {
  const candidates = [found('python3'), '/usr/bin/python3'].filter((file) => file !== undefined && isExecutable(file));
  return candidates.find((file) => spawnSync(file as string, ['-c', `import ${module}`]).status === 0);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
