import type { BrokerSettings } from '../config.ts';
import type { Database } from '../db/database.ts';
import type { JobResult } from '../db/maintenance.ts';
import type { Queue } from '../queue/batch.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { MeasureDisk } from './disk.ts';

/** Work that the installation needs now and then, once however many workers there are; src/worker/jobs.ts lists all. */
export interface Job {
  /** As people call it: small letters with hyphens. It never changes, since the database knows the job by it. */
  readonly name: string;
  /** From the end of a run to the begin of the next. */
  readonly everyMs: number;
  /**
   * Does what there is to do and says what it did; undefined when there was nothing. It may be killed at any moment, and
   * the next run goes on with what is left: it commits piece by piece, and nothing of it may be lost or done twice.
   */
  run(context: JobContext): Promise<JobResult | undefined>;
}

export interface JobContext {
  /** One connection, which holds the lock of the run: what goes another way may overlap with the next run. */
  readonly db: Database;
  readonly queue: Pick<Queue, 'oldestJob'>;
  readonly measureDisk: MeasureDisk;
  readonly settings: BrokerSettings;
  readonly clock: () => number;
  /** Aborted when the process stops: what has not ended half a second later is cut off. Look at it between pieces. */
  readonly signal: AbortSignal;
  readonly metrics: Metrics['maintenance'];
  readonly log: Log;
}
