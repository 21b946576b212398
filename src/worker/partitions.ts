import type { Database } from '../db/database.ts';
import {
  ensurePartitions,
  listPartitions,
  type Partition,
  type PartitionedTable,
  type PartitionSpan,
} from '../db/partitions.ts';
import type { DecodedMessage } from './decode.ts';

/** The partitions this process knows of. */
export interface Partitions {
  /** Makes sure that there is one for every reading of these messages. */
  ensure(messages: readonly DecodedMessage[]): Promise<void>;
  /** Forgets what it knows, after the database said otherwise. */
  forget(): void;
}

export function createPartitions(db: Database, span: PartitionSpan): Partitions {
  const known = new Map<PartitionedTable, Partition[]>();

  return {
    async ensure(messages) {
      const times = { reading: new Set<number>(), reading_text: new Set<number>() };
      for (const { readings } of messages) {
        for (const { value, recordedAt } of readings) {
          const table = typeof value === 'string' ? 'reading_text' : 'reading';
          if (!covers(known.get(table), recordedAt)) times[table].add(recordedAt);
        }
      }
      for (const table of ['reading', 'reading_text'] as const) {
        if (times[table].size === 0) continue;
        known.set(table, await listPartitions(db, table));
        const missing = [...times[table]].filter((time) => !covers(known.get(table), time));
        if (missing.length > 0) known.set(table, await ensurePartitions(db, table, missing, span));
      }
    },
    forget: () => known.clear(),
  };
}

/** Readings are mostly of now, so the newest partitions are asked first. */
function covers(partitions: readonly Partition[] | undefined, time: number): boolean {
  return partitions?.findLast(({ from, to }) => from <= time && time < to) !== undefined;
}
