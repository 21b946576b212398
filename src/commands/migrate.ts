import type { Config } from '../config.ts';
import { openDatabase } from '../db/database.ts';
import { migrateToLatest } from '../db/migrator.ts';
import { migrateQueue } from '../queue/postgres.ts';
import { createLog, type Log } from '../telemetry/log.ts';
import { loadInstallation } from './installation.ts';

/** What waits behind a migration that waits for a long export is not held up for longer. */
const SESSIONS = '-c lock_timeout=3s';

/** `stepcloud migrate`: our schema and the queue's. Safe to run again, and by several at once. */
export async function migrate(): Promise<void> {
  const config = await loadInstallation();
  await migrateAll(config, createLog('migrate', config.log));
}

export async function migrateAll(config: Pick<Config, 'databaseUrl'>, log: Log): Promise<void> {
  const db = openDatabase({ url: config.databaseUrl, poolSize: 2, log, options: SESSIONS });
  try {
    const applied = await migrateToLatest(db, log);
    await migrateQueue({ url: config.databaseUrl, log });
    log.info(applied.length === 0 ? 'the schema is up to date' : `${applied.length} migrations applied`);
  } finally {
    await db.destroy();
  }
}
