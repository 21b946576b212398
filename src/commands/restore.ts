import { resolve } from 'node:path';
import { type Database, openDatabase } from '../db/database.ts';
import { requireSchema } from '../db/migrator.ts';
import { countEverything, newestReceipt } from '../db/overview.ts';
import { restoreBackup } from '../embedded/restore.ts';
import { StepCloudError } from '../errors.ts';
import { createLog, type Log } from '../telemetry/log.ts';
import { loadEmbedded } from './installation.ts';
import { untilDone } from './stop.ts';

/** `stepcloud restore FOLDER`: an installation of a backup, where there is none yet. */
export async function restore([folder, ...rest]: readonly string[]): Promise<void> {
  if (folder === undefined || rest.length > 0)
    throw new StepCloudError('CONFIG_INVALID', 'say what from: restore FOLDER');
  const { dataDir, keysFile, log: logging } = await loadEmbedded('restore');
  const log = createLog('restore', logging);
  await untilDone('the restore', (signal) =>
    restoreBackup(resolve(folder), { dataDir, keysFile, inspect: (url) => inspect(url, log), log, signal }),
  );
  log.info(`restored to ${dataDir}: stepcloud up goes on from there`);
}

/** Says what is in the database, so that an operator sees whether it is the one that was meant. */
async function inspect(url: string, log: Log): Promise<void> {
  const db = openDatabase({ url, poolSize: 1, log });
  try {
    const fault = await schemaFault(db);
    if (fault) return log.warn(`${fault}, which stepcloud up does by itself`);
    const { customers, gateways, devices, sensors } = await countEverything(db);
    log.info(`it has ${customers} customers, ${gateways} gateways, ${devices} devices, ${sensors} sensors`);
    const newest = await newestReceipt(db);
    log.info(newest ? `its newest reading came at ${newest.toISOString()}` : 'it has no readings');
  } finally {
    await db.destroy();
  }
}

/** A database of an older release is none the worse for it. */
async function schemaFault(db: Database): Promise<string | undefined> {
  try {
    await requireSchema(db);
    return undefined;
  } catch (error) {
    if (error instanceof StepCloudError && error.code === 'SCHEMA_OUTDATED') return error.message;
    throw error;
  }
}
