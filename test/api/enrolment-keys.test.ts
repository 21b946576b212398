import { v7 as uuid } from 'uuid';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildApi } from '../../src/api/server.ts';
import { type Answer, createScene, DAY, type Home, NOW, type Scene } from './scene.ts';

let scene: Scene;
let home: Home;
let sibling: Home;
let foreign: Home;
let manager: string;
let managerId: string;
let officeManager: string;
let viewer: string;
/** Every secret that was handed out. */
const secrets = new Set<string>();

beforeAll(async () => {
  scene = await createScene();
  home = await scene.createOffice(await scene.createCustomer(), 'Berlin');
  sibling = await scene.createOffice(home.customerId, 'Hamburg');
  foreign = await scene.createOffice(await scene.createCustomer());
  const user = await scene.createUser({ homes: [{ ...home, officeId: null, role: 'manager' }] });
  managerId = user.id;
  manager = await scene.signIn(user);
  officeManager = await managerOf(home);
  viewer = await scene.signIn(await scene.createUser({ homes: [{ ...home, officeId: null }] }));
});
afterEach(async () => {
  scene.clock.now = NOW;
  await scene.db.deleteFrom('throttle').execute();
});
afterAll(() => scene?.close());

async function post(url: string, payload: object | undefined, token?: string): Promise<Answer> {
  const answer = await scene.request({ method: 'POST', url, ...(payload && { payload }), ...(token && { token }) });
  for (const name of ['deviceCode', 'accessToken', 'refreshToken', 'key'])
    if (answer.body?.[name]) secrets.add(answer.body[name]);
  return answer;
}

const managerOf = async (where: { customerId: string; officeId: string | null }) =>
  scene.signIn(await scene.createUser({ homes: [{ ...where, role: 'manager' }] }));
const terms = () => ({ customerId: home.customerId, maxGateways: 10, expiresInDays: 30 });
const makeKey = (changed: object = {}, token = manager) =>
  post('/api/v1/enrolment-keys', { ...terms(), ...changed }, token);
const ask = async (enrolmentKey: string, more: object = {}) =>
  post('/gateway/api/v1/enrolment/key', { enrolmentKey, ...more });
const redeem = (deviceCode: string) => post('/gateway/api/v1/enrolment/token', { deviceCode });
const revoke = (id: string, token = manager) =>
  scene.request({ method: 'DELETE', url: `/api/v1/enrolment-keys/${id}`, token });
const approve = (id: string, payload: object = {}, token = manager) =>
  post(`/api/v1/enrolments/${id}/approve`, payload, token);
const deny = (id: string, token = manager) => post(`/api/v1/enrolments/${id}/deny`, undefined, token);
const approveMany = (ids: string[], payload: object = {}, token = manager) =>
  post('/api/v1/enrolments/approve', { ids, ...payload }, token);
const waiting = (enrolmentKeyId: string, token = viewer) =>
  scene.getAll(`/api/v1/enrolments?state=pending&enrolmentKeyId=${enrolmentKeyId}&limit=200`, token);
const keysOf = (token: string, query = '') => scene.getAll(`/api/v1/enrolment-keys${query}`, token);
const enrolledBy = async (id: string) => (await keysOf(manager)).find((key) => key.id === id)?.enrolled;

/** A key, and gateways that wait by it, oldest first. */
async function createWaiting(count: number, changed: object = {}) {
  const { body: key } = await makeKey({ officeId: home.officeId, ...changed });
  const deviceCodes: string[] = [];
  for (let n = 0; n < count; n++) deviceCodes.push((await ask(key.key, { serialNumber: `SN-${n}` })).body.deviceCode);
  const ids: string[] = (await waiting(key.id)).map(({ id }) => id).reverse();
  return { key, deviceCodes, ids };
}

describe('an enrolment key', () => {
  it('is shown once, and listed without itself', async () => {
    const { status, body } = await makeKey({ label: 'November', officeId: home.officeId });
    const { key, ...shown } = body;
    expect([status, key]).toEqual([201, expect.stringMatching(/^scek_[\w-]{43}$/)]);
    expect(shown).toEqual({
      id: expect.any(String),
      ...home,
      label: 'November',
      maxGateways: 10,
      enrolled: 0,
      createdAt: new Date(NOW).toISOString(),
      createdBy: managerId,
      expiresAt: new Date(NOW + 30 * DAY).toISOString(),
    });
    expect((await keysOf(manager))[0]).toEqual(shown);
    expect(await actionsOn(body.id)).toEqual(['enrolment_key.created']);
  });

  it('is for the whole customer only where a manager of the whole customer made it', async () => {
    expect((await makeKey()).body.officeId).toBeNull();
    expect((await makeKey({}, officeManager)).status).toBe(403);
    expect((await makeKey({ officeId: home.officeId }, officeManager)).status).toBe(201);
    expect((await makeKey({ officeId: sibling.officeId }, officeManager)).status).toBe(404);
  });

  it('is not made for others, nor by others', async () => {
    for (const [changed, token, status] of [
      [{ customerId: foreign.customerId }, manager, 404],
      [{ officeId: foreign.officeId }, manager, 404],
      [{ customerId: foreign.customerId, officeId: home.officeId }, manager, 404],
      [{ customerId: uuid() }, manager, 404],
      [{}, viewer, 403],
      [{ officeId: home.officeId }, viewer, 403],
    ] as const)
      expect.soft((await makeKey(changed, token)).status, JSON.stringify(changed)).toBe(status);
  });

  it.each([{ maxGateways: 0 }, { maxGateways: 10_001 }, { expiresInDays: 0 }, { expiresInDays: 401 }, { key: 'x' }])(
    'is not made with %j',
    async (changed) => {
      expect((await makeKey(changed)).body.code).toBe('REQUEST_INVALID');
    },
  );

  it('is listed to managers, each their own', async () => {
    const { body: whole } = await makeKey();
    const { body: berlin } = await makeKey({ officeId: home.officeId });
    const { body: hamburg } = await makeKey({ officeId: sibling.officeId });
    const seen = async (token: string, query = '') => {
      const ids = (await keysOf(token, query)).map(({ id }) => id);
      return [whole, berlin, hamburg].map(({ id }) => ids.includes(id));
    };
    const { customerId } = home;
    expect(await seen(manager)).toEqual([true, true, true]);
    expect(await seen(manager, `?limit=2&customerId=${customerId}`)).toEqual([true, true, true]);
    expect(await seen(officeManager, `?customerId=${customerId}`)).toEqual([false, true, false]);
    expect(await seen(await managerOf(foreign))).toEqual([false, false, false]);
    const get = (query: string, token: string) => scene.get(`/api/v1/enrolment-keys${query}`, token);
    expect((await get(`?customerId=${foreign.customerId}`, manager)).status).toBe(404);
    expect((await get('', viewer)).status).toBe(403);
    expect((await get(`?customerId=${customerId}`, viewer)).status).toBe(403);
  });

  it('is revoked for good: nobody asks by it, and who waits can still be decided on', async () => {
    const { key, ids, deviceCodes } = await createWaiting(2);
    expect((await revoke(key.id)).status).toBe(204);
    expect((await revoke(key.id)).status).toBe(404);
    expect((await ask(key.key)).body.code).toBe('CREDENTIALS_INVALID');
    expect((await approve(ids[0] as string)).status).toBe(200);
    expect((await deny(ids[1] as string)).status).toBe(204);
    expect((await redeem(deviceCodes[0] as string)).status).toBe(200);
    expect((await keysOf(manager)).map(({ id }) => id)).not.toContain(key.id);
    expect(await actionsOn(key.id)).toEqual(['enrolment_key.created', 'enrolment_key.revoked']);
  });

  it('is revoked by those who manage what it is for', async () => {
    const { body: key } = await makeKey({ officeId: home.officeId });
    expect((await revoke(key.id, viewer)).status).toBe(403);
    for (const where of [sibling, foreign]) expect((await revoke(key.id, await managerOf(where))).status).toBe(404);
    expect((await revoke(key.id, officeManager)).status).toBe(204);
  });

  it('expires, rests while its customer is suspended, and must be right', async () => {
    const { body: key } = await makeKey({ expiresInDays: 2 });
    const suspend = (at: Date | null) =>
      scene.db.updateTable('customer').set({ suspended_at: at }).where('id', '=', home.customerId).execute();
    await suspend(new Date(NOW));
    expect((await ask(key.key)).status).toBe(401);
    await suspend(null);
    scene.clock.now += 2 * DAY - 1;
    expect((await ask(key.key)).status).toBe(200);
    scene.clock.now += 1;
    expect((await ask(key.key)).status).toBe(401);
    expect((await ask(`${key.key}x`)).status).toBe(401);
  });
});

describe('a gateway that asks by a key', () => {
  it('waits up to a week, and asks each half minute', async () => {
    const { body: key } = await makeKey();
    const { body } = await ask(key.key);
    expect(body).toEqual({ deviceCode: expect.any(String), expiresIn: 7 * 24 * 3600, interval: 30 });
    const answers = [];
    for (const passed of [0, 29_999, 1]) {
      scene.clock.now += passed;
      answers.push((await redeem(body.deviceCode)).body.code);
    }
    expect(answers).toEqual(['AUTHORIZATION_PENDING', 'SLOW_DOWN', 'AUTHORIZATION_PENDING']);
    scene.clock.now = NOW + 7 * DAY;
    expect((await redeem(body.deviceCode)).body.code).toBe('EXPIRED_TOKEN');
    const later = await scene.signIn({ id: managerId });
    expect(await waiting(key.id, later)).toEqual([]);
  });

  it('is listed to those whose key it is, and approved singly', async () => {
    const { body: key } = await makeKey({ officeId: home.officeId });
    const gatewayId = uuid();
    const said = { serialNumber: 'SN-7', softwareVersion: '2.4.1', hardwareVersion: 'Pi 5' };
    const { deviceCode } = (await ask(key.key, { ...said, gatewayId })).body;
    const [enrolment] = await waiting(key.id);
    expect(enrolment).toEqual({
      id: expect.any(String),
      state: 'pending',
      enrolmentKeyId: key.id,
      ...home,
      proposedGatewayId: gatewayId,
      ...said,
      address: '127.0.0.1',
      createdAt: new Date(NOW).toISOString(),
      expiresAt: new Date(NOW + 7 * DAY).toISOString(),
      decidedAt: null,
      decidedBy: null,
      gatewayId: null,
    });
    for (const where of [sibling, foreign]) expect(await waiting(key.id, await managerOf(where))).toEqual([]);
    expect((await approve(enrolment.id, { label: 'Seven' })).body).toEqual({ gatewayId });
    expect((await redeem(deviceCode)).body.gatewayId).toBe(gatewayId);
    const [decided] = await scene.getAll('/api/v1/enrolments?state=approved', viewer);
    expect(decided).toMatchObject({ id: enrolment.id, gatewayId, decidedBy: managerId, expiresAt: null });
    expect((await scene.get(`/api/v1/gateways/${gatewayId}`, viewer)).body).toMatchObject({ label: 'Seven', ...said });
  });

  it('is decided on once', async () => {
    const { ids } = await createWaiting(2);
    const [one, other] = ids as [string, string];
    expect((await approve(one)).status).toBe(200);
    expect((await deny(other)).status).toBe(204);
    for (const id of ids)
      for (const answer of [await approve(id), await deny(id)]) expect(answer.body.code).toBe('CONFLICT');
  });

  it('is decided on by managers of what its key is for', async () => {
    const { ids, deviceCodes } = await createWaiting(1);
    const [id] = ids as [string];
    const customerWide = (await createWaiting(1, { officeId: undefined })).ids[0] as string;
    for (const decide of [(token: string) => approve(id, {}, token), (token: string) => deny(id, token)]) {
      expect((await decide(viewer)).status).toBe(403);
      for (const where of [sibling, foreign]) expect((await decide(await managerOf(where))).status).toBe(404);
    }
    expect((await approve(customerWide, { officeId: home.officeId }, officeManager)).status).toBe(404);
    expect((await redeem(deviceCodes[0] as string)).body.code).toBe('AUTHORIZATION_PENDING');
    expect((await approve(id, {}, officeManager)).status).toBe(200);
  });

  it('goes where its key says, or where the approver says if its key leaves it open', async () => {
    const open = (await createWaiting(3, { officeId: undefined })).ids as [string, string, string];
    expect((await approve(open[0])).body.code).toBe('REQUEST_INVALID');
    const { body } = await approve(open[0], { officeId: sibling.officeId });
    expect((await scene.get(`/api/v1/gateways/${body.gatewayId}`, viewer)).body.officeName).toBe('Hamburg');
    const bound = (await createWaiting(1)).ids[0] as string;
    expect((await approve(bound, { officeId: sibling.officeId })).status).toBe(409);
    const homes = [home, foreign].map(({ customerId }) => ({ customerId, officeId: null, role: 'manager' as const }));
    const both = await scene.signIn(await scene.createUser({ homes }));
    expect((await approve(open[1], { officeId: foreign.officeId }, both)).status).toBe(409);
    expect((await approve(open[1], { gatewayId: await scene.createGateway(foreign) }, both)).status).toBe(409);
    expect((await approve(open[1], { officeId: foreign.officeId })).status).toBe(404);
    const gatewayId = await scene.createGateway(sibling);
    expect((await approve(open[2], { gatewayId })).body).toEqual({ gatewayId });
  });

  it('waits with at most a thousand others of its key', async () => {
    const { key } = await createWaiting(1, { officeId: undefined });
    const { key: other } = await createWaiting(1);
    const { id: _, ...waits } = await scene.db
      .selectFrom('enrolment')
      .where('enrolment_key_id', '=', key.id)
      .selectAll()
      .executeTakeFirstOrThrow();
    const copies = Array.from({ length: 999 }, () => ({ ...waits, id: uuid(), device_code_hash: Buffer.from(uuid()) }));
    await scene.db.insertInto('enrolment').values(copies).execute();
    const { status, body } = await ask(key.key);
    expect([status, body.code]).toEqual([429, 'RATE_LIMITED']);
    expect((await ask(other.key)).status).toBe(200);
    scene.clock.now += 7 * DAY;
    expect((await ask(key.key)).status).toBe(200);
  });
});

describe('many gateways that wait', () => {
  it('are approved a hundred at a time, each as a gateway of its own', async () => {
    const { ids, deviceCodes, key } = await createWaiting(100, { maxGateways: 1_000 });
    const { status, body } = await approveMany(ids);
    expect(status).toBe(200);
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual(ids);
    const gatewayIds = new Set(body.items.map(({ gatewayId }: { gatewayId: string }) => gatewayId));
    expect(gatewayIds.size).toBe(100);
    const tokens = await Promise.all(deviceCodes.map(redeem));
    expect(new Set(tokens.map((answer) => answer.body.gatewayId))).toEqual(gatewayIds);
    expect(await enrolledBy(key.id)).toBe(100);
    expect(await waiting(key.id)).toEqual([]);
  });

  it('have an outcome each, and one refusal costs no other', async () => {
    const { ids } = await createWaiting(3);
    const [first, second, third] = ids as [string, string, string];
    const elsewhere = (await createWaiting(1, { officeId: sibling.officeId })).ids[0] as string;
    const open = (await createWaiting(1, { officeId: undefined })).ids[0] as string;
    await deny(second);
    const unknown = uuid();
    const { body } = await approveMany([first, second, unknown, open, elsewhere, third]);
    expect(body.items.map(({ code }: { code: string | null }) => code)).toEqual([
      null,
      'CONFLICT',
      'NOT_FOUND',
      'REQUEST_INVALID',
      null,
      null,
    ]);
    expect(body.items[1]).toEqual({
      id: second,
      gatewayId: null,
      code: 'CONFLICT',
      detail: expect.stringContaining('decided already'),
    });
    const { items } = (await approveMany([open, first], { officeId: sibling.officeId })).body;
    expect(items.map(({ code }: { code: string | null }) => code)).toEqual([null, 'CONFLICT']);
  });

  it('are approved by managers, into their offices', async () => {
    const { ids } = await createWaiting(1);
    const codes = async (token: string) => (await approveMany(ids, {}, token)).body.items[0].code;
    expect((await approveMany(ids, {}, viewer)).status).toBe(403);
    const roles = [home, { ...sibling, role: 'manager' as const }];
    expect(await codes(await scene.signIn(await scene.createUser({ homes: roles })))).toBe('FORBIDDEN');
    expect(await codes(await managerOf(foreign))).toBe('NOT_FOUND');
    expect((await approveMany(ids, { officeId: foreign.officeId })).status).toBe(404);
    expect((await approveMany(ids, { officeId: home.officeId }, viewer)).status).toBe(403);
    for (const wrong of [[], [ids[0], ids[0]], Array.from({ length: 501 }, () => uuid())] as string[][])
      expect((await approveMany(wrong)).body.code).toBe('REQUEST_INVALID');
    expect(await codes(officeManager)).toBeNull();
  });
});

describe('a key for few gateways', () => {
  it('lets in no more than that, however many are approved at once on two processes', async () => {
    const { key, ids, deviceCodes } = await createWaiting(20, { maxGateways: 7 });
    const other = await buildApi(scene.parts);
    const headers = { authorization: `Bearer ${manager}` };
    const answers = await Promise.all(
      ids.map((id, n) =>
        [scene.app, other][n % 2]?.inject({
          method: 'POST',
          url: `/api/v1/enrolments/${id}/approve`,
          payload: {},
          headers,
        }),
      ),
    );
    await other.close();
    const statuses = answers.map((answer) => answer?.statusCode);
    expect(statuses.filter((status) => status === 200)).toHaveLength(7);
    expect(statuses.filter((status) => status === 409)).toHaveLength(13);
    expect(await enrolledBy(key.id)).toBe(7);
    const redeemed = await Promise.all(deviceCodes.map(redeem));
    expect(redeemed.filter(({ status }) => status === 200)).toHaveLength(7);
    const gateways = await scene.db
      .selectFrom('gateway')
      .where('serial_number', 'like', 'SN-%')
      .where(
        'id',
        'in',
        redeemed.map(({ body }) => body.gatewayId ?? uuid()),
      )
      .select('id')
      .execute();
    expect(gateways).toHaveLength(7);
    expect((await ask(key.key)).body.code).toBe('CONFLICT');
    expect(await waiting(key.id)).toHaveLength(13);
  });

  it('counts neither who is turned away nor who could not be approved', async () => {
    const { key, ids } = await createWaiting(3, { maxGateways: 1 });
    const [first, second, third] = ids as [string, string, string];
    await deny(first);
    expect((await approve(second, { officeId: sibling.officeId })).status).toBe(409);
    expect(await enrolledBy(key.id)).toBe(0);
    expect((await approve(third)).status).toBe(200);
    expect((await approve(second)).status).toBe(409);
    expect(await enrolledBy(key.id)).toBe(1);
  });
});

it('no secret stands in the audit or in plain text in the database', async () => {
  expect(secrets.size).toBeGreaterThan(100);
  const audit = JSON.stringify(await scene.db.selectFrom('audit_entry').selectAll().execute());
  const rows = JSON.stringify([
    await scene.db.selectFrom('enrolment_key').selectAll().execute(),
    await scene.db.selectFrom('enrolment').selectAll().execute(),
    await scene.db.selectFrom('refresh_token').selectAll().execute(),
  ]);
  for (const secret of secrets) {
    expect(audit).not.toContain(secret);
    expect(rows).not.toContain(secret);
  }
});

async function actionsOn(subjectId: string): Promise<string[]> {
  const query = scene.db.selectFrom('audit_entry').where('subject_id', '=', subjectId).select('action');
  return (await query.orderBy('id').execute()).map(({ action }) => action);
}
