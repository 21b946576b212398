import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { listen } from '../../src/signals/signals.ts';
import { createScene, NOW, type Scene } from './scene.ts';

const CUSTOMERS = '/admin/api/v1/customers';

let scene: Scene;
let admin: { id: string; email: string };
let token: string;

beforeAll(async () => {
  scene = await createScene();
  admin = await scene.createUser({ isAdmin: true });
  token = await scene.signIn(admin);
});
afterAll(() => scene?.close());

const post = (path: string, by = token) => scene.request({ method: 'POST', url: `${CUSTOMERS}/${path}`, token: by });
const auditOf = (customerId: string) =>
  scene.db.selectFrom('audit_entry').where('customer_id', '=', customerId).selectAll().orderBy('id').execute();

it('customers are listed, page by page', async () => {
  const ids: string[] = [];
  for (const name of ['One', 'Two', 'Three']) ids.push(await scene.createCustomer(name));
  const items = await scene.getAll(`${CUSTOMERS}?limit=2`, token);
  expect(items.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
  expect(items.find(({ id }) => id === ids[1])).toEqual({
    id: ids[1],
    name: 'Two',
    vatId: null,
    contractLevel: null,
    createdAt: expect.any(String),
    suspendedAt: null,
  });
  expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
});

describe('a suspended customer', () => {
  it('is suspended by the time of the database, with a signal and an audit entry, once', async () => {
    const id = await scene.createCustomer('Debtor');
    let signals = 0;
    const listening = listen({ url: scene.databaseUrl, log: scene.log }, { access: () => signals++ });
    await vi.waitFor(() => expect(signals).toBe(1)); // it listens

    const { status, body } = await post(`${id}/suspend`);
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({ id, name: 'Debtor', suspendedAt: expect.any(String) }),
    ]);
    const { rows } = await sql<{ recent: boolean }>`
      SELECT suspended_at BETWEEN now() - interval '5 minutes' AND now() AS recent FROM customer WHERE id = ${id}`.execute(
      scene.db,
    );
    expect(rows).toEqual([{ recent: true }]);
    expect((await post(`${id}/suspend`)).body).toEqual(body);
    const { status: resumed, body: after } = await post(`${id}/resume`);
    expect([resumed, after.suspendedAt]).toEqual([200, null]);
    await post(`${id}/resume`);
    await vi.waitFor(() => expect(signals).toBe(3));
    await listening.close();

    const entry = {
      at: new Date(NOW),
      actor_kind: 'user',
      actor_id: admin.id,
      actor_name: admin.email,
      address: '127.0.0.1',
      subject_kind: 'customer',
      subject_id: id,
      subject_name: 'Debtor',
    };
    expect(await auditOf(id)).toMatchObject([
      { ...entry, action: 'customer.suspended' },
      { ...entry, action: 'customer.resumed' },
    ]);
    expect(signals).toBe(3);
  });

  it('is out of sight for its users, and its gateways are not let in, until it is resumed', async () => {
    const customerId = await scene.createCustomer('Resting');
    const home = await scene.createOffice(customerId);
    const other = await scene.createOffice(await scene.createCustomer('Running'));
    const gatewayId = await scene.createGateway(home);
    const deviceId = await scene.createDevice(home, 'printer', gatewayId);
    await scene.createDeadLetter(home, gatewayId);
    const gateway = await scene.gatewayToken(gatewayId);
    const whole = { customerId, officeId: null, role: 'manager' as const };
    const users = [
      await scene.createUser({ homes: [whole] }),
      await scene.createUser({ homes: [{ ...home, role: 'manager' }] }),
    ];
    const partner = await scene.signIn(await scene.createUser({ homes: [whole, other] }));
    const sessions = await Promise.all(users.map((user) => scene.signIn(user)));

    const seen = async (session: string) => {
      const lists = ['gateways', 'devices', 'dead-letters', 'audit'].map((name) => `/api/v1/${name}`);
      const counts = [];
      for (const url of lists) counts.push((await scene.get(url, session)).body.items.length > 0);
      for (const url of [`gateways/${gatewayId}`, `gateways/${gatewayId}/ledger`, `devices/${deviceId}`])
        counts.push((await scene.get(`/api/v1/${url}`, session)).status === 200);
      return counts;
    };
    const [ALL, NOTHING] = [Array(7).fill(true), Array(7).fill(false)];
    await post(`${customerId}/suspend`);
    scene.clock.now += 1;
    for (const session of sessions) {
      expect(await seen(session)).toEqual(NOTHING);
      expect((await scene.get('/api/v1/me', session)).body.memberships).toEqual([]);
    }
    expect((await scene.get('/api/v1/me', partner)).body.memberships).toMatchObject([{ customerName: 'Running' }]);
    expect((await scene.get('/api/v1/gateways', partner)).body.items).toEqual([]);
    expect((await scene.get('/gateway/api/v1/test-token', gateway)).status).toBe(401);

    await post(`${customerId}/resume`);
    expect(await seen(sessions[0] as string)).toEqual(ALL);
    expect((await scene.get('/gateway/api/v1/test-token', gateway)).status).toBe(200);
    scene.clock.now = NOW;
  });

  it('is no other than the one named', async () => {
    const [one, other] = [await scene.createCustomer(), await scene.createCustomer()];
    await post(`${one}/suspend`);
    const { body } = await scene.get(`${CUSTOMERS}?limit=200`, token);
    const idsOf = async (suspended: boolean): Promise<string[]> =>
      (await scene.get(`${CUSTOMERS}?limit=200&suspended=${suspended}`, token)).body.items.map(
        (it: { id: string }) => it.id,
      );
    expect([await idsOf(true), await idsOf(false)]).toEqual([
      expect.toSatisfy((ids: string[]) => ids.includes(one) && !ids.includes(other)),
      expect.toSatisfy((ids: string[]) => ids.includes(other) && !ids.includes(one)),
    ]);
    const states = new Map(
      body.items.map((item: { id: string; suspendedAt: string | null }) => [item.id, item.suspendedAt]),
    );
    expect([states.get(one) !== null, states.get(other)]).toEqual([true, null]);
  });
});

it.each(['suspend', 'resume'])('what does not exist cannot be %sd', async (name) => {
  const { status, body } = await post(`${uuid()}/${name}`);
  expect([status, body.code]).toEqual([404, 'NOT_FOUND']);
});

it('only admins may', async () => {
  const customerId = await scene.createCustomer();
  const manager = { customerId, officeId: null, role: 'manager' as const };
  const user = await scene.signIn(await scene.createUser({ homes: [manager] }));
  for (const name of ['suspend', 'resume']) expect((await post(`${customerId}/${name}`, user)).status).toBe(403);
  expect((await scene.get(CUSTOMERS, user)).status).toBe(403);
  expect(await auditOf(customerId)).toEqual([]);
});
