import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { StepCloudError } from '../errors.ts';
import type { Log } from '../telemetry/log.ts';
import { FileSum, sumOf } from './file-sums.ts';
import { sayProgress } from './progress.ts';

/** Written last, so that a folder without it is no backup. */
export const MANIFEST = 'manifest.json';

/** What a backup says of itself. */
const Manifest = Type.Object({
  format: Type.Literal(1),
  /** The release that made it. */
  stepcloud: Type.String(),
  /** Postgres' major version, which alone can read it. */
  postgres: Type.Integer(),
  /** The last migration of its database. */
  schema: Type.Union([Type.String(), Type.Null()]),
  startedAt: Type.String(),
  finishedAt: Type.String(),
  wal: Type.Object({ timeline: Type.Integer(), start: Type.String(), end: Type.String() }),
  files: Type.Record(Type.String(), FileSum),
});
export type Manifest = Static<typeof Manifest>;

/** The manifest of a backup that is as it was made. Throws CONFIG_INVALID that names whatever is not. */
export async function checkBackup(folder: string, log: Log, signal: AbortSignal): Promise<Manifest> {
  const manifest = await readManifest(folder);
  const present = new Set((await readdir(folder)).filter((name) => name !== MANIFEST));
  const said = sayProgress(log, 'checked', bytesOf(manifest));
  const faults: string[] = [];
  for (const [name, expected] of Object.entries(manifest.files)) {
    if (!present.delete(name)) faults.push(`${name} is missing`);
    else if (!Value.Equal(await sumOf(join(folder, name), said, signal), expected)) faults.push(`${name} was altered`);
  }
  for (const name of present) faults.push(`${name} does not belong to it`);
  if (faults.length === 0) return manifest;
  throw new StepCloudError('CONFIG_INVALID', `the backup ${folder} is not as it was made: ${faults.join(', ')}`);
}

export function bytesOf({ files }: Manifest): number {
  return Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0);
}

async function readManifest(folder: string): Promise<Manifest> {
  try {
    return Value.Parse(Manifest, JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')));
  } catch (cause) {
    const missing = ['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '');
    const fault = missing
      ? `is no backup, or one that was not finished: it has no ${MANIFEST}`
      : `has a damaged ${MANIFEST}`;
    throw new StepCloudError('CONFIG_INVALID', `${folder} ${fault}`, { cause });
  }
}
