import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noteUsualIntervals } from '../../src/db/usual-intervals.ts';
import { createScene, DAY, type Home, NOW, type Scene } from './scene.ts';

const [MINUTE, HOUR] = [60_000, 3_600_000];
const MIDNIGHT = Math.floor(NOW / DAY) * DAY;

let scene: Scene;
let customerId: string;
let homes: Home[];
let foreign: Home;
/** By name, and what each has sensors of: a and b are in the first office, c is in the second. */
const devices: Record<string, string> = {};
let token: string;
const at = (ms: number) => new Date(NOW + ms).toISOString();
const get = (query = '', as = token) => scene.get(`/api/v1/latest?${query}`, as);
// biome-ignore lint/suspicious/noExplicitAny: items of every shape
const names = ({ body }: { body: any }): string[] => body.items.map(nameOf);
const nameOf = ({ deviceId, label }: { deviceId: string; label: string }) =>
  `${Object.keys(devices).find((name) => devices[name] === deviceId)} ${label}`;

/** What rollups tell of a day: so many readings from a time on, evenly spread. */
async function rollDay(deviceId: string, label: string, first: number, last: number, count: number): Promise<void> {
  const sensor = scene.db.selectFrom('sensor').where('device_id', '=', deviceId).where('label', '=', label);
  const { id } = await sensor.select('id').executeTakeFirstOrThrow();
  const [bucket, first_at, last_at] = [Math.floor(first / DAY) * DAY, first, last].map((ms) => new Date(ms)) as [
    Date,
    Date,
    Date,
  ];
  const values = { min: 0, max: 0, sum: 0, first: 0, last: 0, increase: 0, count };
  await scene.db
    .insertInto('rollup_day')
    .values({ sensor_id: id, bucket, first_at, last_at, ...values })
    .execute();
  await noteUsualIntervals(scene.db, [id]);
}

beforeAll(async () => {
  scene = await createScene();
  customerId = await scene.createCustomer();
  homes = [await scene.createOffice(customerId), await scene.createOffice(customerId)];
  foreign = await scene.createOffice(await scene.createCustomer());
  await scene.db
    .updateTable('office')
    .set({ time_zone: 'Asia/Kolkata' })
    .where('id', '=', homes[1]?.officeId as string)
    .execute();
  for (const [name, home] of [
    ['a', homes[0]],
    ['b', homes[0]],
    ['c', homes[1]],
    ['pending', homes[0]],
    ['archived', homes[0]],
    ['foreign', foreign],
  ] as [string, Home][]) {
    devices[name] = await scene.createDevice(home, name);
    await scene.store(devices[name] as string, 'x', [[NOW - 90_000, 1]]);
    await scene.store(devices[name] as string, 'y', [[NOW - 1_500, 'on']]);
  }
  for (const state of ['pending', 'archived'] as const)
    await scene.db
      .updateTable('device')
      .set({ state })
      .where('id', '=', devices[state] as string)
      .execute();
  token = await scene.signIn(await scene.createUser({ homes: [{ customerId, officeId: null }] }));
});
afterAll(() => scene?.close());

describe('the latest values of many devices', () => {
  it('are those of the whole customer, each with its place, its time zone and its age', async () => {
    const answer = await get();
    expect(names(answer).sort()).toEqual(['a x', 'a y', 'b x', 'b y', 'c x', 'c y']);
    expect(answer.body).toMatchObject({ asOf: at(0), nextCursor: null });
    expect(answer.body.items.find((item: never) => nameOf(item) === 'c y')).toEqual({
      ...{ deviceId: devices.c, deviceLabel: null, officeId: homes[1]?.officeId, timeZone: 'Asia/Kolkata' },
      ...{ label: 'y', unit: null, valueType: 'string', measure: 'gauge', visualization: 'default', value: 'on' },
      ...{ recordedAt: at(-1_500), receivedAt: at(500), ageSeconds: 1, freshness: 'unknown', staleAfterSeconds: null },
    });
  });

  it.each<[string, () => string, string[]]>([
    ['an office', () => `officeId=${homes[1]?.officeId}`, ['c x', 'c y']],
    ['a customer', () => `customerId=${customerId}`, ['a x', 'a y', 'b x', 'b y', 'c x', 'c y']],
    ['devices', () => `deviceId=${devices.a}&deviceId=${devices.c}`, ['a x', 'a y', 'c x', 'c y']],
    ['a device, however it is written', () => `deviceId=${devices.a?.toUpperCase()}`, ['a x', 'a y']],
    ['devices of an office', () => `deviceId=${devices.a}&officeId=${homes[1]?.officeId}`, []],
    ['a device that is pending', () => `deviceId=${devices.pending}`, []],
  ])('can be narrowed to %s', async (_, query, expected) => {
    expect(names(await get(query())).sort()).toEqual(expected);
  });

  it.each(['limit=1', 'limit=2', 'limit=5', 'limit=6'])('are led through once by pages: %s', async (limit) => {
    const items = await scene.getAll(`/api/v1/latest?${limit}`, token);
    expect(items.map(nameOf).sort()).toEqual(['a x', 'a y', 'b x', 'b y', 'c x', 'c y']);
    const own = await scene.getAll(`/api/v1/devices/${devices.a}/latest?${limit}`, token);
    expect(own.map(({ label }) => label)).toEqual(['x', 'y']);
  });

  it('are led through also behind the longest label', async () => {
    const device = await scene.createDevice(foreign, 'long labels');
    const labels = ['a', 'b', 'c'].map((end) => '\u6f22'.repeat(127) + end);
    for (const label of labels) await scene.store(device, label, [[NOW, 1]]);
    const theirs = await scene.signIn(await scene.createUser({ homes: [foreign] }));
    for (const path of [
      `latest?deviceId=${device}&`,
      `devices/${device}/latest?`,
      `devices/${device}/readings?to=${at(1)}&`,
    ]) {
      const items = await scene.getAll(`/api/v1/${path}limit=1`, theirs);
      expect(items.map(({ label }) => label)).toEqual(labels);
    }
  });

  it('of what belongs to others are not found, word for word like what does not exist', async () => {
    for (const [name, id] of [
      ['officeId', foreign.officeId],
      ['customerId', foreign.customerId],
      ['deviceId', devices.foreign as string],
    ] as const) {
      const own = name === 'deviceId' ? `deviceId=${devices.a}&` : '';
      const there = await get(`${own}${name}=${id}`);
      const nobody = uuid();
      const nowhere = await get(`${own}${name}=${nobody}`);
      expect([there.status, there.body.code], name).toEqual([404, 'NOT_FOUND']);
      expect(there.text.replaceAll(id, '').replace(/"requestId":"[^"]+"/, '')).toBe(
        nowhere.text.replaceAll(nobody, '').replace(/"requestId":"[^"]+"/, ''),
      );
    }
  });

  it('are those of the own office for who has a role in one alone', async () => {
    const ofOffice = await scene.signIn(await scene.createUser({ homes: [homes[1] as Home] }));
    expect(names(await get('', ofOffice)).sort()).toEqual(['c x', 'c y']);
    expect(names(await get(`customerId=${customerId}`, ofOffice)).sort()).toEqual(['c x', 'c y']);
    expect((await get(`deviceId=${devices.a}`, ofOffice)).status).toBe(404);
  });
});

describe('freshness', () => {
  it.each<[string, [first: number, last: number, count: number][], number | null]>([
    ['of a sensor that was never rolled up is unknown', [], null],
    ['of one with a single reading is unknown', [[MIDNIGHT, MIDNIGHT, 1]], null],
    ['counts three intervals of its day', [[MIDNIGHT, MIDNIGHT + HOUR, 31]], 360],
    ['is a minute at least', [[MIDNIGHT, MIDNIGHT + HOUR, 3_601]], 60],
    [
      'leaves the night between two days out',
      [
        [MIDNIGHT - DAY, MIDNIGHT - DAY + HOUR, 31],
        [MIDNIGHT + 8 * HOUR, MIDNIGHT + 9 * HOUR, 31],
      ],
      360,
    ],
    [
      'goes from day to day where each has one reading, and looks at the last two alone',
      [
        [MIDNIGHT - 9 * DAY, MIDNIGHT - 8.5 * DAY, 1_000],
        [MIDNIGHT - 3 * DAY, MIDNIGHT - 3 * DAY, 1],
        [MIDNIGHT, MIDNIGHT, 1],
      ],
      9 * 86_400,
    ],
  ])('%s', async (_, days, expected) => {
    const device = await scene.createDevice(homes[0] as Home, uuid());
    await scene.store(device, 'n', [[NOW - 90_000, 1]]);
    for (const day of days) await rollDay(device, 'n', ...day);
    const { body } = await scene.get(`/api/v1/devices/${device}/latest`, token);
    const freshness = expected === null ? 'unknown' : expected >= 90 ? 'fresh' : 'stale';
    expect(body.items).toMatchObject([{ ageSeconds: 90, staleAfterSeconds: expected, freshness }]);
    expect(body).toMatchObject({ timeZone: 'UTC', asOf: at(0) });
  });

  it('is judged by what was asked for, to the millisecond', async () => {
    const device = await scene.createDevice(homes[0] as Home, 'asked');
    await scene.store(device, 'n', [[NOW - 5 * MINUTE, 1]]);
    await scene.store(device, 'older', [[NOW - 5 * MINUTE - 1, 'on']]);
    await scene.store(device, 'ahead', [[NOW + MINUTE, true]]);
    const { body } = await scene.get(`/api/v1/devices/${device}/latest?staleAfter=300`, token);
    expect(
      body.items.map(({ label, ageSeconds, freshness }: Record<string, unknown>) => [label, ageSeconds, freshness]),
    ).toEqual([
      ['ahead', 0, 'fresh'],
      ['n', 300, 'fresh'],
      ['older', 300, 'stale'],
    ]);
  });
});
