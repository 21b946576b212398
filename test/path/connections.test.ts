import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openSession } from '../../src/identity/sessions.ts';
import { connectOf, openGateway, openRawWebSocket } from '../broker/raw.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';

const WAIT = { timeout: 15_000, interval: 50 };

let world: World;
let token: string;
let first: World['broker'];
beforeAll(async () => {
  world = await createWorld({ roles: ['broker', 'api'], env: { MQTT_WS_PORT: '0' } });
  first = world.broker;
  const user = { id: randomUUID(), email: 'ops@example.org', is_admin: true };
  await world.db.insertInto('user').values(user).execute();
  token = (await openSession(world.db, world.tokens, 'user', user.id, { now: Date.now(), lifetimeMs: 60_000 })).token;
});
afterAll(() => world?.close());

async function ask(path: string, method = 'GET') {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${world.httpUrl}/admin/api/v1${path}`, { method, headers });
  const text = await response.text();
  return { status: response.status, body: text && JSON.parse(text) };
}

const listed = async (query: string): Promise<string[]> =>
  (await ask(`/connections?${query}`)).body.items.map(({ clientId }: { clientId: string }) => clientId);

it('an admin sees the open connections of all, and picks some', async () => {
  const [one, other] = [await world.createGateway(), await world.createGateway()];
  const second = await world.start('broker');
  await openGateway(world, one, { clientId: 'live' }, first.port);
  await openGateway(world, one, { clientId: 'backfill' }, second.port);
  const socket = await openRawWebSocket(first.webSocketPort as number);
  socket.send(connectOf(other, { clientId: 'page' }));
  await socket.until('connack');

  const { status, body } = await ask('/connections?limit=1');
  expect(status).toBe(200);
  expect(body.items).toEqual([
    {
      id: expect.any(String),
      gatewayId: other.id,
      gatewayLabel: 'A gateway',
      customerId: other.customerId,
      customerName: 'A customer',
      officeId: other.officeId,
      clientId: 'page',
      sessionId: expect.any(String),
      address: '127.0.0.1',
      transport: 'websocket',
      connectedAt: expect.any(String),
      processId: expect.any(String),
      host: expect.any(String),
    },
  ]);
  expect(await listed(`cursor=${body.nextCursor}`)).toEqual(['backfill', 'live']);
  expect(await listed(`gatewayId=${one.id}`)).toEqual(['backfill', 'live']);
  expect(await listed(`customerId=${other.customerId}`)).toEqual(['page']);
  expect(await listed(`processId=${body.items[0].processId}&gatewayId=${one.id}`)).toEqual(['live']);
  const [{ transport }] = (await ask(`/connections?gatewayId=${one.id}`)).body.items;
  expect(transport).toBe('tcp');
  await second.close();
  expect(await listed(`gatewayId=${one.id}`)).toEqual(['live']);
});

it('a connection that an admin ends is closed within two seconds, that one alone, and may come back', async () => {
  const gateway: TestGateway = await world.createGateway();
  const kicked = await openGateway(world, gateway, { clientId: 'a' }, first.port);
  const other = await openGateway(world, gateway, { clientId: 'b' }, first.port);
  const { items } = (await ask(`/connections?gatewayId=${gateway.id}`)).body;
  const { id } = items.find(({ clientId }: { clientId: string }) => clientId === 'a');
  const askedAt = performance.now();
  expect(await ask(`/connections/${id}`, 'DELETE')).toEqual({ status: 204, body: '' });
  await kicked.closed();
  expect(performance.now() - askedAt).toBeLessThan(2_000);
  await vi.waitFor(async () => expect(await listed(`gatewayId=${gateway.id}`)).toEqual(['b']), WAIT);
  expect(other.isClosed).toBe(false);
  expect((await ask(`/connections/${id}`, 'DELETE')).body).toMatchObject({ status: 404, code: 'NOT_FOUND' });

  const presence = () =>
    world.db.selectFrom('gateway_presence').where('gateway_id', '=', gateway.id).selectAll().executeTakeFirstOrThrow();
  await vi.waitFor(async () => expect(await presence()).toMatchObject({ end_reason: 'kicked' }), WAIT);
  const [entry, ...more] = (await ask(`/audit?subjectId=${gateway.id}`)).body.items;
  expect(more).toEqual([]);
  expect(entry).toMatchObject({
    action: 'connection.kicked',
    actor: { name: 'ops@example.org' },
    customerId: gateway.customerId,
    detail: { clientId: 'a', address: '127.0.0.1' },
  });
  const back = await openGateway(world, gateway, { clientId: 'a' }, first.port);
  expect(await listed(`gatewayId=${gateway.id}`)).toEqual(['a', 'b']);
  expect(back.isClosed).toBe(false);
});
