import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Db } from '../../src/db/database.ts';
import { ensurePartitions } from '../../src/db/partitions.ts';
import { insertReadings, insertTextReadings, type LatestValue, moveLatest } from '../../src/db/readings.ts';
import { type Own, ownDatabase } from './tenant.ts';

const T = Date.UTC(2026, 10, 23, 12);
const YEARS = [2016, 2027].map((year) => Date.UTC(year, 0, 1)) as [number, number];

let own: Own;
let deviceId: string;
let sensors = 0;
beforeAll(async () => {
  own = await ownDatabase();
  deviceId = await own.createDevice(await own.createHome());
  const months = Array.from({ length: 12 * 11 + 1 }, (_, month) => Date.UTC(2016, month, 15));
  await ensurePartitions(own.db, 'reading', months, 'month');
  await ensurePartitions(own.db, 'reading_text', [T], 'month');
});
afterAll(() => own.close());

const newSensor = () => own.createSensor(deviceId, `sensor ${sensors++}`);
const numbersOf = async (sensorId: number): Promise<[number, number, number][]> => {
  const rows = await own.db
    .selectFrom('reading')
    .where('sensor_id', '=', sensorId)
    .orderBy('recorded_at')
    .selectAll()
    .execute();
  return rows.map(({ recorded_at, value, received_after }) => [recorded_at.getTime(), value, received_after]);
};
const insert = (rows: Parameters<typeof insertReadings>[1]) =>
  own.db.transaction().execute((tx) => insertReadings(tx, rows));

describe('inserting readings', () => {
  it('tells new ones, the same again, and another value for the same time apart', async () => {
    const sensorId = await newSensor();
    const row = (offset: number, value: number) => ({ sensorId, recordedAt: T + offset, receivedAt: T + 5000, value });
    expect(await insert([row(0, 1), row(1, 2), row(2, 3)])).toEqual(new Map());
    const again = await insert([row(0, 1), row(1, 99), row(2, 3), row(3, 4)]);
    expect([...again].sort()).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    expect(await numbersOf(sensorId)).toEqual([
      [T, 1, 5],
      [T + 1, 2, 5],
      [T + 2, 3, 5],
      [T + 3, 4, 5],
    ]);
  });

  it('tells it of texts too', async () => {
    const sensorId = await own.createSensor(deviceId, `sensor ${sensors++}`, 'string');
    const row = (offset: number, value: string) => ({ sensorId, recordedAt: T + offset, receivedAt: T, value });
    const write = (rows: ReturnType<typeof row>[]) =>
      own.db.transaction().execute((tx) => insertTextReadings(tx, rows));
    expect(await write([row(0, 'on'), row(1, 'off')])).toEqual(new Map());
    expect([...(await write([row(0, 'on'), row(1, 'on'), row(2, 'NULL')]))].sort()).toEqual([
      [0, 'on'],
      [1, 'off'],
    ]);
  });

  it('of nothing does nothing', async () => {
    expect(await insertReadings(own.db, [])).toEqual(new Map());
    expect(await insertTextReadings(own.db, [])).toEqual(new Map());
    await moveLatest([]).execute(own.db);
  });

  it('keeps how late a value came in whole seconds, ahead of its time as well', async () => {
    const sensorId = await newSensor();
    const late = [-300_000, 0, 499, 500, 3_600_000, 3653 * 86_400_000];
    await insert(late.map((ms, index) => ({ sensorId, recordedAt: T + index, receivedAt: T + index + ms, value: 1 })));
    expect((await numbersOf(sensorId)).map(([, , after]) => after)).toEqual([-300, 0, 0, 1, 3600, 315_619_200]);
  });

  it('keeps every double as it is', async () => {
    const edges = [
      Number.MAX_VALUE,
      -Number.MAX_VALUE,
      Number.MIN_VALUE,
      -Number.MIN_VALUE,
      2 ** 53 + 2,
      0.1,
      1 / 3,
      1e21,
      1e-7,
    ];
    const anyDouble = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
    await fc.assert(
      fc.asyncProperty(fc.array(anyDouble, { minLength: 1, maxLength: 200 }), async (values) => {
        const sensorId = await newSensor();
        const given = [...edges, ...values].map((value, index) => ({
          sensorId,
          recordedAt: T + index,
          receivedAt: T,
          value,
        }));
        await insert(given);
        expect((await numbersOf(sensorId)).map(([, value]) => value)).toEqual(given.map(({ value }) => value));
        const again = await insert(given);
        expect(given.map((_, index) => again.get(index))).toEqual(given.map(({ value }) => value));
      }),
      { numRuns: 20 },
    );
  });

  it('keeps every millisecond as it is, and finds it again', async () => {
    const [first, last] = YEARS;
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: first, max: last - 1 }), { minLength: 1, maxLength: 300 }),
        async (times) => {
          const sensorId = await newSensor();
          const sorted = [...times].sort((a, b) => a - b);
          const rows = sorted.map((recordedAt) => ({ sensorId, recordedAt, receivedAt: last, value: 1 }));
          await insert(rows);
          expect((await numbersOf(sensorId)).map(([time]) => time)).toEqual(sorted);
          expect((await insert(rows)).size).toBe(rows.length);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('keeps every text as it is', async () => {
    const text = fc
      .oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('', 'NULL', '{}', '{"a"}', '\\', '"', "'; drop table reading;--"),
      )
      .filter((value) => !value.includes('\0'));
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 50 }), async (values) => {
        const sensorId = await own.createSensor(deviceId, `sensor ${sensors++}`, 'string');
        const rows = values.map((value, index) => ({ sensorId, recordedAt: T + index, receivedAt: T, value }));
        const write = () => own.db.transaction().execute((tx) => insertTextReadings(tx, rows));
        await write();
        const again = await write();
        expect(rows.map((_, index) => again.get(index))).toEqual(values);
      }),
      { numRuns: 20 },
    );
  });

  it('waits for another transaction that brings the same, and then sees what it left', async () => {
    const sensorId = await newSensor();
    const row = (value: number) => [{ sensorId, recordedAt: T, receivedAt: T, value }];
    const outcomes: unknown[] = [];
    let second: Promise<unknown> = Promise.resolve();
    await own.db.transaction().execute(async (tx) => {
      outcomes.push(await insertReadings(tx, row(1)));
      second = insert(row(2)).then((outcome) => outcomes.push(outcome));
    });
    await second;
    expect(outcomes).toEqual([new Map(), new Map([[0, 1]])]);
    expect(await numbersOf(sensorId)).toEqual([[T, 1, 0]]);
  });

  it('stores what another transaction brought and took back', async () => {
    const sensorId = await newSensor();
    const row = (value: number) => [{ sensorId, recordedAt: T, receivedAt: T, value }];
    let second: Promise<unknown> = Promise.resolve();
    const first = own.db.transaction().execute(async (tx) => {
      await insertReadings(tx, row(1));
      second = insert(row(2));
      throw new Error('rolled back');
    });
    await expect(first).rejects.toThrow();
    expect(await second).toEqual(new Map());
    expect(await numbersOf(sensorId)).toEqual([[T, 2, 0]]);
  });
});

describe('the latest value of a sensor', () => {
  const latest = (sensorId: number, offset: number, value: number | string = offset): LatestValue => ({
    sensorId,
    recordedAt: T + offset,
    receivedAt: T + 60_000 + offset,
    value: typeof value === 'number' ? value : null,
    text: typeof value === 'string' ? value : null,
  });
  const read = async (sensorId: number, db: Db = own.db) => {
    const { rows } = await sql<{ at: Date; received: Date; value: number | null; text: string | null }>`
      SELECT recorded_at AS at, received_at AS received, value, text FROM sensor_latest WHERE sensor_id = ${sensorId}`.execute(
      db,
    );
    return rows[0] && { ...rows[0], at: rows[0].at.getTime() - T, received: rows[0].received.getTime() - T };
  };

  it('is the first one', async () => {
    const sensorId = await newSensor();
    await moveLatest([latest(sensorId, 5, 'on')]).execute(own.db);
    expect(await read(sensorId)).toEqual({ at: 5, received: 60_005, value: null, text: 'on' });
  });

  it.each([
    ['moves forward', [1, 2], 2],
    ['does not move back', [2, 1], 2],
    ['does not change at the same time', [2, 2], 2],
    ['moves by a millisecond', [1000, 1001, 1000], 1001],
  ])('%s', async (_, offsets, expected) => {
    const sensorId = await newSensor();
    for (const [index, offset] of offsets.entries())
      await moveLatest([latest(sensorId, offset, index)]).execute(own.db);
    expect(await read(sensorId)).toMatchObject({ at: expected, value: offsets.indexOf(expected) });
  });

  it('is the newest of all, whatever comes when and beside what', async () => {
    const several = [await newSensor(), await newSensor(), await newSensor()].sort((a, b) => a - b);
    const batch = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 3, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 8 }), async (batches) => {
        await sql`DELETE FROM sensor_latest`.execute(own.db);
        await Promise.all(
          batches.map((offsets) =>
            moveLatest(several.map((sensorId, index) => latest(sensorId, offsets[index] as number))).execute(own.db),
          ),
        );
        for (const [index, sensorId] of several.entries()) {
          const newest = Math.max(...batches.map((offsets) => offsets[index] as number));
          expect(await read(sensorId)).toEqual({ at: newest, received: newest + 60_000, value: newest, text: null });
        }
      }),
      { numRuns: 25 },
    );
  });
});
