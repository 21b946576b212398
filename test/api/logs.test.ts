import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScene, DAY, type Home, NOW, type Scene } from './scene.ts';
import { storeEvent } from './store-event.ts';

let scene: Scene;
let customerId: string;
let homes: Home[];
let token: string;
const devices: Record<string, string> = {};
const get = (query = '', as = token) => scene.get(`/api/v1/logs?${query}`, as);
// biome-ignore lint/suspicious/noExplicitAny: items of every shape
const contents = (items: any[]) => items.map(({ content }) => content);

async function store(home: Home, name: string, at: number, logs: object[]): Promise<string> {
  devices[name] ??= await scene.createDevice(home, name);
  return storeEvent(scene, await scene.createGateway(home), devices[name] as string, {
    recordedAt: at,
    type: 'x',
    logs,
  });
}

beforeAll(async () => {
  scene = await createScene();
  customerId = await scene.createCustomer();
  homes = [await scene.createOffice(customerId), await scene.createOffice(customerId)];
  const [one, two] = homes as [Home, Home];
  token = await scene.signIn(await scene.createUser({ homes: [{ customerId, officeId: null }] }));
  await store(one, 'a', NOW - 1_000, [
    {
      label: 'printer',
      level: 'error',
      data: { time: [NOW - 2_000, null], label: ['vat', null], content: ['Tank EMPTY', '100% done_'] },
    },
    { label: 'build', level: 'build', data: 'layer 1\nlayer 2\nlayer 3' },
  ]);
  await store(two, 'b', NOW - 2_000, [{ label: 'printer', level: 'error', data: 'tank empty again\n1000 done!' }]);
  await store(two, 'b', NOW - 3_000, []);
  await store(two, 'b', NOW - 31 * DAY, [{ label: 'printer', level: 'error', data: 'long ago' }]);
  const foreign = await scene.createOffice(await scene.createCustomer());
  await store(foreign, 'foreign', NOW - 1_000, [{ label: 'printer', level: 'error', data: 'theirs' }]);
});
afterAll(() => scene?.close());

const ALL = ['layer 1', 'layer 2', 'layer 3', 'Tank EMPTY', '100% done_', 'tank empty again', '1000 done!'];

describe('lines of logs', () => {
  it('are those of all devices, events newest first, lines as they were sent', async () => {
    const { body, text } = await get();
    expect(contents(body.items), text).toEqual(ALL);
    expect(body.items[3]).toEqual({
      ...{ deviceId: devices.a, deviceLabel: null, officeId: homes[0]?.officeId, timeZone: 'UTC' },
      ...{ eventId: body.items[0].eventId, recordedAt: new Date(NOW - 1_000).toISOString() },
      ...{ level: 'error', log: 'printer', line: 1, time: new Date(NOW - 2_000).toISOString(), label: 'vat' },
      ...{ content: 'Tank EMPTY', isCut: false },
    });
    expect(body.items[4]).toMatchObject({ line: 2, time: null, label: null });
  });

  it.each<[string, () => string, string[]]>([
    ['a text, in upper or lower case', () => 'text=tank%20Empty', ['Tank EMPTY', 'tank empty again']],
    ['a text with signs that search patterns have', () => 'text=0%25%20d', ['100% done_']],
    ['another one', () => 'text=done_', ['100% done_']],
    ['a backslash', () => 'text=%5C', []],
    ['a level', () => 'level=build', ALL.slice(0, 3)],
    ['levels', () => 'level=build&level=error', ALL],
    ['a level that no log has', () => 'level=debug', []],
    ['a device', () => `deviceId=${devices.b}`, ALL.slice(5)],
    ['an office', () => `officeId=${homes[0]?.officeId}`, ALL.slice(0, 5)],
    ['a span', () => 'from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z', ['long ago']],
    ['the oldest first', () => 'order=asc', [...ALL.slice(5), ...ALL.slice(0, 5)]],
  ])('can be asked for by %s', async (_, query, expected) => {
    expect(contents((await get(query())).body.items)).toEqual(expected);
  });

  it.each(['asc', 'desc'])('are led through once by pages, %s', async (order) => {
    for (const limit of [1, 2, 3, 7]) {
      const items = await scene.getAll(`/api/v1/logs?order=${order}&limit=${limit}`, token);
      expect(contents(items), `limit ${limit}`).toEqual(order === 'desc' ? ALL : [...ALL.slice(5), ...ALL.slice(0, 5)]);
    }
  });

  it('of others are not there', async () => {
    expect((await get(`deviceId=${devices.foreign}`)).body.code).toBe('NOT_FOUND');
    const ofOffice = await scene.signIn(await scene.createUser({ homes: [homes[1] as Home] }));
    expect(contents((await get('', ofOffice)).body.items)).toEqual(ALL.slice(5));
  });

  it('that are very long are cut, and say so', async () => {
    const own = await scene.createOffice(customerId);
    await store(own, 'long', NOW, [{ label: 'l', level: 'debug', data: ['x'.repeat(4_000), 'y'.repeat(4_001)] }]);
    const { body } = await get(`officeId=${own.officeId}&to=${new Date(NOW + 1).toISOString()}`);
    expect(body.items.map(({ content, isCut }: Record<string, string>) => [content?.length, isCut])).toEqual([
      [4_000, false],
      [4_000, true],
    ]);
  });
});

describe('a search of more than is looked at once', () => {
  const line = (n: number) =>
    `${n === 3 ? 'needle ' : ''}${Array.from({ length: 50_000 }, (_, k) => ((k * 7919 + n) % 65_521).toString(36)).join('')}`;
  let own: Home;
  beforeAll(async () => {
    own = await scene.createOffice(customerId);
    const device = await scene.createDevice(own, 'many');
    const head = { device_id: device, gateway_id: device, type: 'x', attributes: {}, content_hash: Buffer.alloc(16) };
    const at = (n: number) => new Date(NOW - DAY - n);
    const empty = Array.from({ length: 1_100 }, (_, n) => ({
      ...head,
      id: crypto.randomUUID(),
      recorded_at: at(n),
      received_at: at(n),
    }));
    await scene.db.insertInto('event').values(empty).execute();
    // Deflated these logs still have far more bytes than one look.
    devices.large = await scene.createDevice(own, 'large');
    for (let n = 0; n < 4; n++)
      await store(own, 'large', NOW - 2 * DAY - n, [
        ...Array.from({ length: 8 }, (_, k) => ({ label: `l${k}`, level: 'debug', data: line(n + 10 * k) })),
      ]);
  });

  it('goes on page by page, also where a page has found nothing, until all was searched', async () => {
    const pages: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const next = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await get(`officeId=${own.officeId}&text=needle${next}`);
      pages.push(body.items.length);
      cursor = body.nextCursor;
    }
    expect(pages.reduce((sum, count) => sum + count)).toBe(1);
    expect(pages.slice(0, 2)).toEqual([0, 0]); // a thousand events without logs
    expect(pages.length).toBeGreaterThan(3);
    expect(pages.length).toBeLessThan(12);
  });
});
