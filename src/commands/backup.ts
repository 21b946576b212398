import { resolve } from 'node:path';
import { openDatabase } from '../db/database.ts';
import { lastMigration } from '../db/migrator.ts';
import { writeBackup } from '../embedded/backup.ts';
import { bytesOf } from '../embedded/backup-manifest.ts';
import { findClusterFolder, findEmbeddedPostgres, startEmbeddedPostgres } from '../embedded/index.ts';
import { formatBytes } from '../embedded/progress.ts';
import { StepCloudError } from '../errors.ts';
import { createLog, type Log } from '../telemetry/log.ts';
import { VERSION } from '../version.ts';
import { loadEmbedded } from './installation.ts';
import { untilDone } from './stop.ts';

/** `stepcloud backup FOLDER`: the embedded database and the keys, while StepCloud runs or when it is stopped. */
export async function backup([folder, ...rest]: readonly string[]): Promise<void> {
  if (folder === undefined || rest.length > 0)
    throw new StepCloudError('CONFIG_INVALID', 'say where to: backup FOLDER');
  const { dataDir, keysFile, redisUrl, log: logging } = await loadEmbedded('backup');
  const log = createLog('backup', logging);
  if (redisUrl) log.warn('the queue is in Redis, and no part of this backup: see docs/operations.md');
  await untilDone('the backup', async (signal) => {
    const postgres = await usePostgres(dataDir, log);
    try {
      const about = { stepcloud: VERSION, schema: await readSchema(postgres.url, log) };
      const target = resolve(folder);
      const manifest = await writeBackup(target, { url: postgres.url, dataDir, keysFile, about, log, signal });
      log.info(`${target} is whole and on disk: ${formatBytes(bytesOf(manifest))}`);
    } finally {
      await postgres.stop();
    }
  });
}

/** The one that runs, which goes on, or else one of our own until `stop`. */
async function usePostgres(dataDir: string, log: Log): Promise<{ url: string; stop(): Promise<void> }> {
  const url = await findEmbeddedPostgres(dataDir);
  if (url) return { url, stop: async () => {} };
  if (await findClusterFolder(dataDir)) return startEmbeddedPostgres({ dataDir, log });
  throw new StepCloudError('CONFIG_INVALID', `there is no embedded Postgres in ${dataDir}: set STEPCLOUD_DATA_DIR`);
}

async function readSchema(url: string, log: Log): Promise<string | null> {
  const db = openDatabase({ url, poolSize: 1, log });
  return (await lastMigration(db).finally(() => db.destroy())) ?? null;
}
