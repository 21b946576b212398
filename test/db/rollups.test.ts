import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrokerSettings } from '../../src/config.ts';
import type { BucketSensor } from '../../src/db/bucket-pieces.ts';
import { readBuckets } from '../../src/db/buckets.ts';
import { recomputeRollups } from '../../src/db/rollup-recompute.ts';
import { DAY, HOUR, listDue, lockRollups, MINUTE, raiseRollupFloor } from '../../src/db/rollups.ts';
import type { JobContext } from '../../src/worker/job.ts';
import { rollUp, rollUpJob } from '../../src/worker/rollups.ts';
import { plainRollups, storedReadings, storedRollups } from './plain.ts';
import { DAY_0, openRolled, type Rolled, scatter, series } from './rolled.ts';

const SECOND = 1_000;
const YEAR = 365 * DAY;
const ALWAYS = Number.MAX_SAFE_INTEGER / 4;
const never = new AbortController().signal;

let own: Rolled;
beforeAll(async () => {
  own = await openRolled();
});
afterAll(() => own.close());

const rollups = (sensor: BucketSensor) => storedRollups(own.db, sensor.id);
const due = async (sensor: BucketSensor) =>
  (await listDue(own.db, ALWAYS, 1_000)).filter(({ sensorId }) => sensorId === sensor.id).map(({ hour }) => hour);
async function expectWhole(sensor: BucketSensor): Promise<void> {
  const measure = sensor.valueType === 'boolean' ? 'state' : sensor.measure;
  expect(await rollups(sensor)).toEqual(plainRollups(await storedReadings(own.db, sensor.id), measure));
}

describe('rollups', () => {
  it.each([
    ['a gauge', 'number', 'gauge', scatter(1)],
    ['a counter that is reset now and then', 'number', 'counter', (n: number) => ((n * 0.1) % 70) - 1],
    ['a state', 'number', 'state', (n: number) => (n >> 4) % 5],
    ['a state that has too many values', 'number', 'state', (n: number) => n % 50],
    ['a boolean', 'boolean', 'gauge', (n: number) => ((n * n) >> 7) & 1],
  ] as const)('of %s tell of its readings, to the last bit', async (_, valueType, measure, value) => {
    const sensor = await own.addSensor({ valueType, measure });
    await own.store(sensor, series(DAY_0 + 5 * HOUR + 17 * MINUTE + 333, 2 * SECOND, 1_400, value));
    await own.store(sensor, series(DAY_0 + 9 * HOUR, 14 * SECOND, 300, value));
    await own.store(sensor, series(DAY_0 + DAY, 13 * MINUTE, 300, value));
    await own.rollAll();
    await expectWhole(sensor);
    const { minute, hour, day } = await rollups(sensor);
    expect([minute.length > 60, hour.length > 40, day.length]).toEqual([true, true, 4]);
  });

  it('are kept only where there are four readings to each on average, those of days always', async () => {
    const sensor = await own.addSensor();
    const kept = async () => Object.values(await rollups(sensor)).map((rows) => rows.length);
    await own.store(sensor, series(DAY_0, 15 * SECOND, 239, scatter(2)));
    await own.rollAll();
    expect(await kept()).toEqual([0, 1, 1]);
    await own.store(sensor, [{ at: DAY_0 + HOUR - 1, value: 7 }]);
    await own.rollAll();
    expect(await kept()).toEqual([60, 1, 1]);

    await own.store(sensor, series(DAY_0 + DAY, 15 * MINUTE, 95, scatter(3)));
    await own.rollAll();
    expect(await kept()).toEqual([60, 1, 2]);
    await own.store(sensor, [{ at: DAY_0 + 2 * DAY - 1, value: 7 }]);
    await own.rollAll();
    expect(await kept()).toEqual([60, 25, 2]);
    await expectWhole(sensor);
  });

  it('of last year are corrected by what comes today', async () => {
    const sensor = await own.addSensor({ measure: 'counter' });
    const then = DAY_0 - YEAR + 7 * HOUR;
    await own.store(
      sensor,
      series(then, 2 * SECOND, 1_500, (n) => n),
    );
    await own.rollAll();
    await own.store(
      sensor,
      series(then + SECOND, 30 * SECOND, 100, (n) => n * 15 + 0.5),
    );
    await own.store(
      sensor,
      series(then + 20 * MINUTE + 1, 1, 3, () => -1e6),
    );
    expect(await due(sensor)).toEqual([]);
    await own.rollAll();
    await expectWhole(sensor);
  });

  it('are made of an hour when it is over, once, however many batches it came in', async () => {
    const sensor = await own.addSensor();
    for (let n = 0; n < 20; n++) await own.store(sensor, series(DAY_0 + n * MINUTE, SECOND, 20, scatter(n)));
    const roll = (now: number) => {
      const settings = { partitionSpan: 'day' } as BrokerSettings;
      return rollUpJob.run({ db: own.db, settings, clock: () => now, signal: never } as JobContext);
    };
    expect(await roll(DAY_0 + HOUR)).toBeUndefined();
    expect(await due(sensor)).toEqual([DAY_0]);
    expect(await rollups(sensor)).toEqual({ minute: [], hour: [], day: [] });
    expect(await roll(DAY_0 + HOUR + 2 * MINUTE)).toEqual({ hours: 1 });
    expect(await due(sensor)).toEqual([]);
    await expectWhole(sensor);
    expect(await roll(DAY_0 + DAY)).toBeUndefined();
  });

  it('say how far apart readings are, and say it again when that has changed by more than a tenth', async () => {
    const sensor = await own.addSensor();
    const interval = async () => {
      const found = own.db.selectFrom('sensor').where('id', '=', sensor.id).select('usual_interval_s as seconds');
      return (await found.executeTakeFirstOrThrow()).seconds;
    };
    const steps: [day: number, step: number, expected: number][] = [
      [0, 10 * SECOND, 10],
      [1, 11 * SECOND, 10], // both days: 10.5
      [2, 11 * SECOND, 10], // 11 is a tenth
      [3, 30 * SECOND, 20.5],
    ];
    for (const [day, step, expected] of steps) {
      await own.store(
        sensor,
        series(DAY_0 + day * DAY, step, 101, (n) => n),
      );
      await own.rollAll();
      expect(await interval(), `day ${day}`).toBe(expected);
    }
  });

  it('of a number that no sum can hold are there, and stop no others', async () => {
    const [sensor, other] = [await own.addSensor({ measure: 'counter' }), await own.addSensor()];
    const huge = (n: number) => (n % 2 === 0 ? 1.7e308 : -1.7e308);
    await own.store(sensor, series(DAY_0, SECOND, 300, huge));
    await own.store(other, series(DAY_0, SECOND, 300, scatter(4)));
    await own.rollAll();
    await expectWhole(other);
    expect((await rollups(sensor)).day).toMatchObject([{ count: 300, min: -1.7e308, max: 1.7e308, sum: Number.NaN }]);
    expect((await readBuckets(own.db, sensor, [DAY_0, DAY_0 + DAY], DAY_0)).buckets).toMatchObject([
      { count: 300, sum: null, increase: null, max: 1.7e308 },
    ]);
  });

  it('are made again when a reading comes while they are made', async () => {
    const sensor = await own.addSensor();
    await own.store(sensor, [{ at: DAY_0, value: 1 }]);
    await rollUp(own.db, 'month', 0, never); // gathers the marks, and no more
    const hours = await listDue(own.db, ALWAYS, 1_000);
    let recomputing: Promise<void> | undefined;
    const held = own.db.transaction().execute(async (tx) => {
      // It has read, and cannot write until this row is gone.
      await sql`
        INSERT INTO rollup_day SELECT to_timestamp(${DAY_0 / 1000}), now(), now(), 0, 0, 0, 0, 0, 0, ${sensor.id}, 1`.execute(
        tx,
      );
      recomputing = recomputeRollups(own.db, hours);
      await expect.poll(isWaiting).toBe(true);
      await own.store(sensor, [{ at: DAY_0 + 1, value: 2 }]);
      throw new Error('rolled back');
    });
    await expect(held).rejects.toThrow('rolled back');
    await recomputing;
    expect((await rollups(sensor)).day).toMatchObject([{ count: 1 }]);
    await own.rollAll();
    await expectWhole(sensor);
  });

  it('see what came before they had their turn, though its mark is gone', async () => {
    const sensor = await own.addSensor();
    await own.store(sensor, [{ at: DAY_0, value: 1 }]);
    await rollUp(own.db, 'month', 0, never);
    const hours = await listDue(own.db, ALWAYS, 1_000);
    let recomputing: Promise<void> | undefined;
    await own.db.transaction().execute(async (gathering) => {
      await lockRollups(gathering);
      recomputing = recomputeRollups(own.db, hours);
      await expect.poll(isWaiting).toBe(true);
      await own.store(sensor, [{ at: DAY_0 + 1, value: 2 }]);
      await gathering.deleteFrom('rollup_mark').execute(); // the hour is due already
    });
    await recomputing;
    await expectWhole(sensor);
    expect((await rollups(sensor)).day).toMatchObject([{ count: 2 }]);
  });

  it('keep readings from being dropped until they are made', async () => {
    let raising: Promise<void> | undefined;
    await own.db.transaction().execute(async (making) => {
      await lockRollups(making);
      raising = raiseRollupFloor(own.db, 'readings_from', new Date(DAY_0 - 9 * YEAR));
      await expect.poll(isWaiting).toBe(true);
    });
    await raising;
  });

  async function isWaiting(): Promise<boolean> {
    const { rows } = await sql`
      SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(own.db);
    return rows.length > 0;
  }

  it('of readings that were dropped stay as they are, whatever comes late', async () => {
    const sensor = await own.addSensor();
    const [old, recent] = [DAY_0 - 3 * YEAR, DAY_0 - 3 * YEAR + 40 * DAY];
    await own.store(sensor, [...series(old, SECOND, 600, scatter(5)), ...series(recent, SECOND, 600, scatter(6))]);
    await own.rollAll();
    const before = await rollups(sensor);
    await raiseRollupFloor(own.db, 'readings_from', new Date(recent));
    await raiseRollupFloor(own.db, 'readings_from', new Date(old));
    await own.store(sensor, [{ at: old + HOUR, value: 1 }]);
    await own.rollAll();
    expect(await rollups(sensor)).toEqual(before);
    expect(await due(sensor)).toEqual([]);
    await own.store(sensor, [{ at: recent + HOUR, value: 1 }]);
    await own.rollAll();
    expect(await rollups(sensor)).not.toEqual(before);
  });
});
