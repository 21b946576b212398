import type { Database } from '../db/database.ts';
import {
  ensurePartitions,
  listPartitions,
  PARTITIONED_TABLES,
  type Partition,
  type PartitionedTable,
  type PartitionSpan,
} from '../db/partitions.ts';
import type { Rows } from '../messages/kind.ts';

/** The partitions this process knows of. */
export interface Partitions {
  /** Makes sure that there is one for every partitioned row of these messages. */
  ensure(messages: readonly Rows[]): Promise<void>;
  /** Forgets what it knows, after the database said otherwise. */
  forget(): void;
}

export function createPartitions(db: Database, span: PartitionSpan): Partitions {
  const known = new Map<PartitionedTable, Partition[]>();

  return {
    async ensure(messages) {
      const uncovered = new Map<PartitionedTable, Set<number>>();
      const need = (table: PartitionedTable, time: number): void => {
        if (covers(known.get(table), time)) return;
        const times = uncovered.get(table);
        if (times) times.add(time);
        else uncovered.set(table, new Set([time]));
      };
      for (const rows of messages) eachPartitionedRow(rows, need);
      for (const table of PARTITIONED_TABLES) {
        const times = uncovered.get(table);
        if (times === undefined) continue;
        known.set(table, await listPartitions(db, table));
        const missing = [...times].filter((time) => !covers(known.get(table), time));
        if (missing.length > 0) known.set(table, await ensurePartitions(db, table, missing, span));
      }
    },
    forget: () => known.clear(),
  };
}

/** Names the table and time of every row that goes into a partitioned table; parts of an event have its time. */
function eachPartitionedRow({ readings, events }: Rows, need: (table: PartitionedTable, time: number) => void): void {
  for (const { value, recordedAt } of readings) {
    need(typeof value === 'string' ? 'reading_text' : 'reading', recordedAt);
  }
  for (const { sensors, logs, settings, recordedAt } of events) {
    if (sensors.length > 0) need('event_sensor', recordedAt);
    if (logs.length > 0) need('event_log', recordedAt);
    if (settings.length > 0) need('event_setting', recordedAt);
  }
}

/** Rows are mostly of now, so the newest partitions are asked first. */
function covers(partitions: readonly Partition[] | undefined, time: number): boolean {
  return partitions?.findLast(({ from, to }) => from <= time && time < to) !== undefined;
}
