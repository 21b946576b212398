import { access, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StepCloudError } from '../errors.ts';
import type { Log } from '../telemetry/log.ts';
import { MANIFEST, type Manifest } from './backup-manifest.ts';
import { describeServer, takeBaseBackup } from './base-backup.ts';
import { type FileSum, type FileWriter, openWriter, writeWhole } from './file-sums.ts';
import { sayProgress } from './progress.ts';
import { createWholeFolder, syncFolder } from './whole-folder.ts';

/** The files that Postgres sends; it would send more if it had tablespaces. */
const DATABASE_FILES = ['base.tar', 'backup_manifest'];

export interface BackupOptions {
  /** The embedded Postgres, which goes on working. */
  url: string;
  /** Whose `postgres.json` has the password that the database knows. */
  dataDir: string;
  keysFile: string;
  /** What the manifest says of the release and the schema. */
  about: Pick<Manifest, 'stepcloud' | 'schema'>;
  log: Log;
  signal: AbortSignal;
}

/**
 * Makes the folder `target` with everything that an installation needs to go on elsewhere. It appears once it is whole
 * and on disk, and never takes the place of another.
 */
export async function writeBackup(target: string, options: BackupOptions): Promise<Manifest> {
  let manifest: Manifest | undefined;
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const made = await createWholeFolder(target, async (draft) => {
    await mkdir(draft, { mode: 0o700 });
    manifest = await fillBackup(draft, options);
  });
  if (made && manifest) return manifest;
  throw new StepCloudError('CONFLICT', `${target} exists already: choose another name`);
}

async function fillBackup(draft: string, options: BackupOptions): Promise<Manifest> {
  const { dataDir, keysFile, about } = options;
  await access(keysFile); // rather than to miss it after hours
  const startedAt = new Date().toISOString();
  const { postgres, wal, files } = await copyDatabase(draft, options);
  const copy = async (name: string, file: string) => {
    files[name] = await writeWhole(join(draft, name), await readFile(file));
  };
  await copy('postgres.json', join(dataDir, 'postgres.json'));
  // After the database, so that no token of a session in it was signed with a newer key.
  await copy('keys.json', keysFile);
  const manifest = {
    format: 1,
    ...about,
    postgres,
    startedAt,
    finishedAt: new Date().toISOString(),
    wal,
    files,
  } as const;
  await writeWhole(join(draft, MANIFEST), Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
  await syncFolder(draft);
  return manifest;
}

async function copyDatabase(draft: string, { url, log, signal }: BackupOptions) {
  const { postgres, bytes: total } = await describeServer(url);
  const said = sayProgress(log, 'saved', total);
  const writers = new Map<string, FileWriter>();
  const write = async (name: string, bytes: Buffer): Promise<void> => {
    if (!DATABASE_FILES.includes(name))
      throw new StepCloudError(
        'CONFIG_INVALID',
        `it has tablespaces (${name}): use pg_basebackup, see docs/operations.md`,
      );
    const writer = writers.get(name) ?? (await openWriter(join(draft, name)));
    writers.set(name, writer);
    await writer.write(bytes);
    said(bytes.length);
  };
  try {
    const wal = await takeBaseBackup(url, { write, log, signal });
    const files: Record<string, FileSum> = {};
    for (const [name, writer] of writers) files[name] = await writer.finish();
    return { postgres, wal, files };
  } finally {
    for (const writer of writers.values()) await writer.close();
  }
}
