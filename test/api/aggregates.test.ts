import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WIDTH_NAMES } from '../../src/api/bucket-widths.ts';
import { appendMarks, floorTo, raiseRollupFloor } from '../../src/db/rollups.ts';
import type { Measure } from '../../src/db/sensors.ts';
import { rollUp } from '../../src/worker/rollups.ts';
import { plainBuckets, type Reading, storedReadings } from '../db/plain.ts';
import { createScene, DAY, type Home, NOW, type Scene } from './scene.ts';

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];
/** The midnight in Berlin before clocks are set back. */
const AUTUMN = Date.parse('2026-10-25T00:00:00+02:00');

let scene: Scene;
let home: Home;
let token: string;
let device: string;
const iso = (ms: number) => new Date(ms).toISOString();
const get = (query: string, of = device) => scene.get(`/api/v1/devices/${of}/aggregates?${query}`, token);

/** Stores values as the worker does, with marks. */
async function store(label: string, values: [number, number | boolean | string][], of = device): Promise<number> {
  await scene.store(of, label, values);
  const sensor = scene.db.selectFrom('sensor').where('device_id', '=', of).where('label', '=', label);
  const { id } = await sensor.select('id').executeTakeFirstOrThrow();
  const hours = new Set(values.map(([at]) => floorTo(at, HOUR)));
  if (typeof values[0]?.[1] !== 'string') {
    await appendMarks(new Map([...hours].map((hour) => [hour, new Set([id])]))).execute(scene.db);
  }
  return id;
}

async function declare(id: number, measure: Measure, unit: string | null): Promise<void> {
  await scene.db.updateTable('sensor').set({ measure, unit }).where('id', '=', id).execute();
}

/** About how long a bucket is; only to ask for a few of them. */
function lengthOf(width: string): number {
  const [, count, unit] = /^(\d+)(\D+)$/.exec(width) ?? [];
  return Number(count) * ({ m: MINUTE, h: HOUR }[unit as string] ?? DAY);
}

const rollAll = () => rollUp(scene.db, 'month', NOW, new AbortController().signal);

beforeAll(async () => {
  scene = await createScene();
  home = await scene.createOffice(await scene.createCustomer());
  const office = scene.db.updateTable('office').where('id', '=', home.officeId);
  await office.set({ time_zone: 'Europe/Berlin' }).execute();
  token = await scene.signIn(await scene.createUser({ homes: [home] }));
  device = await scene.createDevice(home, 'd');
});
afterAll(() => scene?.close());

describe('aggregates', () => {
  let own: string;
  const of = (query: string) => get(query, own);
  const autumnDay = `from=${iso(AUTUMN)}&to=${iso(AUTUMN + 25 * HOUR)}`;
  beforeAll(async () => {
    own = await scene.createDevice(home, 'autumn');
    await declare(
      await store(
        'energy',
        [
          [AUTUMN - HOUR, 90],
          [AUTUMN + HOUR, 100],
          [AUTUMN + 12 * HOUR, 2],
          [AUTUMN + 24 * HOUR, 17],
        ],
        own,
      ),
      'counter',
      'kWh',
    );
    const id = await store(
      'temperature',
      [
        [AUTUMN, 20],
        [AUTUMN + 20 * HOUR, 26.5],
        [AUTUMN + 25 * HOUR - 1, 19],
      ],
      own,
    );
    await declare(id, 'gauge', '°C');
    await store(
      'phase',
      [
        [AUTUMN - DAY, 'idle'],
        [AUTUMN + 5 * HOUR, 'printing'],
        [AUTUMN + 10 * HOUR, 'idle'],
      ],
      own,
    );
    await store(
      'lid',
      [
        [AUTUMN + 5 * HOUR, true],
        [AUTUMN + 6 * HOUR, false],
      ],
      own,
    );
  });

  it('say what was measured, in which unit and by which clocks, each measure in its own way', async () => {
    const { body, text } = await of(`${autumnDay}&width=1d`);
    const bucket = { from: '2026-10-25T00:00:00+02:00', to: '2026-10-26T00:00:00+01:00', exact: true };
    const sensor = { unit: null, measure: 'gauge', visualization: 'default', exact: true, sources: ['readings'] };
    const none = { min: null, max: null, avg: null, sum: null };
    const moment = (hours: number, value: unknown) => ({ recordedAt: iso(AUTUMN + hours * HOUR), value });
    expect(body, text).toEqual({
      ...{ deviceId: own, timeZone: 'Europe/Berlin', width: '1d', from: bucket.from, to: bucket.to, asOf: iso(NOW) },
      sensors: [
        {
          ...{ ...sensor, label: 'energy', unit: 'kWh', valueType: 'number', measure: 'counter', rateUnit: 'kWh/h' },
          buckets: [
            {
              ...{ ...bucket, count: 3, min: 2, max: 100, avg: 119 / 3, sum: 119 },
              ...{ first: moment(1, 100), last: moment(24, 17), increase: 27, rate: (27 / (25 * HOUR)) * HOUR },
            },
          ],
        },
        {
          ...{ ...sensor, label: 'lid', valueType: 'boolean' },
          buckets: [
            {
              ...{ ...bucket, ...none, count: 2, first: moment(5, true), last: moment(6, false) },
              states: [
                { value: false, ms: 19 * HOUR, share: 19 / 25 },
                { value: true, ms: HOUR, share: 1 / 25 },
              ],
            },
          ],
        },
        {
          ...{ ...sensor, label: 'phase', valueType: 'string' },
          buckets: [
            {
              ...{ ...bucket, ...none, count: 2, first: moment(5, 'printing'), last: moment(10, 'idle') },
              states: [
                { value: 'idle', ms: 20 * HOUR, share: 20 / 25 },
                { value: 'printing', ms: 5 * HOUR, share: 5 / 25 },
              ],
            },
          ],
        },
        {
          ...{ ...sensor, label: 'temperature', unit: '°C', valueType: 'number' },
          buckets: [
            {
              ...{ ...bucket, count: 3, min: 19, max: 26.5, avg: 65.5 / 3, sum: 65.5 },
              ...{ first: moment(0, 20), last: { recordedAt: iso(AUTUMN + 25 * HOUR - 1), value: 19 } },
            },
          ],
        },
      ],
    });
  });

  it.each<[string, number]>([
    ['rate=second', 27 / 25 / 3_600],
    ['rate=minute', 27 / 25 / 60],
    ['rate=day', (27 / 25) * 24],
  ])('tell the rate of a counter by what is asked for: %s', async (query, expected) => {
    const { body } = await of(`${autumnDay}&width=1d&label=energy&${query}`);
    expect(body.sensors[0].buckets[0].rate).toBeCloseTo(expected, 12);
    expect(body.sensors[0].rateUnit).toBe(`kWh/${{ second: 's', minute: 'min', day: 'd' }[query.slice(5)]}`);
  });

  it('of a bucket that is not over count to now', async () => {
    const id = await store('running', [[NOW - 2 * HOUR, 1], [NOW - HOUR, 4], [NOW - MINUTE, 5]], own); // biome-ignore format: short
    await declare(id, 'counter', null);
    const open = { from: iso(NOW - HOUR), to: iso(NOW + DAY) };
    const { body } = await of(`label=running&from=${open.from}&to=${open.to}&width=1d&timeZone=UTC`);
    const [today, tomorrow] = body.sensors[0].buckets;
    expect(today).toMatchObject({ increase: 4, rate: 4 / ((NOW % DAY) / HOUR) });
    expect(tomorrow).toMatchObject({ count: 0, increase: null, rate: null });
    expect(body.sensors[0].rateUnit).toBeNull();
  });

  it('are cut by another time zone where one is given', async () => {
    const { body } = await of(`${autumnDay}&width=1d&label=temperature&timeZone=America/New_York`);
    const days = body.sensors[0].buckets.map(({ from, count }: Record<string, unknown>) => [from, count]);
    expect([body.timeZone, days]).toEqual([
      'America/New_York',
      [
        ['2026-10-24T00:00:00-04:00', 1],
        ['2026-10-25T00:00:00-04:00', 2],
      ],
    ]);
  });

  it.each<[string, string, string, number]>([
    ['no more points than a chart has room for', `${autumnDay}&maxPoints=25`, '1h', 25],
    ['one point less', `${autumnDay}&maxPoints=24`, '2h', 12],
    ['500 where nothing is said', autumnDay, '5m', 300],
    ['none of an empty span', `from=${iso(NOW)}&to=${iso(NOW)}`, '1s', 0],
    ['10,000 at most', `from=${iso(NOW - 10_000 * MINUTE)}&width=1m`, '1m', 10_000],
  ])('have %s', async (_, query, width, count) => {
    const { body, text } = await of(`${query}&label=temperature`);
    expect([body.width, body.sensors[0].buckets.length], text.slice(0, 300)).toEqual([width, count]);
  });

  it.each<[string, string, string]>([
    [
      'too many buckets',
      `from=${iso(NOW - 10_001 * MINUTE)}&width=1m&label=lid`,
      'are more than 10000 of each of 1 sensors',
    ],
    [
      'too many of all sensors',
      `from=${iso(NOW - 2_501 * MINUTE)}&width=1m`,
      'are more than 2000 of each of 5 sensors (10000 in all',
    ],
    ['points that no width makes', 'from=2000-01-01T00:00:00Z&maxPoints=3', 'even buckets of 1y are more than 3'],
    ['more than a hundred years', 'from=1900-01-01T00:00:00Z&width=1y', 'more than 100 years'],
    ['both a width and points', 'width=1h&maxPoints=3', 'not both'],
    ['a time zone that does not exist', 'timeZone=Mars/Base', 'no such time zone: Mars/Base'],
  ])('are refused with %s', async (_, query, detail) => {
    const { status, body } = await of(query);
    expect([status, body.code]).toEqual([400, 'REQUEST_INVALID']);
    expect(body.detail).toContain(detail);
  });

  it.each([
    ['a width that does not exist', 'width=7m', '/width'],
    ['an abbreviation for a time zone', 'timeZone=CET', '/timeZone'],
    ['no points', 'maxPoints=0', '/maxPoints'],
    ['51 labels', Array.from({ length: 51 }, (_, n) => `label=${n}`).join('&'), '/label'],
  ])('are refused with %s', async (_, query, pointer) => {
    const { status, body } = await of(query);
    expect([status, body.errors?.[0]?.pointer]).toEqual([400, pointer]);
  });

  it('of a label that the device does not have are not found', async () => {
    expect((await of('label=lid&label=nope')).body.code).toBe('NOT_FOUND');
  });
});

describe('aggregates of many readings', () => {
  const sensors = new Map<string, { valueType: 'number' | 'boolean'; measure: Measure; readings: Reading[] }>();
  const ZONES = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'];
  const kinds = {
    gauge: (n: number) => Math.round(Math.sin(n) * 1e6) / 1e3,
    counter: (n: number) => (n * 7) % 1_000,
    state: (n: number) => (n >> 4) & 3,
    flag: (n: number) => ((n >> 3) & 1) === 1,
  };

  /** A dense morning, sparse days over two changes of clocks, and late data, some of it rolled up and some not. */
  beforeAll(async () => {
    const times = (from: number, step: number, count: number) =>
      Array.from({ length: count }, (_, n) => from + n * step);
    const early = [...times(AUTUMN + 7 * HOUR + 123, 11 * SECOND, 700), ...times(AUTUMN - 5 * DAY, 47 * MINUTE, 400)];
    const late = [...times(AUTUMN + 7 * HOUR, 61 * SECOND, 90), ...times(AUTUMN + 10 * DAY + 5, 13 * SECOND, 400)];
    for (const batch of [early, late]) {
      for (const [label, value] of Object.entries(kinds)) {
        const id = await store(
          label,
          batch.map((at) => [at, value(at / SECOND)]),
        );
        const measure = label === 'flag' ? 'state' : (label as Measure);
        await declare(id, measure, null);
        const valueType = label === 'flag' ? 'boolean' : 'number';
        sensors.set(label, { valueType, measure, readings: await storedReadings(scene.db, id) });
      }
      if (batch === early) await rollAll();
    }
  });

  async function expectExact(width: string, timeZone: string, from: number, to: number): Promise<void> {
    const labels = [...sensors.keys()].map((label) => `label=${label}`).join('&');
    const { status, body, text } = await get(
      `${labels}&width=${width}&timeZone=${timeZone}&from=${iso(from)}&to=${iso(to)}`,
    );
    expect(status, text).toBe(200);
    for (const { label, exact, buckets } of body.sensors) {
      const { readings, ...sensor } = sensors.get(label) as NonNullable<ReturnType<typeof sensors.get>>;
      const edges: number[] = buckets.map((bucket: { from: string }) => Date.parse(bucket.from));
      const expected = plainBuckets(readings, sensor, [...edges, Date.parse(buckets.at(-1).to)], NOW);
      expect(exact).toBe(true);
      for (const [index, plain] of expected.entries()) {
        const { count, first, last, ...bucket } = buckets[index];
        const json = (value: unknown) => JSON.parse(JSON.stringify(value));
        expect({ count, first, last }).toEqual(json({ count: plain.count, first: plain.first, last: plain.last }));
        if (sensor.valueType === 'number' && plain.sum !== null) {
          expect([bucket.min, bucket.max]).toEqual([plain.min, plain.max]);
          expect(bucket.sum).toBeCloseTo(plain.sum, 6);
          expect(bucket.avg).toBeCloseTo(plain.sum / plain.count, 6);
        }
        expect(bucket.increase).toEqual(plain.increase);
        if (plain.increase != null) {
          const hours = (Math.min(plain.to.getTime(), NOW) - plain.from.getTime()) / HOUR;
          expect(bucket.rate).toBeCloseTo(plain.increase / hours, 6);
        }
        expect(bucket.states?.map(({ value, ms }: { value: unknown; ms: number }) => ({ value, ms }))).toEqual(
          plain.held,
        );
      }
    }
  }

  it('are those of the readings, in any zone, by any width, over changes of clocks, gaps, resets and late data', async () => {
    const asked = fc.record({
      width: fc.constantFrom(...WIDTH_NAMES.filter((name) => !name.endsWith('s'))),
      timeZone: fc.constantFrom(...ZONES),
      from: fc.integer({ min: -6 * 24 * 60, max: 11 * 24 * 60 }).map((minutes) => AUTUMN + minutes * MINUTE),
      buckets: fc.integer({ min: 1, max: 40 }),
    });
    const property = fc.asyncProperty(asked, ({ width, timeZone, from, buckets }) =>
      expectExact(width, timeZone, from, from + Math.min(buckets * lengthOf(width), 20 * DAY)),
    );
    await fc.assert(property, { numRuns: 10 });
    await rollAll();
    await fc.assert(property, { numRuns: 10 });
    await expectExact('1d', 'Europe/Berlin', AUTUMN - 6 * DAY, AUTUMN + 12 * DAY);
    await expectExact('1w', 'America/New_York', AUTUMN - 6 * DAY, AUTUMN + 12 * DAY);
    await expectExact('1mo', 'Australia/Lord_Howe', AUTUMN - 6 * DAY, AUTUMN + 12 * DAY);
  });

  it('say what they are made of, and where readings that were dropped leave them inexact', async () => {
    const span = `label=gauge&from=${iso(AUTUMN)}&to=${iso(AUTUMN + 11 * DAY)}`;
    const asked = async (width: string, timeZone: string) => {
      const { body } = await get(`${span}&width=${width}&timeZone=${timeZone}`);
      const [{ exact, sources, buckets }] = body.sensors;
      return [exact, sources, buckets.filter((one: { exact: boolean }) => !one.exact).length];
    };
    const dropped = new Date(AUTUMN + 5 * DAY);
    expect(await asked('1d', 'UTC')).toEqual([true, ['days'], 0]);
    expect(await asked('1h', 'UTC')).toEqual([true, ['hours', 'readings'], 0]);
    await raiseRollupFloor(scene.db, 'readings_from', dropped);
    await scene.db.deleteFrom('reading').where('recorded_at', '<', dropped).execute();
    expect(await asked('1d', 'UTC')).toEqual([true, ['days'], 0]);
    const [exact, , inexact] = await asked('1d', 'Europe/Berlin');
    expect([exact, (inexact as number) > 0, (inexact as number) <= 6]).toEqual([false, true, true]);
  });
});
