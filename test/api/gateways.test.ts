import { afterAll, beforeAll, expect, it } from 'vitest';
import { createScene, type Home, NOW, type Scene } from './scene.ts';

let scene: Scene;
let home: Home;
let token: string;

beforeAll(async () => {
  scene = await createScene();
  home = await scene.createOffice(await scene.createCustomer(), 'Berlin');
  token = await scene.signIn(await scene.createUser({ homes: [home] }));
});
afterAll(() => scene?.close());

it('a gateway is shown with its office and when it was last heard', async () => {
  const id = await scene.createGateway(home, 'First');
  await scene.createDevice(home, 'early', id);
  scene.clock.now = NOW + 60_000;
  await scene.createDevice(home, 'late', id);
  scene.clock.now = NOW;
  const silent = await scene.createGateway(home, 'Silent');
  const { body } = await scene.get('/api/v1/gateways', token);
  expect(body.nextCursor).toBeNull();
  expect(body.items).toEqual([
    {
      id,
      label: 'First',
      ...home,
      officeName: 'Berlin',
      serialNumber: null,
      softwareVersion: null,
      hardwareVersion: null,
      reportedState: null,
      reportedAt: null,
      buffered: null,
      oldestBufferedAt: null,
      dropped: null,
      clockSynced: null,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      lastHeardAt: '2026-11-23T09:16:00.000Z',
    },
    expect.objectContaining({ id: silent, lastHeardAt: null }),
  ]);
});

it('a deleted gateway is not listed, but its books stay open', async () => {
  const id = await scene.createGateway(home, 'Gone');
  await scene.db.updateTable('gateway').set({ deleted_at: new Date() }).where('id', '=', id).execute();
  const ids = (await scene.get('/api/v1/gateways', token)).body.items.map((item: { id: string }) => item.id);
  expect(ids).not.toContain(id);
  expect((await scene.get(`/api/v1/gateways/${id}/ledger`, token)).status).toBe(200);
});

it('pages lead through all of them once, also while others appear', async () => {
  for (let n = 0; n < 6; n++) await scene.createGateway(home, `Paged ${n}`);
  const before = (await scene.get('/api/v1/gateways?limit=200', token)).body.items;
  const items = await scene.getAll('/api/v1/gateways?limit=3', token, async (page) => {
    if (page < 2) await scene.createGateway(home, 'Between');
  });
  const ids = items.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(expect.arrayContaining(before.map(({ id }: { id: string }) => id)));
  expect(ids).toHaveLength(before.length + 2);
});

it.each([
  'limit=0',
  'limit=201',
  'limit=1.5',
  'limit=',
  'limit=x',
  'limit=true',
  'limit=0x10',
  'limit=5&limit=6',
  'limit=1e2',
])('a page cannot be asked for with %s', async (query) => {
  const { status, body } = await scene.get(`/api/v1/gateways?${query}`, token);
  expect([status, body.errors[0].pointer]).toEqual([400, '/limit']);
});

it('no name of a parameter is special', async () => {
  for (const name of ['__proto__', 'constructor', 'hasOwnProperty', 'limit[]']) {
    const { status, body } = await scene.get(`/api/v1/gateways?${name}=1`, token);
    expect([status, body.errors]).toEqual([400, [{ pointer: `/${name}`, detail: 'is not known here' }]]);
  }
});

it.each([
  'nonsense',
  '',
  Buffer.from('null').toString('base64url'),
  Buffer.from('{"after":"x"}').toString('base64url'),
  Buffer.from('{"after":"01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f","more":1}').toString('base64url'),
  Buffer.from('{"__proto__":{}}').toString('base64url'),
])('a cursor that we did not make is refused: %s', async (cursor) => {
  const { status, body } = await scene.get(`/api/v1/gateways?cursor=${cursor}`, token);
  expect([status, body.code]).toEqual([400, 'REQUEST_INVALID']);
});
