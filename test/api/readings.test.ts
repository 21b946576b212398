import { CompiledQuery, createQueryId, type RootOperationNode } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readReadings } from '../../src/db/reading-views.ts';
import { createSensors } from '../../src/db/sensors.ts';
import { createScene, DAY, type Home, NOW, type Scene } from './scene.ts';

let scene: Scene;
let home: Home;
let device: string;
let token: string;
const iso = (ms: number) => new Date(ms).toISOString();
const url = (query: string) => `/api/v1/devices/${device}/readings?${query}`;
const values = (items: { value: unknown }[]) => items.map(({ value }) => value);

beforeAll(async () => {
  scene = await createScene();
  home = await scene.createOffice(await scene.createCustomer());
  token = await scene.signIn(await scene.createUser({ homes: [home] }));
  const office = scene.db.updateTable('office').where('id', '=', home.officeId);
  await office.set({ time_zone: 'Europe/Berlin' }).execute();
  device = await scene.createDevice(home, 'd');
  await scene.store(device, 'n', [
    [NOW - 25 * 3_600_000, 0],
    [NOW - DAY, 1],
    [NOW - 2_000, 2],
    [NOW - 1_000, 3],
    [NOW, 4],
  ]);
  await scene.store(device, 'flag', [
    [NOW - 2_000, true],
    [NOW - 1_000, false],
  ]);
  await scene.store(device, 'text', [
    [NOW - 2_000, 'a'],
    [NOW - 1_000, ''],
  ]);
});
afterAll(() => scene?.close());

describe('readings', () => {
  it('are those of the last 24 hours, oldest first', async () => {
    const { body } = await scene.get(url('label=n'), token);
    expect(body).toEqual({
      ...{ deviceId: device, timeZone: 'Europe/Berlin', from: iso(NOW - DAY), to: iso(NOW) },
      sensors: [{ label: 'n', unit: null, valueType: 'number', measure: 'gauge', visualization: 'default' }],
      items: [
        { label: 'n', recordedAt: iso(NOW - DAY), value: 1, receivedAt: iso(NOW - DAY + 2_000) },
        { label: 'n', recordedAt: iso(NOW - 2_000), value: 2, receivedAt: iso(NOW) },
        { label: 'n', recordedAt: iso(NOW - 1_000), value: 3, receivedAt: iso(NOW + 1_000) },
      ],
      nextCursor: null,
    });
  });

  it('come in any span, from inclusive, to exclusive, newest first if wanted', async () => {
    const span = `from=${iso(NOW - 2_000)}&to=${iso(NOW)}`;
    expect(values((await scene.get(url(`label=n&${span}`), token)).body.items)).toEqual([2, 3]);
    expect(values((await scene.get(url(`label=n&${span}&order=desc`), token)).body.items)).toEqual([3, 2]);
    const zoned = encodeURIComponent('2026-11-23T10:15:00+01:00');
    expect(values((await scene.get(url(`label=n&to=${zoned}&from=${iso(NOW - 1_000)}`), token)).body.items)).toEqual([
      3,
    ]);
    expect(values((await scene.get(url(`label=n&from=${iso(NOW)}&to=${iso(NOW)}`), token)).body.items)).toEqual([]);
    expect(values((await scene.get(url(`label=n&to=${iso(NOW - 1_000)}`), token)).body.items)).toEqual([1, 2]);
  });

  it('are booleans and texts where the sensor has such', async () => {
    expect(values((await scene.get(url('label=flag'), token)).body.items)).toEqual([true, false]);
    const { body } = await scene.get(url('label=text'), token);
    expect(values(body.items)).toEqual(['a', '']);
    expect(body.sensors).toMatchObject([{ label: 'text', valueType: 'string' }]);
  });

  it('are those of several sensors or of all, at one time by label', async () => {
    const of = async (query: string) =>
      (await scene.get(url(query), token)).body.items.map(({ label, value }: Record<string, unknown>) => [
        label,
        value,
      ]);
    const two = [
      ['flag', true],
      ['text', 'a'],
      ['flag', false],
      ['text', ''],
    ];
    expect(await of('label=text&label=flag')).toEqual(two);
    expect(await of('label=text&label=flag&order=desc')).toEqual([...two.slice(2), ...two.slice(0, 2)]);
    const [last, ...before] = [
      [
        ['flag', false],
        ['n', 3],
        ['text', ''],
      ],
      [
        ['flag', true],
        ['n', 2],
        ['text', 'a'],
      ],
      [['n', 1]],
    ];
    expect(await of('order=desc')).toEqual([...(last ?? []), ...before.flat()]);
  });

  it('of a device with too many sensors ask for labels', async () => {
    const many = await scene.createDevice(home, 'many');
    await createSensors(
      scene.db,
      Array.from({ length: 51 }, (_, n) => ({ deviceId: many, label: `s${n}`, valueType: 'number' })),
    );
    const { status, body } = await scene.get(`/api/v1/devices/${many}/readings`, token);
    expect([status, body.code]).toEqual([400, 'REQUEST_INVALID']);
    expect((await scene.get(`/api/v1/devices/${many}/readings?label=s3`, token)).body.items).toEqual([]);
  });

  it.each([
    ['an empty label', 'label=', '/label/0'],
    ['U+0000 in a label', 'label=n&label=%00', '/label/1'],
    ['a label twice', 'label=n&label=n', '/label'],
    ['a time without a zone', 'label=n&from=2026-11-23T09:15:00', '/from'],
    ['a date', 'label=n&from=2026-11-23', '/from'],
    ['epoch milliseconds', 'label=n&to=1795425300000', '/to'],
    ['a day that does not exist', 'label=n&to=2026-02-30T00:00:00Z', '/to'],
    ['an order that does not exist', 'label=n&order=up', '/order'],
    ['too large a page', 'label=n&limit=10001', '/limit'],
  ])('are refused with %s', async (_, query, pointer) => {
    const { status, body } = await scene.get(url(query), token);
    expect([status, body.errors?.[0]?.pointer]).toEqual([400, pointer]);
  });

  it.each([
    ['a span that ends before it begins', `label=n&from=${iso(NOW)}&to=${iso(NOW - 1)}`],
    ['a leap second', 'label=n&to=2016-12-31T23:59:60Z'],
    ['a cursor of another list', `label=n&cursor=${Buffer.from('{"after":"x"}').toString('base64url')}`],
    [
      'a cursor beyond all times',
      `label=n&cursor=${Buffer.from('{"from":-1e15,"to":9e15,"at":0,"label":"n"}').toString('base64url')}`,
    ],
  ])('are refused with %s', async (_, query) => {
    const { status, body } = await scene.get(url(query), token);
    expect([status, body.code]).toEqual([400, 'REQUEST_INVALID']);
  });

  it('of the farthest times that can be written are none', async () => {
    for (const span of ['to=0000-01-01T00:00:00Z', 'from=9999-12-31T23:59:59-23:59&to=9999-12-31T23:59:59.999-23:59']) {
      const { status, body, text } = await scene.get(url(`label=n&${span}`), token);
      expect([status, body.items], text).toEqual([200, []]);
    }
  });

  it('of a label that the device does not have are not found', async () => {
    const { status, body } = await scene.get(url('label=n&label=nope'), token);
    expect([status, body.code]).toEqual([404, 'NOT_FOUND']);
  });
});

describe('pages of readings', () => {
  const start = NOW - 100_000;
  const paged = (order: string, limit = 7) =>
    `/api/v1/devices/${device}/readings?label=paged&order=${order}&limit=${limit}`;
  beforeAll(() =>
    scene.store(
      device,
      'paged',
      Array.from({ length: 50 }, (_, n) => [start + n * 1_000, n]),
    ),
  );

  it.each(['asc', 'desc'])('lead through all values once, %s', async (order) => {
    const expected = Array.from({ length: 50 }, (_, n) => (order === 'asc' ? n : 49 - n));
    for (const limit of [1, 7, 25, 49, 50, 51]) {
      expect(values(await scene.getAll(paged(order, limit), token)), `limit ${limit}`).toEqual(expected);
    }
  });

  it.each(['asc', 'desc'])('lead through the values of all sensors once, %s', async (order) => {
    const own = await scene.createDevice(home, `all-${order}`);
    const expected: [number, string][] = [];
    for (const [label, step, value] of [
      ['a', 2_000, 1],
      ['b', 3_000, 'text'],
      ['c', 2_000, true],
      ['d', 5_000, 2],
    ] as const) {
      const times = Array.from({ length: 12 }, (_, n) => start + n * step);
      await scene.store(
        own,
        label,
        times.map((at) => [at, value]),
      );
      expected.push(...times.map((at): [number, string] => [at, label]));
    }
    const sign = order === 'asc' ? 1 : -1;
    expected.sort(([a, x], [b, y]) => sign * (a - b) || (x < y ? -1 : 1));
    for (const limit of [1, 5, 48]) {
      const items = await scene.getAll(`/api/v1/devices/${own}/readings?order=${order}&limit=${limit}`, token);
      expect(
        items.map(({ recordedAt, label }) => [Date.parse(recordedAt), label]),
        `limit ${limit}`,
      ).toEqual(expected);
    }
  });

  it.each<[string, number, number, (number | string)[]]>([
    ['asc', 500, 15_500, [...Array.from({ length: 16 }, (_, n) => n), 'late', 16, 17, 18, 19]],
    ['desc', 15_500, 500, [...Array.from({ length: 19 }, (_, n) => 19 - n), 'late', 0]],
  ])(
    'are not shaken by late data, %s: nothing twice or left out, and what lies ahead is found',
    async (order, behind, ahead, expected) => {
      const label = `shaken-${order}`;
      const times = Array.from({ length: 20 }, (_, n): [number, string] => [start + n * 1_000, String(n)]);
      await scene.store(device, label, times);
      const query = `label=${label}&order=${order}&limit=5`;
      const items = await scene.getAll(`/api/v1/devices/${device}/readings?${query}`, token, async (page) => {
        if (page !== 1) return;
        await scene.store(device, label, [[start + behind, 'behind']]);
        await scene.store(device, label, [[start + ahead, 'late']]);
      });
      expect(values(items)).toEqual(expected.map(String));
    },
  );

  it.each(['asc', 'desc'])('keep the default span of the first one while the clock runs, %s', async (order) => {
    const query = `/api/v1/devices/${device}/readings?label=span-${order}&order=${order}&limit=2`;
    await scene.store(device, `span-${order}`, [
      [NOW - DAY, 0],
      [NOW - DAY + 1, 1],
      [NOW - 2, 2],
      [NOW - 1, 3],
      [NOW + 1, 4],
    ]);
    const items = await scene.getAll(query, token, async () => {
      scene.clock.now += 60_000;
    });
    scene.clock.now = NOW;
    expect(values(items).sort()).toEqual([0, 1, 2, 3]);
  });

  it('take the bounds to the partitions: others are not touched', async () => {
    await scene.store(
      device,
      'years',
      Array.from({ length: 12 }, (_, n) => [NOW - n * 31 * DAY, n]),
    );
    const sensor = await scene.db
      .selectFrom('sensor')
      .where('label', '=', 'years')
      .select('id')
      .executeTakeFirstOrThrow();
    let asked: RootOperationNode | undefined;
    const spied = scene.db.withPlugin({
      transformQuery: ({ node }) => {
        asked = node;
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const range = { from: new Date(NOW - 1), to: new Date(NOW + 1), order: 'asc', limit: 10 } as const;
    expect(await readReadings(spied, { id: sensor.id, valueType: 'number' }, range)).toHaveLength(1);
    const query = scene.db.getExecutor().compileQuery(asked as RootOperationNode, createQueryId());
    const explain = CompiledQuery.raw(`EXPLAIN ${query.sql}`, [...query.parameters]);
    const { rows } = await scene.db.executeQuery<{ 'QUERY PLAN': string }>(explain);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(new Set(plan.match(/reading_\d{8}_\d{8}\b/g))).toEqual(new Set(['reading_20261101_20261201']));
  });
});
