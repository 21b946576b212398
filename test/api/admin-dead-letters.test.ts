import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createScene, type Home, NOW, type Scene } from './scene.ts';

const LETTERS = '/admin/api/v1/dead-letters';

let scene: Scene;
let token: string;
let homes: Home[];
let gateways: string[];
beforeAll(async () => {
  scene = await createScene();
  await vi.waitFor(async () => expect(await scene.queue.isReady()).toBe(true));
  token = await scene.signIn(await scene.createUser({ isAdmin: true }));
  homes = [
    await scene.createOffice(await scene.createCustomer()),
    await scene.createOffice(await scene.createCustomer()),
  ];
  gateways = await Promise.all(homes.map((home) => scene.createGateway(home)));
});
afterAll(() => scene?.close());

const item = Buffer.from(JSON.stringify({ ts: NOW - 60_000, values: { n: 1 } }));
const make = (n: number) => {
  const topic = `v1/gateways/${gateways[n]}/devices/d/readings`;
  return scene.createDeadLetter(homes[n] as Home, gateways[n] as string, { item, size: item.length, topic });
};
const post = (path: string, payload: object) =>
  scene.request({ method: 'POST', url: `${LETTERS}/${path}`, token, payload });

it('an admin without any membership sees the dead letters of all customers, and mends them', async () => {
  const [first, second, third] = [await make(0), await make(1), await make(1)];
  const items = await scene.getAll(`${LETTERS}?limit=2`, token);
  expect(items.map(({ id }) => id)).toEqual([third, second, first]);
  const own = await scene.get(`${LETTERS}?customerId=${homes[0]?.customerId}`, token);
  expect(own.body.items).toMatchObject([{ id: first, customerId: homes[0]?.customerId, gatewayId: gateways[0] }]);
  expect((await scene.get(`${LETTERS}/${first}`, token)).body).toEqual(own.body.items[0]);

  expect(await post(`${first}/preview`, {})).toMatchObject({ status: 200, body: { counts: { readings: 1 } } });
  expect(await post(`${first}/replay`, {})).toMatchObject({ status: 202, body: { messageId: expect.any(String) } });
  expect(await post('replay', { ids: [second] })).toMatchObject({ status: 200, body: { items: [{ code: null }] } });
  expect(await scene.request({ method: 'DELETE', url: `${LETTERS}/${third}`, token })).toMatchObject({ status: 204 });
  const last = await make(0);
  expect((await post('discard', { ids: [last, first] })).body).toEqual({ discarded: 1 });
  expect((await scene.get(LETTERS, token)).body.items).toEqual([]);
  expect((await scene.get(`${LETTERS}/${first}`, token)).body).toMatchObject({ status: 404, code: 'NOT_FOUND' });

  scene.clock.now += 1_000;
  const audit = (await scene.get('/admin/api/v1/audit', token)).body.items;
  const done = audit.map(({ action, customerId }: Record<string, string>) => [action, customerId]);
  const [one, other] = homes.map(({ customerId }) => customerId);
  expect(done).toEqual([
    ['dead_letter.discarded', one],
    ['dead_letter.discarded', other],
    ['dead_letter.replayed', other],
    ['dead_letter.replayed', one],
  ]);
});

it('whoever is no admin sees none of them there', async () => {
  const manager = { ...(homes[0] as Home), role: 'manager' as const };
  const { status, body } = await scene.get(LETTERS, await scene.signIn(await scene.createUser({ homes: [manager] })));
  expect([status, body.code]).toEqual([403, 'FORBIDDEN']);
});
