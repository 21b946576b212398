import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bucket } from '../../src/db/bucket-merge.ts';
import type { BucketSensor } from '../../src/db/bucket-pieces.ts';
import { planPieces } from '../../src/db/bucket-plan.ts';
import { readBuckets } from '../../src/db/buckets.ts';
import { ensurePartitions } from '../../src/db/partitions.ts';
import { insertTextReadings } from '../../src/db/readings.ts';
import { DAY, DENSE_DAY, DENSE_HOUR, HOUR, MINUTE, raiseRollupFloor } from '../../src/db/rollups.ts';
import { rollUp } from '../../src/worker/rollups.ts';
import { plainBuckets, storedReadings } from './plain.ts';
import { DAY_0, openRolled, type Rolled, series } from './rolled.ts';

const SECOND = 1_000;
const NOW = DAY_0 + 10 * DAY;

const equal = (from: number, length: number, count: number) =>
  Array.from({ length: count + 1 }, (_, n) => from + n * length);

describe('the plan of buckets', () => {
  const [SPARSE, DENSE] = [1, 100_000];
  const days = (...counts: number[]) => new Map(counts.map((count, n) => [DAY_0 + n * DAY, count]));
  const known = {
    days: days(DENSE, DENSE, SPARSE),
    hours: new Map(equal(DAY_0, HOUR, 48).map((hour) => [hour, DENSE] as const)),
    due: new Set<number>(),
    readingsFrom: Number.NEGATIVE_INFINITY,
    rollupsFrom: Number.NEGATIVE_INFINITY,
  };
  /** Pieces as `source bucket from-to`, in hours from the first day; with ~ where the bucket is not exact. */
  const plan = (edges: number[], changed: Partial<typeof known> = {}) => {
    const { pieces, inexact } = planPieces(edges, { ...known, ...changed });
    return pieces.map(
      ({ source, index, from, to }) =>
        `${source.replace('rollup_', '')} ${inexact.has(index) ? '~' : ''}${index} ${(from - DAY_0) / HOUR}-${(to - DAY_0) / HOUR}`,
    );
  };

  it.each<[string, number[], Partial<typeof known>, string[]]>([
    ['days of UTC', equal(DAY_0, DAY, 3), {}, ['day 0 0-24', 'day 1 24-48', 'day 2 48-72']],
    ['one of all days', [DAY_0, DAY_0 + 3 * DAY], {}, ['day 0 0-72']],
    [
      'days of Berlin in winter',
      equal(DAY_0 - HOUR, DAY, 2),
      {},
      ['hour 0 0-23', 'hour 1 23-47'], // nothing is known of the day before
    ],
    [
      'a day of India',
      [DAY_0 + 18.5 * HOUR, DAY_0 + 42.5 * HOUR],
      {},
      ['minute 0 18.5-19', 'hour 0 19-42', 'minute 0 42-42.5'],
    ],
    [
      'buckets of 40 minutes',
      equal(DAY_0, 40 * MINUTE, 3),
      {},
      [0, 1, 2].map((n) => `minute ${n} ${(n * 40) / 60}-${((n + 1) * 40) / 60}`),
    ],
    [
      'an edge within a minute',
      [DAY_0 + 1.5 * MINUTE, DAY_0 + HOUR],
      {},
      [`reading 0 ${1.5 / 60}-${2 / 60}`, `minute 0 ${2 / 60}-1`],
    ],
    ['within a minute', [DAY_0 + 9 * SECOND, DAY_0 + 18 * SECOND], {}, ['reading 0 0.0025-0.005']],
    ['hours of a day with few readings', equal(DAY_0 + 2 * DAY, HOUR, 1), {}, ['reading 0 48-49']],
    [
      'hours of days with as many readings as they need, and one less',
      [DAY_0, DAY_0 + DAY + HOUR],
      { days: days(DENSE_DAY, DENSE_DAY - 1) },
      ['day 0 0-24', 'reading 0 24-25'],
    ],
    [
      'minutes of hours with as many readings as they need, and one less',
      [DAY_0 + 30 * MINUTE, DAY_0 + 90 * MINUTE],
      { hours: new Map(([DENSE_HOUR, DENSE_HOUR - 1] as const).map((count, n) => [DAY_0 + n * HOUR, count])) },
      ['minute 0 0.5-1', 'reading 0 1-1.5'],
    ],
    ['days without readings', equal(DAY_0 + 4 * DAY, DAY, 3), {}, []],
    [
      'an hour that is due',
      [DAY_0, DAY_0 + 2 * DAY],
      { due: new Set([DAY_0 + 5 * HOUR]) },
      ['hour 0 0-5', 'reading 0 5-6', 'hour 0 6-24', 'day 0 24-48'],
    ],
    [
      'an hour that is due, of a day without rollups',
      equal(DAY_0 + 4 * DAY, DAY, 1),
      { due: new Set([DAY_0 + 99 * HOUR]) },
      ['reading 0 96-120'],
    ],
    [
      'time that has no rollups any more',
      equal(DAY_0, DAY, 2),
      { rollupsFrom: DAY_0 + DAY },
      ['reading 0 0-24', 'day 1 24-48'],
    ],
    [
      'few readings that were dropped: the day goes where its middle is',
      [DAY_0 + 2 * DAY - HOUR, DAY_0 + 3 * DAY - HOUR, DAY_0 + 4 * DAY - HOUR],
      { readingsFrom: DAY_0 + 9 * DAY },
      ['hour ~0 47-48', 'day ~0 48-72'],
    ],
    [
      'an edge within a minute whose readings were dropped',
      [DAY_0, DAY_0 + HOUR + 80 * SECOND, DAY_0 + 2 * HOUR],
      { readingsFrom: DAY_0 + 9 * DAY },
      ['hour ~0 0-1', `minute ~0 1-${1 + 1 / 60}`, `minute ~1 ${1 + 1 / 60}-2`],
    ],
  ])('%s', (_, edges, changed, expected) => {
    expect(plan(edges, changed)).toEqual(expected);
  });
});

describe('buckets', () => {
  let own: Rolled;
  let sensors: BucketSensor[];

  /** Some of it rolled up, some due, some only marked. */
  beforeAll(async () => {
    own = await openRolled();
    sensors = [
      await own.addSensor(),
      await own.addSensor({ measure: 'counter' }),
      await own.addSensor({ measure: 'state' }),
      await own.addSensor({ valueType: 'boolean' }),
    ];
    const values = [
      (n: number) => ((n * 7919) % 1_000) / 8,
      (n: number) => (n * 3) % 1_700,
      (n: number) => (n >> 5) & 3,
      (n: number) => (n >> 3) & 1,
    ];
    for (const [index, sensor] of sensors.entries()) {
      const value = values[index] as (n: number) => number;
      await own.store(sensor, series(DAY_0 + 8 * HOUR + 12_345, 7 * SECOND, 1_500, value));
      await own.store(sensor, series(DAY_0 + DAY + 3 * HOUR, 11 * MINUTE, 120, value));
      await own.store(sensor, series(DAY_0 + 4 * DAY, 5 * HOUR, 8, value));
      await own.rollAll();
      await own.store(sensor, series(DAY_0 + 9 * HOUR + 1, 20 * SECOND, 50, value));
      await own.store(sensor, series(DAY_0 + 6 * DAY + 30 * MINUTE, 10 * SECOND, 300, value));
    }
  });
  afterAll(() => own.close());

  const read = async (sensor: BucketSensor, edges: readonly number[], now = NOW) =>
    (await readBuckets(own.db, sensor, edges, now)).buckets;

  async function expectExact(edges: readonly number[], now = NOW): Promise<void> {
    for (const sensor of sensors) {
      const measure = sensor.valueType === 'boolean' ? 'state' : sensor.measure;
      const readings = await storedReadings(own.db, sensor.id);
      expect(await read(sensor, edges, now)).toEqual(plainBuckets(readings, { ...sensor, measure }, edges, now));
    }
  }

  it.each([
    ['days of UTC', equal(DAY_0 - DAY, DAY, 12)],
    ['hours', equal(DAY_0, HOUR, 200)],
    ['minutes', equal(DAY_0 + 9 * HOUR, MINUTE, 70)],
    ['of 43.2 minutes', equal(DAY_0 + 1, 43.2 * MINUTE, 100)],
    ['of seconds', equal(DAY_0 + 8 * HOUR + 45 * MINUTE, 2_500, 100)],
    ['one of everything', [DAY_0 - DAY, NOW]],
    ['one of nothing', [DAY_0 - 2 * DAY, DAY_0 - DAY]],
    ['after everything', [NOW, NOW + DAY]],
    ['none', []],
  ])('are those of the readings: %s', async (_, edges) => {
    await expectExact(edges);
  });

  it.each([
    ['Berlin', 60],
    ['Kolkata', 330],
    ['Kathmandu', 345],
    ["St. John's", -210],
  ])('are those of the readings: days of %s', async (_, offsetMinutes) => {
    await expectExact(equal(DAY_0 - offsetMinutes * MINUTE, DAY, 8));
  });

  it('are those of the readings, whatever the edges, now and after everything is rolled up', async () => {
    const edge = fc.oneof(
      fc.integer({ min: -30, max: 200 }).map((hours) => DAY_0 + hours * HOUR),
      fc.integer({ min: 0, max: 2_000 }).map((minutes) => DAY_0 + 8 * HOUR + minutes * MINUTE),
      fc.integer({ min: -DAY, max: 8 * DAY }).map((ms) => DAY_0 + ms),
    );
    const now = fc.integer({ min: DAY_0 + 6.2 * DAY, max: NOW }); // nothing is later than that
    const property = fc.asyncProperty(fc.uniqueArray(edge, { minLength: 2, maxLength: 8 }), now, (edges, now) =>
      expectExact(
        [...edges].sort((a, b) => a - b),
        now,
      ),
    );
    await fc.assert(property, { numRuns: 8 });
    await own.rollAll();
    await fc.assert(property, { numRuns: 8 });
  });

  it('show a reading as soon as it is stored, before and after its mark is gathered', async () => {
    const sensor = await own.addSensor();
    const edges = [DAY_0, DAY_0 + HOUR, DAY_0 + 2 * HOUR, DAY_0 + DAY];
    const counts = async () => (await read(sensor, edges)).map(({ count }) => count);
    await own.store(
      sensor,
      series(DAY_0, SECOND, 5_000, (n) => n),
    );
    expect(await counts()).toEqual([3_600, 1_400, 0]);
    await own.rollAll();
    expect(await counts()).toEqual([3_600, 1_400, 0]);
    await own.store(sensor, [{ at: DAY_0 + 1, value: 1 }]);
    expect(await counts()).toEqual([3_601, 1_400, 0]);
    await rollUp(own.db, 'month', 0, new AbortController().signal);
    expect(await counts()).toEqual([3_601, 1_400, 0]);
  });

  it('of a counter add up to what it grew, over resets and gaps', async () => {
    const sensor = await own.addSensor({ measure: 'counter' });
    const values = [5, 8, 8, 2, 10, 10.5, 0, -3, 1];
    await own.store(
      sensor,
      values.map((value, n) => ({ at: DAY_0 + n * 13 * HOUR, value })),
    );
    await own.rollAll();
    const grown = 3 + 0 + 2 + 8 + 0.5 + 0 + 0 + 4;
    for (const length of [HOUR, 7 * HOUR, DAY, 9 * DAY]) {
      const buckets = await read(sensor, equal(DAY_0, length, Math.ceil((5 * DAY) / length)));
      expect(buckets.reduce((sum, { increase }) => sum + (increase ?? 0), 0)).toBe(grown);
    }
  });

  it('of a sensor that was declared a state later say how long it had each value, as far back as it has readings', async () => {
    const sensor = { ...(await own.addSensor()), measure: 'state' as const };
    await own.store(
      sensor,
      series(DAY_0, 10 * SECOND, 1_000, (n) => n & 1),
    );
    await own.rollAll();
    const readings = await storedReadings(own.db, sensor.id);
    for (const edges of [equal(DAY_0, DAY, 2), equal(DAY_0, HOUR, 4), equal(DAY_0, 40 * MINUTE, 5)])
      expect(await read(sensor, edges)).toEqual(plainBuckets(readings, sensor, edges, NOW));
  });

  it('of what has too many values to be a state do not list them', async () => {
    const sensor = await own.addSensor({ measure: 'state' });
    await own.store(
      sensor,
      series(DAY_0, MINUTE, 60, (n) => n),
    );
    const expected = [
      { count: 30, held: expect.objectContaining({ length: 30 }) },
      { count: 60, held: null },
    ];
    for (const _ of ['readings', 'rollups']) {
      const [half] = await read(sensor, [DAY_0, DAY_0 + 30 * MINUTE]);
      expect([half, ...(await read(sensor, [DAY_0, DAY_0 + HOUR]))]).toMatchObject(expected);
      await own.rollAll();
    }
  });

  it('of texts say which there were for how long, also from long before', async () => {
    const sensor = await own.addSensor({ valueType: 'string' });
    const say = async (...texts: [at: number, value: string][]) => {
      await ensurePartitions(
        own.db,
        'reading_text',
        texts.map(([at]) => at),
        'month',
      );
      const rows = texts.map(([at, value]) => ({ sensorId: sensor.id, recordedAt: at, receivedAt: at, value }));
      await own.db.transaction().execute((tx) => insertTextReadings(tx, rows));
    };
    await say(
      [DAY_0 - 90 * DAY, 'idle'],
      [DAY_0 + HOUR, 'printing'],
      [DAY_0 + 3 * HOUR, 'idle'],
      [DAY_0 + 4 * HOUR, '__proto__'],
    );
    const moment = (hours: number, value: string) => ({ recordedAt: new Date(DAY_0 + hours * HOUR), value });
    const [first, second, third] = await read(sensor, equal(DAY_0, 2 * HOUR, 3), DAY_0 + 5 * HOUR);
    const numbers = { min: null, max: null, sum: null };
    expect(first).toMatchObject({ ...numbers, count: 1, first: moment(1, 'printing'), last: moment(1, 'printing') });
    expect(second).toMatchObject({ ...numbers, count: 1, first: moment(3, 'idle'), last: moment(3, 'idle') });
    expect([first, second, third].map((bucket) => bucket?.held)).toEqual([
      [
        { value: 'idle', ms: HOUR },
        { value: 'printing', ms: HOUR },
      ],
      [
        { value: 'idle', ms: HOUR },
        { value: 'printing', ms: HOUR },
      ],
      [{ value: '__proto__', ms: HOUR }],
    ]);
  });

  it('are there when their readings were dropped, and readings when rollups were', async () => {
    const other = await openRolled();
    const sensor = await other.addSensor({ measure: 'counter' });
    for (let day = DAY_0; day < DAY_0 + 4 * DAY; day += DAY) {
      await other.store(
        sensor,
        series(day + 20 * HOUR, 10 * SECOND, 1_440, (n) => n % 1_000),
      );
    }
    await other.rollAll();
    const edges = [
      equal(DAY_0, DAY, 4),
      equal(DAY_0, HOUR, 96),
      equal(DAY_0 + 45 * HOUR, MINUTE, 300),
      equal(DAY_0 + 30 * MINUTE, DAY, 3),
    ];
    const all = async () =>
      Promise.all(edges.map(async (own) => (await readBuckets(other.db, sensor, own, NOW)).buckets));
    const before = await all();
    await raiseRollupFloor(other.db, 'readings_from', new Date(DAY_0 + 2 * DAY));
    await other.db
      .deleteFrom('reading')
      .where('recorded_at', '<', new Date(DAY_0 + 2 * DAY))
      .execute();
    const after = await all();
    await raiseRollupFloor(other.db, 'rollups_from', new Date(DAY_0 + 3 * DAY));
    for (const table of ['rollup_minute', 'rollup_hour', 'rollup_day'] as const)
      await other.db
        .deleteFrom(table)
        .where('bucket', '<', new Date(DAY_0 + 3 * DAY))
        .execute();
    const last = await all();
    await other.close();
    expect(after).toEqual(before);
    const recent = (buckets: (readonly Bucket[])[]) =>
      buckets.map((own) => own.filter(({ from }) => from.getTime() > DAY_0 + 2 * DAY));
    expect(recent(last)).toEqual(recent(before));
    expect(last[0]?.map(({ count, exact }) => [count, exact])).toEqual([
      [0, false],
      [0, false],
      [1_440, true],
      [1_440, true],
    ]);
  });
});
