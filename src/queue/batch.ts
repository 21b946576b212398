/** The data of one job: a batch of messages as one opaque text. The envelope inside belongs to `ingest`. */
export interface Batch {
  /** Version of the body's form: a worker refuses what it does not know, and leaves it for a newer one. */
  readonly v: 1;
  /** UUIDv7 made by the sender: what makes a second run of the same batch harmless. */
  readonly batch: string;
  readonly shard: number;
  /** Base64: BullMQ's Postgres backend keeps job data as jsonb, which refuses U+0000 and lone surrogates. */
  readonly body: string;
}

export interface QueueDepth {
  /** Jobs waiting, being worked on, or waiting for their next attempt. */
  waiting: number;
  /** Jobs that gave up. Attempts are practically endless, so any is an alarm. */
  failed: number;
}

/** The sending side. */
export interface Queue {
  /** Resolves once the queue holds the batch durably; rejects with QUEUE_UNAVAILABLE, at the latest after `timeoutMs`. */
  send(batch: Batch, timeoutMs: number): Promise<void>;
  depth(): Promise<QueueDepth>;
  /**
   * When the oldest job of all shards was added, by the clock of its sender, in epoch milliseconds; whether it waits, is
   * worked on, waits for its next attempt or gave up. Undefined when there is none. A job that this does not count is
   * done, or gone.
   */
  oldestJob(): Promise<number | undefined>;
  /**
   * When the job that a worker will take next was added, of the shard that is furthest behind; in epoch milliseconds. One
   * that was tried already says nothing of how far workers are behind, and is passed over. Undefined when none waits.
   */
  nextJob(): Promise<number | undefined>;
  /** Asks the queue's store whether it answers. */
  isReady(): Promise<boolean>;
  close(): Promise<void>;
}

/** The jobs of one shard, by what they are at. */
export interface ShardState {
  readonly shard: number;
  readonly waiting: number;
  readonly active: number;
  /** Waiting for their next attempt. */
  readonly delayed: number;
  readonly failed: number;
  /** Whether somebody has told BullMQ to hand out no jobs; nothing of ours does. */
  readonly paused: boolean;
  /** When the oldest of them was added, as `oldestJob` of the shard alone; null: there is none. */
  readonly oldestAt: Date | null;
}

/** Where a job of a shard is. */
export interface JobPlace {
  readonly shard: number;
  /** BullMQ's own, which counts up within a shard. */
  readonly job: number;
}

/** A batch that was given up, and why. */
export interface FailedBatch extends JobPlace {
  readonly batch: string;
  readonly reason: string;
  readonly attempts: number;
  readonly addedAt: Date;
  readonly failedAt: Date | null;
  /** Of the packed messages. */
  readonly bytes: number;
}

/** For people who look after the queue. Nothing here removes a batch. All reject with QUEUE_UNAVAILABLE. */
export interface QueueDesk {
  readonly backend: 'redis' | 'postgres';
  /** Version of the store. */
  version(): Promise<string>;
  states(): Promise<ShardState[]>;
  /** By shard, and the newest of a shard first, from behind a place. */
  listFailed(after: JobPlace | undefined, limit: number): Promise<FailedBatch[]>;
  /** Has a failed batch wait again; undefined where there is none at this place. */
  retry(place: JobPlace): Promise<FailedBatch | undefined>;
  /** Has all of them wait again, and says how many there were. */
  retryAll(): Promise<number>;
}

/** The receiving side. */
export interface Consumer {
  /** Asks the queue's store whether it answers. */
  isReady(): Promise<boolean>;
  /** Takes no more jobs and waits for those under way, at most `timeoutMs`; what is left runs again elsewhere. */
  close(timeoutMs: number): Promise<void>;
}
