import { setTimeout as delay } from 'node:timers/promises';
import { StepCloudError } from '../errors.ts';
import type { Log } from '../telemetry/log.ts';
import type { Database } from './database.ts';
import { requireSchema } from './migrator.ts';

const RETRY_MS = 500;

/**
 * Resolves once the database answers and its schema is not older than this release, however long that takes: processes
 * may start in any order. Rejects only when the signal is aborted.
 */
export async function untilSchemaReady(db: Database, log: Log, signal: AbortSignal): Promise<void> {
  let told = '';
  for (;;) {
    try {
      return await requireSchema(db);
    } catch (error) {
      const reason =
        error instanceof StepCloudError ? error.message : `the database does not answer: ${(error as Error).message}`;
      if (reason !== told) log.warn(`waiting: ${reason}`);
      told = reason;
      await delay(RETRY_MS, undefined, { signal });
    }
  }
}
