import { CompiledQuery, createQueryId, type RootOperationNode } from 'kysely';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findEventHead, listEvents, readParts } from '../../src/db/event-views.ts';
import { type Answer, createScene, DAY, type Home, NOW, type Scene } from './scene.ts';
import { storeEvent } from './store-event.ts';

const HOUR = 3_600_000;

let scene: Scene;
let home: Home;
let gatewayId: string;
let device: string;
let token: string;
const iso = (ms: number) => new Date(ms).toISOString();
const url = (query = '', of = device) => `/api/v1/devices/${of}/events?${query}`;
const idsOf = ({ body }: Answer) => body.items.map(({ id }: { id: string }) => id);

const store = (deviceId: string, payload: object) => storeEvent(scene, gatewayId, deviceId, payload);

beforeAll(async () => {
  scene = await createScene();
  home = await scene.createOffice(await scene.createCustomer());
  token = await scene.signIn(await scene.createUser({ homes: [home] }));
  gatewayId = await scene.createGateway(home);
  const office = scene.db.updateTable('office').where('id', '=', home.officeId);
  await office.set({ time_zone: 'Europe/Berlin' }).execute();
  device = await scene.createDevice(home, 'd');
});
afterAll(() => scene?.close());

describe('an event', () => {
  const payload = {
    recordedAt: NOW - 1_000,
    startedAt: NOW - HOUR,
    type: 'performed_task',
    outcome: 'ok',
    attributes: { job: 'J-17', layers: 129, rush: true, 'a\nb': 'c\nd' },
    sensors: [
      {
        label: 'z',
        unit: 'kg',
        kind: 'timeseries',
        visualization: 'line',
        start: NOW - HOUR,
        step: 500,
        values: [1.2, null, 1.5],
      },
      {
        label: 'by layer',
        kind: 'timeseries',
        visualization: 'scatter',
        ts: [NOW - 9, NOW - 8],
        values: [1, -3],
        x: { label: 'layer', unit: '', values: [1, 2] },
      },
      { label: 'empty', kind: 'timeseries', ts: [], values: [] },
      { label: 'resin', unit: 'ml', kind: 'singular', value: 27.1 },
      { label: 'lid', kind: 'singular', value: false },
      { label: 'name', kind: 'singular', value: '' },
    ],
    logs: [
      {
        label: 'debug log',
        level: 'debug',
        data: { time: [NOW - 2, null], label: ['vat', null], content: ['warm', ''] },
      },
      { label: 'build log', level: 'build', data: 'one\ntwo\n' },
    ],
    settings: [
      { label: 'print', data: { layers: 129, nested: [{ a: null }] } },
      { label: 'none', data: null },
    ],
  };
  let other: string;
  let id: string;
  let summary: object[];
  beforeAll(async () => {
    other = await scene.createDevice(home, 'whole');
    id = await store(other, payload);
    summary = [
      { label: 'z', unit: 'kg', kind: 'timeseries', visualization: 'line', count: 2, min: 1.2, max: 1.5, mean: 1.35 },
      {
        label: 'by layer',
        unit: null,
        kind: 'timeseries',
        visualization: 'scatter',
        count: 2,
        min: -3,
        max: 1,
        mean: -1,
      },
      {
        label: 'empty',
        unit: null,
        kind: 'timeseries',
        visualization: 'default',
        count: 0,
        min: null,
        max: null,
        mean: null,
      },
      { label: 'resin', unit: 'ml', kind: 'singular', visualization: 'default', value: 27.1 },
      { label: 'lid', unit: null, kind: 'singular', visualization: 'default', value: false },
      { label: 'name', unit: null, kind: 'singular', visualization: 'default', value: '' },
    ];
  });
  const head = () => ({
    id,
    deviceId: other,
    gatewayId,
    type: 'performed_task',
    outcome: 'ok',
    recordedAt: iso(NOW - 1_000),
    startedAt: iso(NOW - HOUR),
    receivedAt: iso(NOW),
    attributes: payload.attributes,
  });

  it('is listed with what its sensors measured in short', async () => {
    const { body, text } = await scene.get(url('', other), token);
    expect(body, text).toEqual({
      timeZone: 'Europe/Berlin',
      items: [{ ...head(), sensors: summary }],
      nextCursor: null,
    });
  });

  it('is shown with all its data, in the order it was sent', async () => {
    const { body, text } = await scene.get(`/api/v1/devices/${other}/events/${id}`, token);
    const [z, byLayer, empty, ...singular] = summary;
    expect(body, text).toEqual({
      ...head(),
      timeZone: 'Europe/Berlin',
      sensors: [
        { ...z, ts: [NOW - HOUR, NOW - HOUR + 1_000], values: [1.2, 1.5] },
        { ...byLayer, ts: [NOW - 9, NOW - 8], values: [1, -3], x: { label: 'layer', unit: '', values: [1, 2] } },
        { ...empty, ts: [], values: [] },
        ...singular,
      ],
      logs: [payload.logs[0], { label: 'build log', level: 'build', data: { content: ['one', 'two'] } }],
      settings: payload.settings,
    });
  });

  it('that is not there is not found; nor is that of another device', async () => {
    for (const path of [`${other}/events/${uuid()}`, `${device}/events/${id}`]) {
      const { status, body } = await scene.get(`/api/v1/devices/${path}`, token);
      expect([status, body.code]).toEqual([404, 'NOT_FOUND']);
    }
    expect((await scene.get(`/api/v1/devices/${other}/events/1`, token)).status).toBe(400);
  });

  it('of a foreign customer, or of another office, is not found, and nothing tells that it is there', async () => {
    const strangers = [
      await scene.createOffice(await scene.createCustomer('Another customer')),
      await scene.createOffice(home.customerId, 'Another office'),
    ];
    for (const stranger of strangers) {
      const foreign = await scene.signIn(await scene.createUser({ homes: [stranger] }));
      for (const path of [url('', other), `/api/v1/devices/${other}/events/${id}`]) {
        const there = await scene.get(path, foreign);
        const nowhere = await scene.get(path.replace(other, uuid()), foreign);
        expect([there.status, there.body.code]).toEqual([404, 'NOT_FOUND']);
        expect({ ...there.body, requestId: '' }).toEqual({ ...nowhere.body, requestId: '' });
      }
    }
    expect((await scene.get(url('', other))).status).toBe(401);
  });
});

describe('events', () => {
  let byName: Record<string, string>;
  beforeAll(async () => {
    const named: [string, object][] = [
      [
        'ok',
        {
          recordedAt: NOW - 1_000,
          type: 'performed_task',
          outcome: 'ok',
          attributes: { job: 'J-1', n: 1, done: true },
        },
      ],
      [
        'failed',
        { recordedAt: NOW - 2_000, type: 'performed_task', outcome: 'failed', attributes: { job: 'J-1', n: 2.5 } },
      ],
      [
        'settings',
        {
          recordedAt: NOW - DAY,
          type: 'settings_changes',
          attributes: { job: 'J-2', 'a:b': 'c', empty: '', serial: '007', revision: '2' },
        },
      ],
      ['month', { recordedAt: NOW - 30 * DAY, type: 'performed_task' }],
      ['older', { recordedAt: NOW - 30 * DAY - 1, type: 'performed_task', outcome: 'ok' }],
      ['now', { recordedAt: NOW, type: 'other' }],
    ];
    byName = {};
    for (const [name, payload] of named) byName[name] = await store(device, payload);
  });
  const expected = (names: string[]) => names.map((name) => byName[name]);

  it.each<[string, string, string[]]>([
    ['of the last 30 days, newest first', '', ['ok', 'failed', 'settings', 'month']],
    ['oldest first', 'order=asc', ['month', 'settings', 'failed', 'ok']],
    ['from inclusive, to exclusive', `from=${iso(NOW - DAY)}&to=${iso(NOW - 1_000)}`, ['failed', 'settings']],
    [
      'of any span',
      `from=2000-01-01T00:00:00Z&to=${iso(NOW + 1)}`,
      ['now', 'ok', 'failed', 'settings', 'month', 'older'],
    ],
    ['of a type', 'type=performed_task', ['ok', 'failed', 'month']],
    ['of a type that no event has', 'type=none', []],
    ['of an outcome', 'outcome=failed', ['failed']],
    ['of an attribute', 'attribute=job:J-1', ['ok', 'failed']],
    ['of an attribute that is a number', 'attribute=n:2.5', ['failed']],
    ['of an attribute that is a number, written otherwise', 'attribute=n:25e-1', ['failed']],
    ['of an attribute that is a text like a number', 'attribute=serial:007', ['settings']],
    ['of an attribute that is a text of a number', 'attribute=revision:2', ['settings']],
    ['of an attribute that is a boolean', 'attribute=done:true', ['ok']],
    ['of an attribute that is empty', 'attribute=empty:', ['settings']],
    ['of several attributes', 'attribute=job:J-1&attribute=n:1', ['ok']],
    ['of attributes that no event has both', 'attribute=job:J-1&attribute=job:J-2', []],
    ['of an attribute with an injection', `attribute=${encodeURIComponent("job:' OR true --")}`, []],
    ['of all together', `type=performed_task&outcome=ok&attribute=job:J-1&from=${iso(NOW - HOUR)}`, ['ok']],
  ])('are found: %s', async (_, query, names) => {
    const answer = await scene.get(url(query), token);
    expect(answer.status, answer.text).toBe(200);
    expect(idsOf(answer)).toEqual(expected(names));
  });

  it.each([
    ['an outcome that does not exist', 'outcome=success', '/outcome'],
    ['an attribute without a value', 'attribute=job', '/attribute/0'],
    ['an attribute without a name', 'attribute=:x', '/attribute/0'],
    ['U+0000 in an attribute', 'attribute=a:%00', '/attribute/0'],
    ['nine attributes', Array.from({ length: 9 }, (_, n) => `attribute=a:${n}`).join('&'), '/attribute'],
    ['U+0000 in the type', 'type=%00', '/type'],
    ['an order that does not exist', 'order=up', '/order'],
    ['a time without a zone', 'from=2026-11-23T09:15:00', '/from'],
    ['too large a page', 'limit=201', '/limit'],
    ['a parameter that the route does not know', 'label=x', '/label'],
  ])('are refused with %s', async (_, query, pointer) => {
    const { status, body } = await scene.get(url(query), token);
    expect([status, body.errors?.[0]?.pointer]).toEqual([400, pointer]);
  });

  it('are refused with a cursor of another list', async () => {
    const cursor = Buffer.from(JSON.stringify({ from: NOW, to: NOW })).toString('base64url');
    expect((await scene.get(url(`cursor=${cursor}`), token)).body.code).toBe('REQUEST_INVALID');
  });
});

describe('pages of events', () => {
  let many: string;
  const ids: string[] = [];
  beforeAll(async () => {
    many = await scene.createDevice(home, 'many');
    // Three at each time, so that the id has to break the tie.
    for (let n = 0; n < 21; n++) {
      const sensors = [{ label: 's', kind: 'singular', value: n }];
      ids.push(
        await store(many, {
          recordedAt: NOW - HOUR - Math.floor(n / 3) * DAY,
          type: 'x',
          attributes: { even: n % 2 === 0 },
          sensors,
        }),
      );
    }
  });

  it.each(['asc', 'desc'])('lead through all of them once, %s, whatever the filter', async (order) => {
    for (const limit of [1, 2, 3, 5, 20, 21, 22]) {
      const items = await scene.getAll(url(`order=${order}&limit=${limit}`, many), token);
      expect(items.map(({ id }) => id).sort()).toEqual([...ids].sort());
      const keys = items.map(({ recordedAt, id }) => `${recordedAt} ${id}`);
      expect(keys).toEqual(order === 'asc' ? [...keys].sort() : [...keys].sort().reverse());
      for (const { id, sensors } of items) expect(sensors[0].value).toBe(ids.indexOf(id));
    }
    const even = await scene.getAll(url(`order=${order}&limit=2&attribute=even:true`, many), token);
    expect(even.map(({ id }) => ids.indexOf(id)).sort((a, b) => a - b)).toEqual([
      0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20,
    ]);
  });

  it.each(['asc', 'desc'])('keep the default span of the first one while the clock runs, %s', async (order) => {
    const own = await scene.createDevice(home, `span-${order}`);
    const times = [NOW - 30 * DAY - 1, NOW - 30 * DAY, NOW - HOUR, NOW - 1, NOW, NOW + 60_000];
    const stored: string[] = [];
    for (const recordedAt of times) stored.push(await store(own, { recordedAt, type: 'x' }));
    const items = await scene.getAll(url(`order=${order}&limit=1`, own), token, async () => {
      scene.clock.now += 120_000;
    });
    scene.clock.now = NOW;
    expect(items.map(({ id }) => id).sort()).toEqual(stored.slice(1, 4).sort());
  });
});

describe('the queries', () => {
  it('take the time of the events to the partitions of their parts: others are not touched', async () => {
    const years = await scene.createDevice(home, 'years');
    const payload = {
      type: 'x',
      sensors: [{ label: 's', kind: 'singular', value: 1 }],
      logs: [{ label: 'l', level: 'debug', data: '' }],
      settings: [{ label: 's', data: 1 }],
    };
    const ids = [];
    for (let n = 0; n < 6; n++) ids.push(await store(years, { ...payload, recordedAt: NOW - n * 31 * DAY }));
    const asked: RootOperationNode[] = [];
    const spied = scene.db.withPlugin({
      transformQuery: ({ node }) => {
        asked.push(node);
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const all = {
      type: undefined,
      outcome: undefined,
      attributes: [],
      order: 'asc',
      after: undefined,
      limit: 10,
    } as const;
    expect(
      await listEvents(spied, { id: years }, { ...all, from: new Date(NOW - DAY), to: new Date(NOW + 1) }),
    ).toHaveLength(1);
    const event = await findEventHead(spied, { id: years }, ids[0] as string);
    expect(await readParts(spied, event as NonNullable<typeof event>)).toMatchObject({ logs: [{ label: 'l' }] });
    const touched = new Set<string>();
    for (const node of asked) {
      const query = scene.db.getExecutor().compileQuery(node, createQueryId());
      const { rows } = await scene.db.executeQuery<{ 'QUERY PLAN': string }>(
        CompiledQuery.raw(`EXPLAIN ${query.sql}`, [...query.parameters]),
      );
      for (const row of rows)
        for (const name of row['QUERY PLAN'].match(/event_\w+_\d{8}_\d{8}\b/g) ?? []) touched.add(name);
    }
    expect([...touched].sort()).toEqual([
      'event_log_20261101_20261201',
      'event_sensor_20261101_20261201',
      'event_setting_20261101_20261201',
    ]);
  });
});
