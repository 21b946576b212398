import { v7 as uuid } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildApi } from '../../src/api/server.ts';
import { type Answer, createScene, DAY, type Home, NOW, type Scene } from './scene.ts';

const MINUTE = 60_000;
const HARDWARE = { serialNumber: 'RPI5-1', softwareVersion: '2.4.1', hardwareVersion: 'Pi 5' };

let scene: Scene;
let home: Home;
let manager: string;
let managerId: string;
let viewer: string;
/** Every secret that was handed out. */
const secrets = new Set<string>();

beforeAll(async () => {
  scene = await createScene();
  home = await scene.createOffice(await scene.createCustomer(), 'Berlin');
});
beforeEach(async () => {
  const user = await scene.createUser({ homes: [{ ...home, role: 'manager' }] });
  managerId = user.id;
  manager = await scene.signIn(user);
  viewer = await scene.signIn(await scene.createUser({ homes: [home] }));
});
afterEach(async () => {
  scene.clock.now = NOW;
  await scene.db.deleteFrom('throttle').execute();
});
afterAll(() => scene?.close());

async function post(url: string, payload: object | undefined, token?: string): Promise<Answer> {
  const answer = await scene.request({ method: 'POST', url, ...(payload && { payload }), ...(token && { token }) });
  for (const name of ['deviceCode', 'accessToken', 'refreshToken', 'userCode', 'key'])
    if (answer.body?.[name]) secrets.add(answer.body[name]);
  return answer;
}

const ask = async (payload: object = HARDWARE) => (await post('/gateway/api/v1/enrolment/code', payload)).body;
const redeem = (deviceCode: string) => post('/gateway/api/v1/enrolment/token', { deviceCode });
const refresh = (refreshToken: string) => post('/gateway/api/v1/refresh', { refreshToken });
const test = async (token: string) => (await scene.get('/gateway/api/v1/test-token', token)).status;
const ofCode = (userCode: string) => `/api/v1/enrolments/code/${userCode}`;
const approve = (userCode: string, payload: object = { officeId: home.officeId }, token = manager) =>
  post(`${ofCode(userCode)}/approve`, payload, token);
const deny = (userCode: string, token = manager) => post(`${ofCode(userCode)}/deny`, undefined, token);
const audited = async (subjectId: string) => {
  const query = scene.db.selectFrom('audit_entry').where('subject_id', '=', subjectId).select('action');
  return (await query.orderBy('id').execute()).map(({ action }) => action);
};
const managerOf = async (where: { customerId: string; officeId: string | null }) =>
  scene.signIn(await scene.createUser({ homes: [{ ...where, role: 'manager' }] }));

describe('a gateway that asks by a code', () => {
  it('is told what to show and how to ask', async () => {
    expect(await ask()).toEqual({
      deviceCode: expect.stringMatching(/^[\w-]{43}$/),
      userCode: expect.stringMatching(/^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$/),
      verificationUri: 'https://iot.example.org/enrol',
      verificationUriComplete: expect.stringMatching(/^https:\/\/iot\.example\.org\/enrol#code=[A-Z]{4}-[A-Z]{4}$/),
      expiresIn: 900,
      interval: 5,
    });
  });

  it('may say nothing of itself, but nothing else either', async () => {
    expect((await ask({})).userCode).toBeDefined();
    for (const wrong of [{ name: 'x' }, { gatewayId: 'x' }, { serialNumber: '' }, { serialNumber: '\0' }])
      expect((await ask(wrong)).code).toBe('REQUEST_INVALID');
  });

  it('waits, and must not ask too often', async () => {
    const { deviceCode } = await ask();
    const answers = [];
    for (const passed of [0, 1_000, 3_999, 1, 5_000]) {
      scene.clock.now += passed;
      const { status, body, headers } = await redeem(deviceCode);
      answers.push([status, body.code, headers['retry-after']]);
    }
    expect(answers).toEqual([
      [400, 'AUTHORIZATION_PENDING', '5'],
      [400, 'SLOW_DOWN', '5'],
      [400, 'SLOW_DOWN', '5'],
      [400, 'AUTHORIZATION_PENDING', '5'],
      [400, 'AUTHORIZATION_PENDING', '5'],
    ]);
  });

  it('asks twice at once on two processes, and one of them tells it to slow down', async () => {
    const { deviceCode } = await ask();
    const other = await buildApi(scene.parts);
    const url = '/gateway/api/v1/enrolment/token';
    for (let round = 0; round < 3; round++) {
      const polls = [scene.app, other].map((app) => app.inject({ method: 'POST', url, payload: { deviceCode } }));
      const codes = (await Promise.all(polls)).map((answer) => answer.json().code);
      expect(codes.sort()).toEqual(['AUTHORIZATION_PENDING', 'SLOW_DOWN']);
      scene.clock.now += 5_000;
    }
    await other.close();
  });

  it('gets its tokens once a manager approved it', async () => {
    const { deviceCode, userCode } = await ask();
    expect((await redeem(deviceCode)).body.code).toBe('AUTHORIZATION_PENDING');
    const approved = await approve(userCode, { officeId: home.officeId, label: 'By the window' });
    expect(approved.status).toBe(200);
    const { status, body } = await redeem(deviceCode);
    expect([status, body]).toEqual([
      200,
      {
        gatewayId: approved.body.gatewayId,
        accessToken: expect.any(String),
        accessExpiresAt: expect.any(String),
        refreshToken: expect.any(String),
      },
    ]);
    expect(await test(body.accessToken)).toBe(200);
    const url = `/api/v1/gateways/${body.gatewayId}`;
    expect((await scene.get(url, viewer)).body).toMatchObject({ ...home, ...HARDWARE, label: 'By the window' });
    const [session] = (await scene.get(`${url}/sessions`, viewer)).body.items;
    expect(session).toMatchObject({ kind: 'renewable', softwareVersion: '2.4.1', createdBy: managerId });
    expect(await audited(body.gatewayId)).toEqual(['enrolment.approved']);
  });

  it('gets the same refresh token when the answer was lost, until it used that', async () => {
    const { deviceCode, userCode } = await ask();
    await approve(userCode);
    const [first, second] = [await redeem(deviceCode), await redeem(deviceCode)];
    expect(second.body.refreshToken).toBe(first.body.refreshToken);
    for (const { body } of [first, second]) expect(await test(body.accessToken)).toBe(200);
    scene.clock.now += 80 * DAY;
    expect((await redeem(deviceCode)).body.refreshToken).toBe(first.body.refreshToken);
    const next = await refresh(first.body.refreshToken);
    expect(next.status).toBe(200);
    expect((await redeem(deviceCode)).body.code).toBe('CREDENTIALS_INVALID');
    expect(await test(next.body.accessToken)).toBe(200);
    const { sid } = JSON.parse(atob(next.body.accessToken.split('.')[1]));
    expect(await audited(sid)).toEqual(['gateway.refresh_refused']);
  });

  it('gets one refresh token from two processes that it asks at once', async () => {
    const { deviceCode, userCode } = await ask();
    await approve(userCode);
    const other = await buildApi(scene.parts);
    const url = '/gateway/api/v1/enrolment/token';
    const answers = await Promise.all(
      [scene.app, other, scene.app, other].map((app) => app.inject({ method: 'POST', url, payload: { deviceCode } })),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map((answer) => answer.json().refreshToken)).size).toBe(1);
    expect((await refresh(answers[0]?.json().refreshToken)).status).toBe(200);
    await other.close();
  });

  it('is let in by one of two who decide at once, on two processes', async () => {
    const other = await buildApi(scene.parts);
    const headers = { authorization: `Bearer ${manager}` };
    const payload = { officeId: home.officeId };
    for (let round = 0; round < 5; round++) {
      const { deviceCode, userCode } = await ask();
      const url = (what: string) => `${ofCode(userCode)}/${what}`;
      const [approved, again, denied] = await Promise.all([
        scene.app.inject({ method: 'POST', url: url('approve'), payload, headers }),
        other.inject({ method: 'POST', url: url('approve'), payload, headers }),
        other.inject({ method: 'POST', url: url('deny'), headers }),
      ]);
      const statuses = [approved, again, denied].map(({ statusCode }) => statusCode);
      expect(statuses.filter((status) => status < 300)).toHaveLength(1);
      expect(statuses.filter((status) => status === 409)).toHaveLength(2);
      expect((await redeem(deviceCode)).body.code).toBe(denied.statusCode === 204 ? 'ACCESS_DENIED' : undefined);
    }
    await other.close();
  });

  it('is turned away', async () => {
    const { deviceCode, userCode } = await ask();
    expect((await deny(userCode)).status).toBe(204);
    const { status, body } = await redeem(deviceCode);
    expect([status, body.code]).toEqual([400, 'ACCESS_DENIED']);
    const { id } = await scene.db
      .selectFrom('enrolment')
      .where('user_code', '=', userCode.replace('-', ''))
      .select('id')
      .executeTakeFirstOrThrow();
    expect(await audited(id)).toEqual(['enrolment.denied']);
  });

  it('is forgotten after a quarter of an hour', async () => {
    const { deviceCode, userCode } = await ask();
    scene.clock.now += 15 * MINUTE - 1;
    expect((await redeem(deviceCode)).body.code).toBe('AUTHORIZATION_PENDING');
    scene.clock.now += 1;
    const { status, body } = await redeem(deviceCode);
    expect([status, body.code]).toEqual([400, 'EXPIRED_TOKEN']);
    expect((await approve(userCode)).status).toBe(404);
    expect((await redeem('never given')).body.code).toBe('EXPIRED_TOKEN');
    await ask();
    const kept = await scene.db.selectFrom('enrolment').select(['state', 'expires_at']).execute();
    expect(kept.filter(({ expires_at }) => expires_at.getTime() <= scene.clock.now)).toEqual([]);
  });

  it('may be approved in the last moment, and fetch its tokens later', async () => {
    const { deviceCode, userCode } = await ask();
    scene.clock.now += 15 * MINUTE - 1;
    await approve(userCode);
    scene.clock.now += 89 * DAY;
    expect((await redeem(deviceCode)).status).toBe(200);
  });
});

describe('a person who has a code', () => {
  it('sees what asks, whatever the case and dashes of the code', async () => {
    const gatewayId = uuid();
    const { userCode } = await ask({ ...HARDWARE, gatewayId });
    const plain = userCode.replace('-', '');
    for (const typed of [
      userCode,
      plain,
      plain.toLowerCase(),
      ` ${[...plain].join('-')}`,
      userCode.replace('-', ' '),
    ]) {
      const { status, body } = await scene.get(ofCode(encodeURIComponent(typed)), manager);
      expect([status, body]).toEqual([
        200,
        {
          userCode,
          ...HARDWARE,
          proposedGatewayId: gatewayId,
          address: '127.0.0.1',
          createdAt: new Date(NOW).toISOString(),
          expiresAt: new Date(NOW + 15 * MINUTE).toISOString(),
          offices: [{ id: home.officeId, name: 'Berlin', customerId: home.customerId, customerName: 'A customer' }],
        },
      ]);
    }
  });

  it('finds nothing under another one', async () => {
    for (const code of ['BBBB-BBBB', 'x', '%00', 'aeio-uaei'])
      expect([404, 400]).toContain((await scene.get(ofCode(code), manager)).status);
  });

  it('hears that somebody decided already', async () => {
    for (const decide of [approve, deny]) {
      const { userCode } = await ask();
      await decide(userCode);
      for (const answer of [await approve(userCode), await deny(userCode), await scene.get(ofCode(userCode), manager)])
        expect([answer.status, answer.body.detail]).toEqual([409, expect.stringContaining('decided already')]);
    }
  });

  it('needs to be a manager somewhere', async () => {
    const { userCode, deviceCode } = await ask();
    const operator = await scene.signIn(await scene.createUser({ homes: [{ ...home, role: 'operator' }] }));
    const nobody = await scene.signIn(await scene.createUser({ isAdmin: true }));
    for (const caller of [viewer, operator, nobody]) {
      const answers = [
        await scene.get(ofCode(userCode), caller),
        await approve(userCode, { officeId: home.officeId }, caller),
        await deny(userCode, caller),
      ];
      expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
    }
    expect((await redeem(deviceCode)).body.code).toBe('AUTHORIZATION_PENDING');
  });

  it('lets it into offices and gateways that this person manages, and no others', async () => {
    const { userCode } = await ask();
    const customerId = await scene.createCustomer();
    const foreign = await scene.createOffice(customerId);
    const sibling = await scene.createOffice(home.customerId);
    for (const where of [foreign, sibling]) {
      expect((await approve(userCode, { officeId: where.officeId })).status).toBe(404);
      expect((await approve(userCode, { gatewayId: await scene.createGateway(where) })).status).toBe(404);
    }
    const roles = [
      { ...home, role: 'manager' as const },
      { ...sibling, role: 'viewer' as const },
    ];
    const both = await scene.signIn(await scene.createUser({ homes: roles }));
    expect((await approve(userCode, { officeId: sibling.officeId }, both)).status).toBe(403);
    expect((await approve(userCode, { gatewayId: await scene.createGateway(sibling) }, both)).status).toBe(403);
    for (const body of [{}, { officeId: home.officeId, gatewayId: uuid() }, { label: 'x' }])
      expect((await approve(userCode, body)).body.code).toBe('REQUEST_INVALID');
    expect((await approve(userCode, { officeId: foreign.officeId }, await managerOf(foreign))).status).toBe(200);
  });

  it('cannot try many', async () => {
    const { userCode } = await ask();
    const get = (code: string) => scene.get(ofCode(code), manager);
    const answers = await Promise.all(Array.from({ length: 60 }, () => get('BBBB-BBBB')));
    expect(answers.every(({ status }) => status === 404)).toBe(true);
    const { status, body, headers } = await get(userCode);
    expect([status, body.code, headers['retry-after']]).toEqual([429, 'RATE_LIMITED', '600']);
    for (const answer of [await approve(userCode), await deny(userCode)]) expect(answer.status).toBe(429);
    expect((await scene.get(ofCode(userCode), await managerOf(home))).status).toBe(200);
    scene.clock.now += 10 * MINUTE;
    expect((await get(userCode)).status).toBe(200);
  });

  it('cannot try many from one address, as many users', async () => {
    const callers = await Promise.all(Array.from({ length: 5 }, () => managerOf(home)));
    const statuses = [];
    for (const token of callers) {
      const tries = Array.from({ length: 50 }, () => scene.get(ofCode('BBBB-BBBB'), token));
      statuses.push(...(await Promise.all(tries)).map(({ status }) => status));
    }
    expect(statuses.filter((status) => status === 404)).toHaveLength(200);
    expect(statuses.filter((status) => status === 429)).toHaveLength(50);
  });
});

describe('the id of a new gateway', () => {
  it('is the one that it proposes, if nobody has it', async () => {
    const gatewayId = uuid();
    const { userCode, deviceCode } = await ask({ gatewayId });
    expect((await approve(userCode)).body).toEqual({ gatewayId });
    expect((await redeem(deviceCode)).body.gatewayId).toBe(gatewayId);
  });

  it('is another one where somebody else has it, who keeps it', async () => {
    const foreign = await scene.createOffice(await scene.createCustomer());
    const taken = await scene.createGateway(foreign, 'Theirs');
    const { userCode, deviceCode } = await ask({ gatewayId: taken, ...HARDWARE });
    const { status, body } = await approve(userCode);
    expect(status).toBe(200);
    expect(body.gatewayId).not.toBe(taken);
    expect((await redeem(deviceCode)).body.gatewayId).toBe(body.gatewayId);
    expect((await scene.get(`/api/v1/gateways/${taken}`, await managerOf(foreign))).body).toMatchObject({
      label: 'Theirs',
      serialNumber: null,
    });
  });

  it('must be named where a gateway of the same customer has it', async () => {
    const gatewayId = await scene.createGateway(home);
    const { userCode, deviceCode } = await ask({ gatewayId });
    const refused = await approve(userCode);
    expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining(gatewayId)]);
    expect((await redeem(deviceCode)).body.code).toBe('AUTHORIZATION_PENDING');
    expect((await approve(userCode, { gatewayId })).body).toEqual({ gatewayId });
  });

  it('is another one where a deleted gateway had it', async () => {
    const gatewayId = await scene.createGateway(home);
    await scene.db.updateTable('gateway').set({ deleted_at: new Date() }).where('id', '=', gatewayId).execute();
    expect((await approve((await ask({ gatewayId })).userCode)).body.gatewayId).not.toBe(gatewayId);
  });

  it('is given to one of two that propose the same at once', async () => {
    const gatewayId = uuid();
    const other = await scene.createOffice(await scene.createCustomer());
    const [ours, theirs] = [await ask({ gatewayId }), await ask({ gatewayId })];
    const answers = await Promise.all([
      approve(ours.userCode),
      approve(theirs.userCode, { officeId: other.officeId }, await managerOf(other)),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers.filter(({ body }) => body.gatewayId === gatewayId)).toHaveLength(1);
  });
});

describe('new hardware for a gateway', () => {
  it('takes its place: its history stays, its old session ends', async () => {
    const gatewayId = await scene.createGateway(home, 'Cellar');
    const deviceId = await scene.createDevice(home, `printer ${gatewayId}`, gatewayId);
    await scene.store(deviceId, 'temperature', [[NOW - 1_000, 21.5]]);
    await scene.createDeadLetter(home, gatewayId);
    const [oldToken, otherToken] = [await scene.gatewayToken(gatewayId), await scene.gatewayToken(gatewayId)];
    const status = { state: 'online' as const, software_version: '1.0.0', hardware_version: 'Pi 3' };
    await scene.db
      .insertInto('gateway_status')
      .values({ gateway_id: gatewayId, ...status, received_at: new Date() })
      .execute();

    const { userCode, deviceCode } = await ask(HARDWARE);
    expect((await approve(userCode, { gatewayId })).body).toEqual({ gatewayId });
    expect([await test(oldToken), await test(otherToken)]).toEqual([401, 401]);
    const { body } = await redeem(deviceCode);
    expect(body.gatewayId).toBe(gatewayId);
    expect(await test(body.accessToken)).toBe(200);

    const url = `/api/v1/gateways/${gatewayId}`;
    expect((await scene.get(url, viewer)).body).toMatchObject({ label: 'Cellar', ...HARDWARE, reportedState: null });
    expect((await scene.get(`/api/v1/devices?gatewayId=${gatewayId}`, viewer)).body.items).toHaveLength(1);
    expect((await scene.get(`/api/v1/devices/${deviceId}/latest`, viewer)).body.items).toHaveLength(1);
    expect((await scene.get(`/api/v1/dead-letters?gatewayId=${gatewayId}`, viewer)).body.items).toHaveLength(1);
    expect((await scene.get(`${url}/sessions`, viewer)).body.items).toHaveLength(1);
    expect(await audited(gatewayId)).toEqual(['enrolment.approved', 'gateway.hardware_replaced']);
    const reasons = await scene.db
      .selectFrom('session')
      .where('gateway_id', '=', gatewayId)
      .where('revoked_at', 'is not', null)
      .select('revoked_reason')
      .execute();
    expect(reasons).toEqual([{ revoked_reason: 'replaced' }, { revoked_reason: 'replaced' }]);
  });

  it('twice at once leaves one session', async () => {
    const gatewayId = await scene.createGateway(home);
    const asked = [await ask(), await ask(), await ask()];
    const answers = await Promise.all(asked.map(({ userCode }) => approve(userCode, { gatewayId })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await scene.get(`/api/v1/gateways/${gatewayId}/sessions`, viewer)).body.items).toHaveLength(1);
  });

  it('is not taken for a gateway that was deleted', async () => {
    const gatewayId = await scene.createGateway(home);
    await scene.db.updateTable('gateway').set({ deleted_at: new Date() }).where('id', '=', gatewayId).execute();
    expect((await approve((await ask()).userCode, { gatewayId })).status).toBe(404);
  });
});

describe('one address', () => {
  it('asks for few codes', async () => {
    const answers = [];
    for (let n = 0; n < 61; n++) answers.push(await post('/gateway/api/v1/enrolment/code', {}));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(60);
    expect(answers.at(-1)?.body.code).toBe('RATE_LIMITED');
    const url = '/gateway/api/v1/enrolment/code';
    const elsewhere = await scene.request({ method: 'POST', url, payload: {}, remoteAddress: '203.0.113.7' });
    expect(elsewhere.status).toBe(200);
  });
});

it('no secret stands in the audit or in plain text in the database', async () => {
  const { deviceCode, userCode } = await ask();
  await approve(userCode);
  const { body } = await redeem(deviceCode);
  await refresh(body.refreshToken);
  expect(secrets.size).toBeGreaterThan(50);
  const audit = JSON.stringify(await scene.db.selectFrom('audit_entry').selectAll().execute());
  const rows = [
    await scene.db.selectFrom('session').selectAll().execute(),
    await scene.db.selectFrom('refresh_token').selectAll().execute(),
    await scene.db.selectFrom('enrolment').selectAll().execute(),
  ];
  for (const secret of secrets) {
    expect(audit).not.toContain(secret);
    expect(audit).not.toContain(secret.replace('-', ''));
    if (!/^[A-Z]{4}-[A-Z]{4}$/.test(secret)) expect(JSON.stringify(rows)).not.toContain(secret);
  }
});
