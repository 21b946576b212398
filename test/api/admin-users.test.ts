import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScene, type Home, NOW, type Scene } from './scene.ts';

const USERS = '/admin/api/v1/users';

let scene: Scene;
let home: Home;
let admin: { id: string; email: string };
let token: string;

beforeAll(async () => {
  scene = await createScene();
  home = await scene.createOffice(await scene.createCustomer());
  admin = await scene.createUser({ isAdmin: true });
  token = await scene.signIn(admin);
});
afterAll(() => scene?.close());

const post = (path: string, by = token) => scene.request({ method: 'POST', url: `${USERS}/${path}`, token: by });
const remove = (path: string, by = token) =>
  scene.request({ method: 'DELETE', url: `/admin/api/v1/${path}`, token: by });
const status = async (url: string, by: string) => (await scene.get(url, by)).status;

async function auditOf(subjectId: string) {
  const entries = await scene.db
    .selectFrom('audit_entry')
    .where('subject_id', '=', subjectId)
    .selectAll()
    .orderBy('id')
    .execute();
  for (const { id, at, actor_id, actor_name, address } of entries)
    expect([at, actor_id, actor_name, address], id).toEqual([new Date(NOW), admin.id, admin.email, '127.0.0.1']);
  return entries;
}

describe('the list of users', () => {
  it('has each once, page by page, with the last sign-in', async () => {
    const user = await scene.createUser({ homes: [home] });
    await scene.signIn(user);
    const items = await scene.getAll(`${USERS}?limit=2`, token);
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
    expect(items.find(({ id }) => id === user.id)).toEqual({
      id: user.id,
      email: user.email,
      firstName: 'Ada',
      lastName: null,
      isAdmin: false,
      active: true,
      createdAt: expect.any(String),
      lastSignInAt: new Date(NOW).toISOString(),
    });
  });

  it('finds one by address, in any case', async () => {
    const { id, email } = await scene.createUser();
    const find = async (address: string) => (await scene.get(`${USERS}?email=${address}`, token)).body.items;
    expect(await find(email.toUpperCase())).toMatchObject([{ id, lastSignInAt: null }]);
    expect(await find('nobody@example.org')).toEqual([]);
  });
});

describe('a user who is deactivated', () => {
  it('is out at once, cannot come back by an old token, and may sign in again once activated', async () => {
    const user = await scene.createUser({ homes: [home] });
    const session = await scene.signIn(user);
    const { status: answered, body } = await post(`${user.id}/deactivate`);
    expect([answered, body]).toEqual([200, expect.objectContaining({ id: user.id, active: false })]);
    expect(await status('/api/v1/me', session)).toBe(401);
    expect((await post(`${user.id}/activate`)).body.active).toBe(true);
    expect(await status('/api/v1/me', session)).toBe(401);
    expect(await status('/api/v1/me', await scene.signIn(user))).toBe(200);
    const entries = await auditOf(user.id);
    expect(entries.map(({ action, subject_name }) => [action, subject_name])).toEqual([
      ['user.deactivated', user.email],
      ['user.activated', user.email],
    ]);
  });

  it('loses the API tokens for good', async () => {
    const user = await scene.createUser({ homes: [home] });
    const payload = { name: 'script', ...home, role: 'viewer', expiresInDays: 1 };
    const made = { method: 'POST', url: '/api/v1/me/api-tokens', token: await scene.signIn(user), payload } as const;
    const { body } = await scene.request(made);
    expect(await status('/api/v1/me', body.token)).toBe(200);
    await post(`${user.id}/deactivate`);
    await post(`${user.id}/activate`);
    expect(await status('/api/v1/me', body.token)).toBe(401);
  });

  it('is audited once, however often it is said', async () => {
    const { id } = await scene.createUser();
    for (let n = 0; n < 3; n++) expect((await post(`${id}/deactivate`)).status).toBe(200);
    expect(await auditOf(id)).toHaveLength(1);
  });
});

describe('the admin role', () => {
  it('is given and taken at once', async () => {
    const user = await scene.createUser();
    const session = await scene.signIn(user);
    expect(await status(USERS, session)).toBe(403);
    expect((await post(`${user.id}/grant-admin`)).body.isAdmin).toBe(true);
    expect(await status(USERS, session)).toBe(200);
    expect((await post(`${user.id}/revoke-admin`)).body.isAdmin).toBe(false);
    expect(await status(USERS, session)).toBe(403);
    expect(await status('/api/v1/me', session)).toBe(200);
    expect((await auditOf(user.id)).map(({ action }) => action)).toEqual(['user.admin_granted', 'user.admin_revoked']);
  });

  it.each(['deactivate', 'revoke-admin'])('nobody may %s oneself, however the id is spelt', async (action) => {
    for (const id of [admin.id, admin.id.toUpperCase()]) {
      const { status, body } = await post(`${id}/${action}`);
      expect([status, body.code]).toEqual([409, 'CONFLICT']);
    }
    expect(await status(USERS, token)).toBe(200);
    expect(await auditOf(admin.id)).toEqual([]);
  });
});

describe('sessions', () => {
  it('of a user are listed newest first, page by page, while they stand', async () => {
    const user = await scene.createUser();
    for (let n = 0; n < 5; n++) await scene.signIn(user);
    const items = await scene.getAll(`${USERS}/${user.id}/sessions?limit=2`, token);
    expect(items).toHaveLength(5);
    expect(items.map(({ id }) => id)).toEqual([...items.map(({ id }) => id)].sort().reverse());
    expect(items[0]).toMatchObject({ createdAt: new Date(NOW).toISOString(), renewable: false, lastUsedAt: null });
    scene.clock.now += 3_600_001;
    expect((await scene.get(`${USERS}/${user.id}/sessions`, await scene.signIn(admin))).body.items).toEqual([]);
    scene.clock.now = NOW;
  });

  it('of a user end all at once', async () => {
    const [user, other] = [await scene.createUser(), await scene.createUser()];
    const sessions = [await scene.signIn(user), await scene.signIn(user)];
    const untouched = await scene.signIn(other);
    expect((await remove(`users/${user.id}/sessions`)).status).toBe(204);
    for (const session of sessions) expect(await status('/api/v1/me', session)).toBe(401);
    expect(await status('/api/v1/me', untouched)).toBe(200);
    expect((await scene.get(`${USERS}/${user.id}/sessions`, token)).body.items).toEqual([]);
    expect(await auditOf(user.id)).toMatchObject([
      { action: 'session.revoked', subject_kind: 'user', detail: { sessions: 2 }, customer_id: null },
    ]);
  });

  it('of a gateway end all at once, which its customer can read', async () => {
    const gatewayId = await scene.createGateway(home, 'Hall 2');
    const other = await scene.gatewayToken(await scene.createGateway(home));
    const tokens = [await scene.gatewayToken(gatewayId), await scene.gatewayToken(gatewayId)];
    expect((await remove(`gateways/${gatewayId}/sessions`)).status).toBe(204);
    for (const gateway of tokens) expect(await status('/gateway/api/v1/test-token', gateway)).toBe(401);
    expect(await status('/gateway/api/v1/test-token', other)).toBe(200);
    expect(await auditOf(gatewayId)).toMatchObject([
      {
        action: 'session.revoked',
        subject_kind: 'gateway',
        subject_name: 'Hall 2',
        customer_id: home.customerId,
        office_id: home.officeId,
        detail: { sessions: 2 },
      },
    ]);
  });
});

describe('what does not exist', () => {
  it.each(['deactivate', 'activate', 'grant-admin', 'revoke-admin'])('no user, no %s', async (action) => {
    const { status, body } = await post(`${uuid()}/${action}`);
    expect([status, body.code]).toEqual([404, 'NOT_FOUND']);
  });

  it('no owner, no sessions', async () => {
    expect(await status(`${USERS}/${uuid()}/sessions`, token)).toBe(404);
    expect((await remove(`users/${uuid()}/sessions`)).status).toBe(404);
    expect((await remove(`gateways/${uuid()}/sessions`)).status).toBe(404);
  });
});

it('only admins may, whatever their memberships', async () => {
  const target = await scene.createUser();
  const gatewayId = await scene.createGateway(home);
  const manager = { customerId: home.customerId, officeId: null, role: 'manager' as const };
  const user = await scene.signIn(await scene.createUser({ homes: [manager] }));
  for (const action of ['deactivate', 'activate', 'grant-admin', 'revoke-admin'])
    expect.soft((await post(`${target.id}/${action}`, user)).status, action).toBe(403);
  for (const url of [USERS, `${USERS}/${target.id}/sessions`, '/admin/api/v1/audit'])
    expect.soft(await status(url, user), url).toBe(403);
  for (const path of [`users/${target.id}/sessions`, `gateways/${gatewayId}/sessions`])
    expect.soft((await remove(path, user)).status, path).toBe(403);
  expect(await auditOf(target.id)).toEqual([]);
});
