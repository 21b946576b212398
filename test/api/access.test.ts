import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScene, DAY, type Home, type Scene } from './scene.ts';

let scene: Scene;
let home: Home;
let gatewayId: string;
let deviceId: string;
const callers: Record<string, string> = {};

beforeAll(async () => {
  scene = await createScene();
  const customerId = await scene.createCustomer('Ours');
  home = await scene.createOffice(customerId, 'Berlin');
  const sibling = await scene.createOffice(customerId, 'Hamburg');
  const foreign = await scene.createOffice(await scene.createCustomer('Theirs'));
  gatewayId = await scene.createGateway(home);
  deviceId = await scene.createDevice(home, 'printer', gatewayId);
  await scene.store(deviceId, 'temperature', [[scene.clock.now - 1000, 21.5]]);
  await scene.createDeadLetter(home, gatewayId);
  await scene.db.insertInto('dead_letter_overflow').values({ gateway_id: gatewayId, dropped: 5 }).execute();

  const signIn = async (homes: { customerId: string; officeId: string | null }[], isAdmin = false) =>
    scene.signIn(await scene.createUser({ homes, isAdmin }));
  callers.customer = await signIn([{ customerId, officeId: null }]);
  callers.office = await signIn([home]);
  callers.twoOffices = await signIn([sibling, home]);
  callers.otherOffice = await signIn([sibling]);
  callers.foreigner = await signIn([{ ...foreign, officeId: null }]);
  callers.nobody = await signIn([]);
  callers.admin = await signIn([], true);
  callers.gateway = await scene.gatewayToken(gatewayId);
});
afterAll(() => scene?.close());

const LISTS = ['/api/v1/gateways', '/api/v1/devices', '/api/v1/dead-letters', '/api/v1/latest'];
const SINGLE = () => [
  `/api/v1/gateways/${gatewayId}/ledger`,
  `/api/v1/dead-letters?gatewayId=${gatewayId}`,
  `/api/v1/devices?gatewayId=${gatewayId}`,
  `/api/v1/devices?officeId=${home.officeId}`,
  `/api/v1/devices/${deviceId}`,
  `/api/v1/devices/${deviceId}/latest`,
  `/api/v1/devices/${deviceId}/readings?label=temperature`,
];
const USER_ROUTES = () => ['/api/v1/me', ...LISTS, ...SINGLE()];
const ALL_ROUTES = () => [...USER_ROUTES(), '/admin/api/v1/overview', '/gateway/api/v1/test-token'];

describe('what belongs to a caller', () => {
  it.each(['customer', 'office', 'twoOffices'])('is shown to a member of the %s', async (name) => {
    for (const url of SINGLE()) expect.soft((await scene.get(url, callers[name])).status, url).toBe(200);
    for (const url of LISTS) expect.soft((await scene.get(url, callers[name])).body.items, url).toHaveLength(1);
    expect((await scene.get('/api/v1/dead-letters', callers[name])).body.overflow).toBe(5);
  });

  it.each(['otherOffice', 'foreigner', 'nobody', 'admin'])('does not exist for %s', async (name) => {
    for (const url of SINGLE()) {
      const { status, body } = await scene.get(url, callers[name]);
      expect.soft([status, body.code], url).toEqual([404, 'NOT_FOUND']);
    }
    for (const url of LISTS) expect.soft((await scene.get(url, callers[name])).body.items, url).toEqual([]);
    expect((await scene.get('/api/v1/dead-letters', callers[name])).body.overflow).toBe(0);
  });

  it('answers a foreign id word for word like one that does not exist', async () => {
    const foreign = await scene.get(`/api/v1/devices/${deviceId}`, callers.foreigner);
    const unknown = await scene.get(`/api/v1/devices/${uuid()}`, callers.foreigner);
    expect({ ...foreign.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
  });

  it('rests while the customer is suspended', async () => {
    const suspend = (at: Date | null) =>
      scene.db.updateTable('customer').set({ suspended_at: at }).where('id', '=', home.customerId).execute();
    await suspend(new Date());
    expect((await scene.get(`/api/v1/devices/${deviceId}`, callers.customer)).status).toBe(404);
    await suspend(null);
    expect((await scene.get(`/api/v1/devices/${deviceId}`, callers.customer)).status).toBe(200);
  });
});

describe('who is not let in', () => {
  const expectRefused = async (urls: string[], headers: Record<string, string>) => {
    for (const url of urls) {
      const answer = await scene.request({ url, headers });
      expect.soft([answer.status, answer.body.code], url).toEqual([401, 'CREDENTIALS_INVALID']);
      expect.soft(answer.headers['www-authenticate']).toBe('Bearer');
    }
  };
  const bearer = (token: string | undefined) => ({ authorization: `Bearer ${token}` });

  it('nobody without a token, or with something else', async () => {
    await expectRefused(ALL_ROUTES(), {});
    await expectRefused(ALL_ROUTES(), { authorization: 'Basic YTpi' });
    await expectRefused(ALL_ROUTES(), bearer('no.token.this'));
  });

  it('a gateway at the routes of users and admins', () =>
    expectRefused([...USER_ROUTES(), '/admin/api/v1/overview'], bearer(callers.gateway)));

  it('a user at the routes of gateways', async () => {
    await expectRefused(['/gateway/api/v1/test-token'], bearer(callers.customer));
    await expectRefused(['/gateway/api/v1/test-token'], bearer(callers.admin));
  });

  it('a user who is no admin at the routes of admins', async () => {
    const { status, body } = await scene.get('/admin/api/v1/overview', callers.customer);
    expect([status, body.code]).toEqual([403, 'FORBIDDEN']);
  });

  it('an expired token', async () => {
    const user = await scene.signIn(await scene.createUser());
    const admin = await scene.signIn(await scene.createUser({ isAdmin: true }));
    const gateway = await scene.gatewayToken(gatewayId);
    scene.clock.now += DAY + 60_000;
    await expectRefused(USER_ROUTES(), bearer(user));
    await expectRefused(['/admin/api/v1/overview'], bearer(admin));
    await expectRefused(['/gateway/api/v1/test-token'], bearer(gateway));
    scene.clock.now -= DAY + 60_000;
  });

  it('a revoked session, at once', async () => {
    const user = await scene.signIn(await scene.createUser());
    const gateway = await scene.gatewayToken(gatewayId);
    expect((await scene.get('/api/v1/me', user)).status).toBe(200);
    const keep = Object.values(callers).map((token) => JSON.parse(atob(token.split('.')[1] as string)).sid);
    await scene.db.updateTable('session').set({ revoked_at: new Date() }).where('id', 'not in', keep).execute();
    await expectRefused(USER_ROUTES(), bearer(user));
    await expectRefused(['/gateway/api/v1/test-token'], bearer(gateway));
  });

  it('a user who was deactivated, a gateway that was deleted', async () => {
    const user = await scene.createUser();
    const token = await scene.signIn(user);
    await scene.db.updateTable('user').set({ active: false }).where('id', '=', user.id).execute();
    await expectRefused(['/api/v1/me'], bearer(token));
    const deleted = await scene.createGateway(home);
    const gatewayToken = await scene.gatewayToken(deleted);
    await scene.db.updateTable('gateway').set({ deleted_at: new Date() }).where('id', '=', deleted).execute();
    await expectRefused(['/gateway/api/v1/test-token'], bearer(gatewayToken));
  });

  it('anybody before the request is looked at: 401 comes before 400', async () => {
    await expectRefused(['/api/v1/gateways?nonsense=1', '/api/v1/devices/not-an-id'], {});
  });
});

describe('what a route does not know', () => {
  it('is refused in the query of every route', async () => {
    for (const url of ALL_ROUTES()) {
      const token = url.startsWith('/admin')
        ? callers.admin
        : url.startsWith('/gateway')
          ? callers.gateway
          : callers.customer;
      const { status, body } = await scene.get(`${url}${url.includes('?') ? '&' : '?'}surprise=1`, token);
      expect.soft([status, body.code], url).toEqual([400, 'REQUEST_INVALID']);
      expect.soft(body.errors, url).toEqual([{ pointer: '/surprise', detail: 'is not known here' }]);
    }
  });

  it('an id that is no UUID is refused', async () => {
    for (const url of SINGLE().map((single) =>
      single.replace(gatewayId, 'x').replace(deviceId, 'x').replace(home.officeId, 'x'),
    )) {
      const { status, body } = await scene.get(url, callers.customer);
      expect.soft([status, body.code], url).toEqual([400, 'REQUEST_INVALID']);
    }
  });
});
