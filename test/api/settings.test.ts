import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScene, DAY, type Home, NOW, type Scene } from './scene.ts';
import { storeEvent } from './store-event.ts';

let scene: Scene;
let home: Home;
let gatewayId: string;
let token: string;
const iso = (ms: number) => new Date(ms).toISOString();

beforeAll(async () => {
  scene = await createScene();
  home = await scene.createOffice(await scene.createCustomer());
  gatewayId = await scene.createGateway(home);
  token = await scene.signIn(await scene.createUser({ homes: [home] }));
});
afterAll(() => scene?.close());

const store = (device: string, at: number, settings: object[], type = 'performed_task') =>
  storeEvent(scene, gatewayId, device, { recordedAt: at, type, settings });

describe('the comparison of settings', () => {
  let device: string;
  let other: string;
  let [left, right]: string[] = [];
  const compare = (query = '') =>
    scene.get(
      `/api/v1/devices/${device}/events/${left}/settings/comparison?with=${right}&withDevice=${other}${query}`,
      token,
    );
  // biome-ignore lint/suspicious/noExplicitAny: items of every shape
  const short = (items: any[]) =>
    items.map(({ label, path, status, left, right }) => [`${label} ${path}`, status, left, right]);
  const all = [
    ['print /a~1b', 'same', 1, 1],
    ['print /exposure/base', 'changed', 20, 25],
    ['print /exposure/normal', 'same', null, null],
    ['print /layers/0', 'same', 0.05, 0.05],
    ['print /layers/1', 'onlyLeft', 0.1, undefined],
    ['print /supports', 'changed', [], {}],
    ['print /type', 'changed', 1, '1'],
    ['print /name', 'onlyRight', undefined, 'x'],
    ['cure ', 'changed', true, false],
    ['new /deep/er', 'onlyRight', undefined, 1],
  ];

  beforeAll(async () => {
    device = await scene.createDevice(home, 'left');
    other = await scene.createDevice(home, 'right');
    left = await store(device, NOW - 2_000, [
      {
        label: 'print',
        data: { 'a/b': 1, exposure: { base: 20, normal: null }, layers: [0.05, 0.1], supports: [], type: 1 },
      },
      { label: 'cure', data: true },
    ]);
    right = await store(other, NOW - 1_000, [
      {
        label: 'print',
        data: { 'a/b': 1, exposure: { base: 25, normal: null }, layers: [0.05], supports: {}, type: '1', name: 'x' },
      },
      { label: 'cure', data: false },
      { label: 'new', data: { deep: { er: 1 } } },
    ]);
  });

  it('tells value by value what is the same, what changed and what only one has', async () => {
    const { body, text } = await compare();
    expect(short(body.items).sort(), text).toEqual([...all].sort());
    expect(body).toMatchObject({
      left: { deviceId: device, eventId: left, type: 'performed_task', recordedAt: iso(NOW - 2_000), timeZone: 'UTC' },
      right: { deviceId: other, eventId: right },
      counts: { same: 3, changed: 4, onlyLeft: 1, onlyRight: 2 },
      nextCursor: null,
    });
  });

  it('can be narrowed, and is led through by pages', async () => {
    const url = `/api/v1/devices/${device}/events/${left}/settings/comparison?with=${right}&withDevice=${other}`;
    for (const limit of [1, 3, 10]) {
      expect(short(await scene.getAll(`${url}&limit=${limit}`, token)).sort()).toEqual([...all].sort());
    }
    const differing = await scene.getAll(`${url}&limit=2&status=changed&status=onlyLeft`, token);
    expect(short(differing).sort()).toEqual(
      all.filter(([, status]) => ['changed', 'onlyLeft'].includes(status as string)).sort(),
    );
  });

  it('of an event with itself is all the same', async () => {
    const { body } = await scene.get(
      `/api/v1/devices/${device}/events/${left}/settings/comparison?with=${left}`,
      token,
    );
    expect(body.counts).toEqual({ same: 8, changed: 0, onlyLeft: 0, onlyRight: 0 });
  });

  it('with what is not there, or belongs to others, is not found', async () => {
    const stranger = await scene.createOffice(await scene.createCustomer());
    const foreign = await scene.createDevice(stranger, 'foreign');
    const theirs = await store(foreign, NOW, [{ label: 'print', data: 1 }]);
    const base = `/api/v1/devices/${device}/events/${left}/settings/comparison`;
    for (const query of [`with=${uuid()}`, `with=${right}`, `with=${theirs}&withDevice=${foreign}`])
      expect((await scene.get(`${base}?${query}`, token)).body.code, query).toBe('NOT_FOUND');
  });
});

describe('the history of a setting', () => {
  let device: string;
  const history = (query: string) =>
    scene.get(`/api/v1/devices/${device}/settings/history?label=print&${query}`, token);
  // biome-ignore lint/suspicious/noExplicitAny: items of every shape
  const short = (items: any[]) => items.map(({ value, changed }) => [value, changed]);

  beforeAll(async () => {
    device = await scene.createDevice(home, 'history');
    const heights = [0.05, 0.05, 0.1, undefined, null, 0.05, 0.05];
    for (const [n, height] of heights.entries()) {
      await store(device, NOW - (8 - n) * DAY, [
        { label: 'print', data: { layers: [{ height }], n } },
        { label: 'other', data: n },
      ]);
    }
    await store(device, NOW - DAY / 2, [{ label: 'other', data: 0 }]); // has no such setting
    await store(device, NOW - 400 * DAY, [{ label: 'print', data: { layers: [{ height: 7 }] } }]);
  });

  it('tells what a part of it was, event by event, and where it changed', async () => {
    const { body, text } = await history('path=/layers/0/height&order=asc');
    expect(short(body.items), text).toEqual([
      [0.05, null],
      [0.05, false],
      [0.1, true],
      [undefined, true],
      [null, true],
      [0.05, true],
      [0.05, false],
    ]);
    expect(body).toMatchObject({ deviceId: device, timeZone: 'UTC', label: 'print', path: '/layers/0/height' });
    expect(body.items[0]).toMatchObject({ recordedAt: iso(NOW - 8 * DAY), type: 'performed_task' });
  });

  it('is led through once by pages, with changes alone or with everything', async () => {
    for (const order of ['asc', 'desc']) {
      for (const changesOnly of [false, true]) {
        const url = `/api/v1/devices/${device}/settings/history?label=print&path=/layers/0/height`;
        const items = await scene.getAll(`${url}&changesOnly=${changesOnly}&limit=2&order=${order}`, token);
        const expected: unknown[][] = [
          [0.05, null],
          ...(changesOnly ? [] : [[0.05, false]]),
          [0.1, true],
          [undefined, true],
        ];
        expected.push([null, true], [0.05, true], ...(changesOnly ? [] : [[0.05, false]]));
        expect(short(items)).toEqual(order === 'asc' ? expected : expected.reverse());
      }
    }
  });

  it('of all of it compares the whole', async () => {
    const { body } = await history('order=asc&limit=2');
    expect(short(body.items)).toEqual([
      [{ layers: [{ height: 0.05 }], n: 0 }, null],
      [{ layers: [{ height: 0.05 }], n: 1 }, true],
    ]);
  });

  it('goes back as far as is asked', async () => {
    const { body } = await history(`path=/layers/0/height&from=${iso(NOW - 500 * DAY)}&to=${iso(NOW - 300 * DAY)}`);
    expect(short(body.items)).toEqual([[7, null]]);
  });

  it.each([
    ['a path that is no pointer', 'path=layers', '/path'],
    ['U+0000 in it', 'path=/%00', '/path'],
  ])('is refused with %s', async (_, query, pointer) => {
    const { status, body } = await history(query);
    expect([status, body.errors?.[0]?.pointer]).toEqual([400, pointer]);
  });
});
