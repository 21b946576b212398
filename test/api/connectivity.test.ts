import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { claimClientIds, endConnections } from '../../src/db/connections.ts';
import type { EndReason } from '../../src/db/presence.ts';
import { registerProcess } from '../../src/db/processes.ts';
import { openSession } from '../../src/identity/sessions.ts';
import { createScene, DAY, type Home, type Scene } from './scene.ts';

const MINUTE = 60_000;

let scene: Scene;
let home: Home;
let token: string;
let broker: string;

beforeAll(async () => {
  scene = await createScene();
  scene.clock.now = Date.now() + MINUTE; // connections are dated by the database's clock
  home = await scene.createOffice(await scene.createCustomer());
  token = await scene.signIn(await scene.createUser({ homes: [home] }));
  broker = uuid();
  await registerProcess(scene.db, { id: broker, role: 'broker', version: '1.2.3', host: 'iot-1' }, 5_000, DAY);
});
afterAll(() => scene?.close());

const get = async (url: string, caller = token) => (await scene.get(`/api/v1/gateways/${url}`, caller)).body;

async function connect(gatewayId: string, clientId: string) {
  const { sessionId } = await openSession(scene.db, scene.tokens, 'gateway', gatewayId, {
    now: scene.clock.now,
    lifetimeMs: DAY,
  });
  const connection = { id: uuid(), gatewayId, clientId, sessionId, address: '203.0.113.7', transport: 'tls' as const };
  await claimClientIds(scene.db, broker, [connection], new Date());
  return (reason: EndReason) => endConnections(scene.db, [{ id: connection.id, reason, agoMs: 0 }]);
}

it('a gateway is shown with its connections, beside what it says of itself', async () => {
  const id = await scene.createGateway(home);
  const status = { gateway_id: id, received_at: new Date(), state: 'offline' as const };
  await scene.db.insertInto('gateway_status').values(status).execute();
  const end = await connect(id, 'live');
  await connect(id, 'backfill');
  const since = expect.stringMatching(/^20\d\d-.*Z$/);
  const online = { online: true, onlineSince: since, offlineSince: null, reportedState: 'offline', lastHeardAt: null };
  expect(await get(id)).toMatchObject(online);
  const connection = { address: '203.0.113.7', connectedAt: since, processId: broker };
  expect(await get(`${id}/connectivity`)).toEqual({
    connections: [
      { ...connection, clientId: 'backfill' },
      { ...connection, clientId: 'live' },
    ],
    items: [{ onlineSince: since, offlineSince: null, endReason: null, connections: 2 }],
    nextCursor: null,
  });
  await end('disconnected');
  expect((await get(`${id}/connectivity`)).connections).toMatchObject([{ clientId: 'backfill' }]);
});

it('a gateway that is away is shown with the end of its last period', async () => {
  const id = await scene.createGateway(home);
  await (await connect(id, 'live'))('keepalive_timeout');
  const [began, ended] = [new Date(Date.now() - 5 * MINUTE), new Date(Date.now() - 2 * MINUTE)];
  const times = { online_since: began, last_online_at: ended };
  await scene.db.updateTable('gateway_presence').set(times).where('gateway_id', '=', id).execute();
  expect(await get(id)).toMatchObject({ online: false, onlineSince: null, offlineSince: ended.toISOString() });
  expect((await get(`${id}/connectivity`)).items).toEqual([
    {
      onlineSince: began.toISOString(),
      offlineSince: ended.toISOString(),
      endReason: 'keepalive_timeout',
      connections: 1,
    },
  ]);
});

it('the history leads page by page through the span that was asked for, newest first, while it grows', async () => {
  const id = await scene.createGateway(home);
  const from = Date.now() - 10 * DAY;
  const periods = Array.from({ length: 12 }, (_, n) => ({
    gateway_id: id,
    online_since: new Date(from + n * DAY),
    offline_since: new Date(from + n * DAY + MINUTE),
    end_reason: 'connection_lost',
    connections: n + 1,
  }));
  await scene.db.insertInto('gateway_presence_period').values(periods).execute();
  const span = `from=${new Date(from + 2 * DAY).toISOString()}&to=${new Date(from + 9 * DAY).toISOString()}`;
  const items = await scene.getAll(`/api/v1/gateways/${id}/connectivity?${span}&limit=3`, token, async (page) => {
    if (page === 0) await connect(id, 'live');
  });
  expect(items.map(({ connections }) => connections)).toEqual([9, 8, 7, 6, 5, 4, 3]);
  expect((await get(`${id}/connectivity`)).items).toHaveLength(12);
});

it('nobody sees when the gateways of others are online', async () => {
  const id = await scene.createGateway(home);
  const stranger = await scene.signIn(
    await scene.createUser({ homes: [await scene.createOffice(await scene.createCustomer())] }),
  );
  expect((await scene.get(`/api/v1/gateways/${id}/connectivity`, stranger)).status).toBe(404);
});

it('an admin sees which processes live, and how many connections each broker has', async () => {
  const id = await scene.createGateway(home);
  const admin = await scene.signIn(await scene.createUser({ isAdmin: true }));
  const before = (await scene.get('/admin/api/v1/processes', admin)).body.items[0].connections;
  await connect(id, 'live');
  const [idle, worker, dead] = [uuid(), uuid(), uuid()];
  const self = { version: '1.2.3', host: 'iot-1' };
  await registerProcess(scene.db, { ...self, id: idle, role: 'broker' }, 0, DAY);
  await registerProcess(scene.db, { ...self, id: worker, role: 'worker' }, 0, DAY);
  await registerProcess(scene.db, { ...self, id: dead, role: 'worker' }, 0, -1);
  const listed = { ...self, startedAt: expect.any(String), renewedAt: expect.any(String) };
  expect(await scene.getAll('/admin/api/v1/processes?limit=1', admin)).toEqual([
    { ...listed, id: broker, role: 'broker', connections: before + 1 },
    { ...listed, id: idle, role: 'broker', connections: 0 },
    { ...listed, id: worker, role: 'worker', connections: null },
  ]);
});
