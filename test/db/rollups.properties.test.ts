import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Bucket } from '../../src/db/bucket-merge.ts';
import type { BucketSensor } from '../../src/db/bucket-pieces.ts';
import { readBuckets } from '../../src/db/buckets.ts';
import type { Database } from '../../src/db/database.ts';
import { isTransient } from '../../src/db/failures.ts';
import { HOUR } from '../../src/db/rollups.ts';
import { plainBuckets, plainRollups, storedReadings, storedRollups } from './plain.ts';
import { DAY_0, openRolled, type Rolled, scatter, series } from './rolled.ts';

/** `npm run soak` asks for many; a few, always the same, are part of every run. */
const RUNS = Number(process.env.STEPCLOUD_ROLLUP_RUNS ?? 3);
const [DATA_HOURS, KILLS] = [50, 4];

let own: Rolled;
/** Pools whose connections are killed. */
let writerDb: Database;
let jobDb: Database;
beforeAll(async () => {
  own = await openRolled();
  writerDb = own.open('-c application_name=victim', 3);
  jobDb = own.open('-c application_name=victim', 3);
});
afterAll(() => own.close());

/** What one batch brings of one sensor. */
const burst = fc.record({
  sensor: fc.nat(2),
  from: fc.integer({ min: 0, max: DATA_HOURS * HOUR }).map((ms) => DAY_0 + ms),
  step: fc.constantFrom(1, 1_000, 5_000, 14_000, 61_000, 600_000),
  count: fc.integer({ min: 1, max: 300 }),
});
const writer = fc.array(burst, { minLength: 3, maxLength: 8 });
const plan = fc.array(writer, { minLength: 2, maxLength: 3 });

type Burst = (typeof burst)['generate'] extends (...given: never[]) => { value: infer Value } ? Value : never;

/** Each batch anew until it is stored, as its job in the queue would. */
async function write(
  sensors: readonly BucketSensor[],
  bursts: readonly Burst[],
  onProgress: () => void,
): Promise<void> {
  const values = [scatter(1), (n: number) => (n * 0.1) % 7, (n: number) => (n >> 3) % 5];
  for (const { sensor, from, step, count } of bursts) {
    const readings = series(from, step, count, values[sensor] as (n: number) => number);
    await untilDone(() => own.store(sensors[sensor] as BucketSensor, readings, writerDb));
    onProgress();
  }
}

async function untilDone(work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
  }
}

/** A maintenance job that begins again and again, whatever becomes of it. */
async function roll(isGoing: () => boolean, onProgress: () => void): Promise<void> {
  while (isGoing()) {
    await own.rollAll(jobDb).then(onProgress, (error) => {
      if (!isTransient(error)) throw error;
    });
  }
}

/** Ends connections in the middle of their transactions, one after each sign of progress. */
async function kill(isGoing: () => boolean, progress: () => number): Promise<void> {
  for (let seen = -1, kills = 0; isGoing() && kills < KILLS; ) {
    const { rows } = await sql<{ killed: boolean }>`
      SELECT pg_terminate_backend(pid) AS killed FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'victim' AND xact_start < now() AND ${progress() > seen}
      ORDER BY random() LIMIT 1`.execute(own.db);
    if (rows.length > 0) [seen, kills] = [progress(), kills + 1];
  }
}

/** Whoever reads meanwhile sees all that was stored before, and nothing twice. */
async function watch(sensor: BucketSensor, isGoing: () => boolean): Promise<void> {
  const edges = Array.from({ length: 6 }, (_, n) => DAY_0 + n * 17.3 * HOUR);
  while (isGoing()) {
    const before = plainBuckets(await storedReadings(own.db, sensor.id), sensor, edges, 0);
    const { buckets: seen } = await readBuckets(own.db, sensor, edges, 0);
    const after = plainBuckets(await storedReadings(own.db, sensor.id), sensor, edges, 0);
    for (const [index, { count }] of seen.entries()) {
      expect(count).toBeGreaterThanOrEqual((before[index] as Bucket).count);
      expect(count).toBeLessThanOrEqual((after[index] as Bucket).count);
    }
  }
}

/** Marks and hours that nobody rolled up. */
async function leftOver(): Promise<unknown[]> {
  const { rows } = await sql`
    SELECT hour FROM rollup_mark UNION ALL SELECT hour FROM rollup_due`.execute(own.db);
  return rows;
}

it(
  'rollups are those of the readings, however writers, late data, several jobs and kills interleave',
  async () => {
    const property = fc.asyncProperty(plan, async (writers) => {
      const sensors = [
        await own.addSensor(),
        await own.addSensor({ measure: 'counter' }),
        await own.addSensor({ measure: 'state' }),
      ];
      let going = true;
      let progress = 0;
      const isGoing = () => going;
      const onProgress = () => {
        progress++;
      };
      const writing = Promise.all(writers.map((bursts) => write(sensors, bursts, onProgress))).finally(() => {
        going = false;
      });
      const rolling = [roll(isGoing, onProgress), roll(isGoing, onProgress)];
      await Promise.all([
        writing,
        ...rolling,
        kill(isGoing, () => progress),
        watch(sensors[0] as BucketSensor, isGoing),
      ]);

      await own.rollAll();
      expect(await leftOver()).toEqual([]);
      for (const { id, measure } of sensors) {
        expect(await storedRollups(own.db, id)).toEqual(plainRollups(await storedReadings(own.db, id), measure));
      }
    });
    const seed = process.env.STEPCLOUD_ROLLUP_RUNS === undefined ? { seed: 11 } : {};
    await fc.assert(property, { numRuns: RUNS, endOnFailure: true, ...seed });
  },
  60_000 + RUNS * 20_000,
);
