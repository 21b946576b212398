import type { BucketSensor } from '../../src/db/bucket-pieces.ts';
import type { Database } from '../../src/db/database.ts';
import { ensurePartitions } from '../../src/db/partitions.ts';
import { insertReadings } from '../../src/db/readings.ts';
import { appendMarks, floorTo, HOUR } from '../../src/db/rollups.ts';
import { rollUp } from '../../src/worker/rollups.ts';
import type { Reading } from './plain.ts';
import { type Own, ownDatabase } from './tenant.ts';

/** A Monday. */
export const DAY_0 = Date.UTC(2026, 10, 23);
const never = new AbortController().signal;

/** A database with sensors that get readings and rollups. */
export interface Rolled extends Own {
  addSensor(kind?: Partial<BucketSensor>): Promise<BucketSensor>;
  /** Stores readings as a batch does, in one transaction. */
  store(sensor: BucketSensor, readings: readonly Reading[], db?: Database): Promise<void>;
  /** Rolls up every hour that is due. */
  rollAll(db?: Database): Promise<number>;
}

export async function openRolled(): Promise<Rolled> {
  const own = await ownDatabase();
  const device = await own.createDevice(await own.createHome());
  let sensors = 0;
  return {
    ...own,

    async addSensor({ valueType = 'number', measure = 'gauge' } = {}) {
      const id = await own.createSensor(device, `sensor ${sensors++}`, valueType);
      await own.db.updateTable('sensor').set({ measure }).where('id', '=', id).execute();
      return { id, valueType, measure };
    },

    async store({ id: sensorId }, readings, db = own.db) {
      const times = readings.map(({ at }) => at);
      await ensurePartitions(db, 'reading', times, 'month');
      const rows = readings.map(({ at, value }) => ({ sensorId, recordedAt: at, receivedAt: at, value }));
      await db.transaction().execute(async (tx) => {
        await insertReadings(tx, rows);
        await appendMarks(new Map(times.map((at) => [floorTo(at, HOUR), new Set([sensorId])]))).execute(tx);
      });
    },

    rollAll: (db = own.db) => rollUp(db, 'month', Number.MAX_SAFE_INTEGER / 4, never),
  };
}

/** So many readings from a moment on, so many milliseconds apart. */
export function series(from: number, step: number, count: number, value: (n: number) => number): Reading[] {
  return Array.from({ length: count }, (_, n) => ({ at: from + n * step, value: value(n) }));
}

/** Numbers of a generator that is the same in every run; sums of them are not exact. */
export function scatter(seed: number): (n: number) => number {
  return (n) => Math.sin(seed + n * 12.9898) * 43_758.5453;
}
