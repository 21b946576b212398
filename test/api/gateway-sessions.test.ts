import { v7 as uuid } from 'uuid';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createScene, DAY, type Home, NOW, type Scene } from './scene.ts';

let scene: Scene;
let home: Home;
let manager: string;
let managerId: string;
let viewer: string;

beforeAll(async () => {
  scene = await createScene();
  home = await scene.createOffice(await scene.createCustomer());
  const user = await scene.createUser({ homes: [{ ...home, role: 'manager' }] });
  managerId = user.id;
  manager = await scene.signIn(user);
  viewer = await scene.signIn(await scene.createUser({ homes: [home] }));
});
afterEach(() => {
  scene.clock.now = NOW;
});
afterAll(() => scene?.close());

const sessionsOf = (gatewayId: string) => `/api/v1/gateways/${gatewayId}/sessions`;
const send = (method: 'POST' | 'DELETE', url: string, payload?: object, token = manager) =>
  scene.request({ method, url, token, ...(payload && { payload }) });
const list = async (gatewayId: string) => (await scene.get(sessionsOf(gatewayId), viewer)).body.items;
const test = async (token: string) => (await scene.get('/gateway/api/v1/test-token', token)).status;
const refresh = (refreshToken: string, softwareVersion?: string) =>
  scene.request({
    method: 'POST',
    url: '/gateway/api/v1/refresh',
    payload: { refreshToken, ...(softwareVersion && { softwareVersion }) },
    remoteAddress: '203.0.113.7',
  });
const actionsOf = async (subjectId: string) => {
  const query = scene.db.selectFrom('audit_entry').where('subject_id', '=', subjectId).select(['action', 'detail']);
  return query.orderBy('id').execute();
};

describe('the sessions of a gateway', () => {
  it('tell when, from where, and with which software', async () => {
    const id = await scene.createGateway(home);
    const renewable = (await send('POST', sessionsOf(id), { kind: 'renewable', label: 'SD card' })).body;
    scene.clock.now += 60_000;
    const fixed = (await send('POST', sessionsOf(id), { kind: 'long-lived', days: 30 })).body;
    scene.clock.now += 60_000;
    await refresh(renewable.refreshToken, '2.4.1');
    const status = { state: 'online' as const, software_version: '2.4.2', received_at: new Date() };
    await scene.db
      .insertInto('gateway_status')
      .values({ gateway_id: id, ...status })
      .execute();
    const at = (ms: number) => new Date(NOW + ms).toISOString();
    expect(await list(id)).toEqual([
      {
        id: fixed.sessionId,
        kind: 'long-lived',
        label: null,
        createdAt: at(60_000),
        createdBy: managerId,
        address: '127.0.0.1',
        lastUsedAt: null,
        lastAddress: null,
        softwareVersion: null,
        reportedVersion: null,
        expiresAt: at(60_000 + 30 * DAY),
      },
      {
        id: renewable.sessionId,
        kind: 'renewable',
        label: 'SD card',
        createdAt: at(0),
        createdBy: managerId,
        address: '127.0.0.1',
        lastUsedAt: at(120_000),
        lastAddress: '203.0.113.7',
        softwareVersion: '2.4.1',
        reportedVersion: '2.4.2',
        expiresAt: at(120_000 + 90 * DAY),
      },
    ]);
  });

  it('are those that stand', async () => {
    const id = await scene.createGateway(home);
    await send('POST', sessionsOf(id), { kind: 'long-lived', days: 1 });
    expect(await list(id)).toHaveLength(1);
    scene.clock.now += DAY;
    const later = await scene.signIn({ id: managerId });
    expect((await scene.get(sessionsOf(id), later)).body.items).toEqual([]);
  });

  it('come in pages', async () => {
    const id = await scene.createGateway(home);
    for (let n = 0; n < 5; n++) await scene.gatewayToken(id);
    const ids = (await scene.getAll(`${sessionsOf(id)}?limit=2`, viewer)).map((session) => session.id);
    expect(ids).toEqual((await list(id)).map((session: { id: string }) => session.id));
    expect(ids).toHaveLength(5);
  });
});

describe('tokens that are issued by hand', () => {
  it('renew, or live long and do not', async () => {
    const id = await scene.createGateway(home);
    const renewable = await send('POST', sessionsOf(id), { kind: 'renewable' });
    const fixed = await send('POST', sessionsOf(id), { kind: 'long-lived' });
    const longest = await send('POST', sessionsOf(id), { kind: 'long-lived', days: 400 });
    expect([renewable, fixed, longest].map(({ status }) => status)).toEqual([201, 201, 201]);
    for (const { body } of [renewable, fixed, longest]) {
      expect(await test(body.accessToken)).toBe(200);
      expect(body.mqtt.username).toBe(id);
    }
    expect([fixed.body.refreshToken, fixed.body.accessExpiresAt]).toEqual([
      null,
      new Date(NOW + 365 * DAY).toISOString(),
    ]);
    expect((await refresh(renewable.body.refreshToken)).status).toBe(200);
    scene.clock.now += 399 * DAY;
    expect([await test(fixed.body.accessToken), await test(longest.body.accessToken)]).toEqual([401, 200]);
    expect((await actionsOf(id)).map(({ action, detail }) => [action, detail.kind])).toEqual([
      ['gateway.tokens_issued', 'renewable'],
      ['gateway.tokens_issued', 'long-lived'],
      ['gateway.tokens_issued', 'long-lived'],
    ]);
  });

  it.each([
    { kind: 'renewable', days: 5 },
    { kind: 'long-lived', days: 0 },
    { kind: 'long-lived', days: 401 },
    { kind: 'eternal' },
    { kind: 'renewable', label: '' },
    {},
  ])('are not issued for %j', async (payload) => {
    const id = await scene.createGateway(home);
    expect((await send('POST', sessionsOf(id), payload)).body.code).toBe('REQUEST_INVALID');
  });
});

describe('a session', () => {
  it.each([{ kind: 'renewable' }, { kind: 'long-lived', days: 10 }])('is rotated: %j', async (payload) => {
    const id = await scene.createGateway(home);
    const old = (await send('POST', sessionsOf(id), { ...payload, label: 'Bridge' })).body;
    scene.clock.now += 60_000;
    const { status, body } = await send('POST', `${sessionsOf(id)}/${old.sessionId}/rotate`);
    expect([status, await test(old.accessToken), await test(body.accessToken)]).toEqual([201, 401, 200]);
    if (old.refreshToken) expect((await refresh(old.refreshToken)).status).toBe(401);
    const [session, ...others] = await list(id);
    expect(session).toMatchObject({ id: body.sessionId, kind: payload.kind, label: 'Bridge' });
    expect(others).toEqual([]);
    if (payload.days) expect(session.expiresAt).toBe(new Date(NOW + 60_000 + 10 * DAY).toISOString());
    expect((await actionsOf(id)).at(-1)).toEqual({
      action: 'session.rotated',
      detail: { sessionId: old.sessionId, replacedBy: body.sessionId },
    });
  });

  it('that two rotate at once has one successor', async () => {
    const id = await scene.createGateway(home);
    const { sessionId } = (await send('POST', sessionsOf(id), { kind: 'renewable' })).body;
    const rotate = () => send('POST', `${sessionsOf(id)}/${sessionId}/rotate`);
    const answers = await Promise.all([rotate(), rotate(), rotate()]);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const { status } of answers) expect([201, 404, 409]).toContain(status);
    expect(await list(id)).toHaveLength(1);
  });

  it('is revoked alone', async () => {
    const id = await scene.createGateway(home);
    const [one, other] = [await scene.gatewayToken(id), await scene.gatewayToken(id)];
    const [, { id: sessionId }] = await list(id);
    expect((await send('DELETE', `${sessionsOf(id)}/${sessionId}`)).status).toBe(204);
    expect([await test(one), await test(other)]).toEqual([401, 200]);
    expect((await send('DELETE', `${sessionsOf(id)}/${sessionId}`)).status).toBe(404);
    expect(await actionsOf(id)).toEqual([{ action: 'session.revoked', detail: { sessionId } }]);
  });

  it('is revoked with all others of its gateway', async () => {
    const id = await scene.createGateway(home);
    const neighbour = await scene.gatewayToken(await scene.createGateway(home));
    const tokens = [await scene.gatewayToken(id), await scene.gatewayToken(id)];
    expect((await send('DELETE', sessionsOf(id))).status).toBe(204);
    for (const token of tokens) expect(await test(token)).toBe(401);
    expect(await test(neighbour)).toBe(200);
    expect(await actionsOf(id)).toEqual([{ action: 'session.revoked', detail: { sessions: 2 } }]);
  });
});

describe('who may', () => {
  const attempts = (gatewayId: string, sessionId: string): ['GET' | 'POST' | 'DELETE', string, object?][] => [
    ['POST', sessionsOf(gatewayId), { kind: 'renewable' }],
    ['POST', `${sessionsOf(gatewayId)}/${sessionId}/rotate`],
    ['DELETE', `${sessionsOf(gatewayId)}/${sessionId}`],
    ['DELETE', sessionsOf(gatewayId)],
  ];

  it('a viewer looks on, and so does an operator', async () => {
    const id = await scene.createGateway(home);
    const token = await scene.gatewayToken(id);
    const [{ id: sessionId }] = await list(id);
    const operator = await scene.signIn(await scene.createUser({ homes: [{ ...home, role: 'operator' }] }));
    for (const caller of [viewer, operator]) {
      for (const [method, url, payload] of attempts(id, sessionId))
        expect.soft((await send(method as 'POST', url, payload, caller)).status, `${method} ${url}`).toBe(403);
    }
    expect(await test(token)).toBe(200);
  });

  it('a manager of another office or customer finds nothing', async () => {
    const id = await scene.createGateway(home);
    const token = await scene.gatewayToken(id);
    const [{ id: sessionId }] = await list(id);
    const sibling = await scene.createOffice(home.customerId);
    const foreign = await scene.createOffice(await scene.createCustomer());
    for (const where of [sibling, foreign]) {
      const caller = await scene.signIn(await scene.createUser({ homes: [{ ...where, role: 'manager' }] }));
      for (const [method, url, payload] of [['GET', sessionsOf(id)] as const, ...attempts(id, sessionId)])
        expect.soft((await send(method as 'POST', url, payload, caller)).status, `${method} ${url}`).toBe(404);
    }
    expect(await test(token)).toBe(200);
  });

  it('nobody ends a session by naming another gateway', async () => {
    const [id, other] = [await scene.createGateway(home), await scene.createGateway(home)];
    const token = await scene.gatewayToken(id);
    const [{ id: sessionId }] = await list(id);
    for (const url of [`${sessionsOf(other)}/${sessionId}`, `${sessionsOf(id)}/${uuid()}`])
      expect((await send('DELETE', url)).status).toBe(404);
    expect((await send('POST', `${sessionsOf(other)}/${sessionId}/rotate`)).status).toBe(404);
    expect(await test(token)).toBe(200);
  });
});
