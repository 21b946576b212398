import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, createScene, DAY, type Home, NOW, type Scene } from './scene.ts';

const TOKENS = '/api/v1/me/api-tokens';
type Role = 'viewer' | 'operator' | 'manager';

let scene: Scene;
let customerId: string;
let berlin: Home;
let hamburg: Home;
let foreign: Home;
const devices: Record<string, string> = {};
let manager: { id: string; email: string };
let session: string;

beforeAll(async () => {
  scene = await createScene();
  customerId = await scene.createCustomer('Print Works');
  berlin = await scene.createOffice(customerId, 'Berlin');
  hamburg = await scene.createOffice(customerId, 'Hamburg');
  foreign = await scene.createOffice(await scene.createCustomer('Theirs'));
  for (const [name, home] of Object.entries({ berlin, hamburg, foreign }))
    devices[name] = await scene.createDevice(home, name);
  manager = await scene.createUser({
    homes: [
      { customerId, officeId: null, role: 'manager' },
      { ...foreign, role: 'viewer' },
    ],
  });
  session = await scene.signIn(manager);
});
afterAll(() => scene?.close());

const create = (given: object, by = session) =>
  scene.request({
    ...{ method: 'POST', url: TOKENS, token: by },
    payload: { name: 'Nightly export', customerId, role: 'viewer', expiresInDays: 30, ...given },
  });
const outcome = ({ status, body }: Answer) => [status, body.code];
const keysSeen = async (token: string) =>
  (await scene.get('/api/v1/devices', token)).body.items.map(({ key }: { key: string }) => key).sort();
const rename = (device: string, token: string) =>
  scene.request({ method: 'PATCH', url: `/api/v1/devices/${devices[device]}`, token, payload: { label: uuid() } });

async function tokenOf(given: object = {}, by = session) {
  const { status, body, text } = await create(given, by);
  expect(status, text).toBe(201);
  return body as { id: string; token: string };
}

async function memberOf(role: Role, officeId: string | null = null) {
  const user = await scene.createUser({ homes: [{ customerId, officeId, role }] });
  return { user, session: await scene.signIn(user) };
}

const setRole = (userId: string, role: Role) =>
  scene.db.updateTable('membership').set({ role }).where('user_id', '=', userId).execute();

describe('an API token', () => {
  it('is shown once, and listed with when and from where it was used last', async () => {
    const { session: own } = await memberOf('operator');
    const { body } = await create({ role: 'operator', officeId: berlin.officeId }, own);
    const { token, ...made } = body;
    expect(token).toMatch(/^scat_[\w-]{43}$/);
    expect(made).toEqual({
      id: expect.any(String),
      ...{ name: 'Nightly export', ...berlin, customerName: 'Print Works', role: 'operator' },
      ...{ createdAt: new Date(NOW).toISOString(), expiresAt: new Date(NOW + 30 * DAY).toISOString() },
      ...{ lastUsedAt: null, lastAddress: null },
    });
    const listed = async () => (await scene.get(TOKENS, own)).body.items;
    expect(await listed()).toEqual([made]);
    for (const [afterMs, remoteAddress, notedMs] of [
      [1_000, '10.1.2.3', 1_000],
      [30_000, '10.1.2.3', 1_000],
      [40_000, '10.1.2.4', 40_000],
      [101_000, '10.1.2.4', 101_000],
    ] as const) {
      scene.clock.now = NOW + afterMs;
      expect((await scene.request({ url: '/api/v1/me', token, remoteAddress })).status).toBe(200);
      expect(await listed()).toMatchObject([
        { lastUsedAt: new Date(NOW + notedMs).toISOString(), lastAddress: remoteAddress },
      ]);
    }
    scene.clock.now = NOW;
    const rows = JSON.stringify(await scene.db.selectFrom('api_token').selectAll().execute());
    expect(rows).not.toContain(token);
  });

  it('opens what it is for, and nothing else of its owner', async () => {
    expect(await keysSeen(session)).toEqual(['berlin', 'foreign', 'hamburg']);
    const { token } = await tokenOf();
    const { token: ofBerlin } = await tokenOf({ officeId: berlin.officeId });
    expect(await keysSeen(token)).toEqual(['berlin', 'hamburg']);
    expect(await keysSeen(ofBerlin)).toEqual(['berlin']);
    expect((await scene.get(`/api/v1/devices/${devices.hamburg}`, ofBerlin)).status).toBe(404);
    expect((await scene.get('/api/v1/me', ofBerlin)).body).toMatchObject({
      ...{ id: manager.id, email: manager.email },
      memberships: [{ ...berlin, customerName: 'Print Works', role: 'viewer' }],
    });
    expect((await scene.get('/api/v1/suppliers', ofBerlin)).status).toBe(200);
  });

  it('does what its role allows, in the place that it is for', async () => {
    const { token: viewer } = await tokenOf();
    const { token: operator } = await tokenOf({ role: 'operator', officeId: berlin.officeId });
    expect(outcome(await rename('berlin', viewer))).toEqual([403, 'FORBIDDEN']);
    expect(outcome(await rename('berlin', operator))).toEqual([200, undefined]);
    expect(outcome(await rename('hamburg', operator))).toEqual([404, 'NOT_FOUND']);
  });

  it('loses what its owner loses, from the next request on', async () => {
    const { user, session: own } = await memberOf('operator');
    const { token } = await tokenOf({ role: 'operator' }, own);
    expect((await rename('berlin', token)).status).toBe(200);
    await setRole(user.id, 'viewer');
    expect(outcome(await rename('berlin', token))).toEqual([403, 'FORBIDDEN']);
    const only = { office_id: hamburg.officeId };
    await scene.db.updateTable('membership').set(only).where('user_id', '=', user.id).execute();
    expect(await keysSeen(token)).toEqual(['hamburg']);
    await scene.db.deleteFrom('membership').where('user_id', '=', user.id).execute();
    expect(await keysSeen(token)).toEqual([]);
  });

  it('gains nothing when its owner gains', async () => {
    const { user, session: own } = await memberOf('viewer');
    const { token } = await tokenOf({ role: 'viewer' }, own);
    await setRole(user.id, 'manager');
    expect(outcome(await rename('berlin', token))).toEqual([403, 'FORBIDDEN']);
  });

  it('stands in the audit with what was done by it, and sees nothing there of its owner alone', async () => {
    const { id, token } = await tokenOf({ name: 'Renamer', role: 'operator' });
    await rename('berlin', token);
    await scene.request({ method: 'DELETE', url: `/api/v1/me/sessions/${await otherSession()}`, token: session });
    scene.clock.now = NOW + 1_000; // an answer has what was before it
    const about = (subjectId: string, by: string) =>
      scene.get(`/api/v1/audit?subjectId=${subjectId}`, by).then(({ body }) => body.items);
    expect((await about(devices.berlin as string, session))[0]).toMatchObject({
      action: 'device.changed',
      actor: { kind: 'user', id: manager.id, name: manager.email },
      detail: { apiTokenId: id, apiTokenName: 'Renamer', label: expect.any(String) },
    });
    expect(await about(id, session)).toMatchObject([
      { action: 'api_token.created', customerId, detail: { role: 'operator', expiresInDays: 30 } },
    ]);
    const actions = async (by: string) =>
      (await scene.get('/api/v1/audit', by)).body.items.map(({ action }: { action: string }) => action);
    expect(await actions(session)).toContain('session.revoked');
    expect(await actions(token)).toContain('api_token.created');
    expect(await actions(token)).not.toContain('session.revoked');
    scene.clock.now = NOW;
  });

  async function otherSession(): Promise<string> {
    await scene.signIn(manager);
    const { items } = (await scene.get('/api/v1/me/sessions', session)).body;
    return items.find(({ current }: { current: boolean }) => !current).id;
  }

  it('ends when it expires, and is listed as such', async () => {
    const { session: own } = await memberOf('viewer');
    const { id, token } = await tokenOf({ expiresInDays: 1 }, own);
    scene.clock.now = NOW + DAY - 1;
    expect((await scene.get('/api/v1/me', token)).status).toBe(200);
    scene.clock.now = NOW + DAY;
    expect(outcome(await scene.get('/api/v1/me', token))).toEqual([401, 'CREDENTIALS_INVALID']);
    scene.clock.now = NOW;
    expect((await scene.get(TOKENS, own)).body.items).toMatchObject([{ id }]);
  });

  it('is revoked by its owner alone, once', async () => {
    const { id, token } = await tokenOf({ name: 'Short' });
    const revoke = (by: string) => scene.request({ method: 'DELETE', url: `${TOKENS}/${id}`, token: by });
    expect(outcome(await revoke((await memberOf('manager')).session))).toEqual([404, 'NOT_FOUND']);
    expect((await scene.get('/api/v1/me', token)).status).toBe(200);
    const answers = await Promise.all([revoke(session), revoke(session)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404]);
    expect((await scene.get('/api/v1/me', token)).status).toBe(401);
    expect((await scene.getAll(`${TOKENS}?limit=2`, session)).map((listed) => listed.id)).not.toContain(id);
    const of = scene.db.selectFrom('audit_entry').where('subject_id', '=', id).select(['action', 'subject_name']);
    expect(await of.orderBy('id').execute()).toEqual([
      { action: 'api_token.created', subject_name: 'Short' },
      { action: 'api_token.revoked', subject_name: 'Short' },
    ]);
  });
});

describe('nobody makes an API token', () => {
  it('for more than one may', async () => {
    const { session: own } = await memberOf('operator', berlin.officeId);
    for (const more of [{ officeId: berlin.officeId, role: 'manager' }, { role: 'viewer' }])
      expect(outcome(await create(more, own))).toEqual([403, 'FORBIDDEN']);
    expect((await create({ officeId: berlin.officeId, role: 'operator' }, own)).status).toBe(201);
  });

  it.each<[string, () => object]>([
    ['an office that one cannot see', () => ({ officeId: hamburg.officeId })],
    ['a customer of others', () => ({ customerId: foreign.customerId })],
    ['an office of another customer', () => ({ officeId: foreign.officeId })],
  ])('for %s', async (_, given) => {
    const { session: own } = await memberOf('manager', berlin.officeId);
    expect(outcome(await create({ officeId: berlin.officeId, ...given() }, own))).toEqual([404, 'NOT_FOUND']);
  });

  it.each([
    ['without a name', { name: '' }],
    ['for more than 400 days', { expiresInDays: 401 }],
    ['for no day', { expiresInDays: 0 }],
    ['for a role that there is not', { role: 'admin' }],
  ])('%s', async (_, given) => {
    expect(outcome(await create(given))).toEqual([400, 'REQUEST_INVALID']);
  });

  it('when one has 50 that stand', async () => {
    const { user, session: own } = await memberOf('viewer');
    await tokenOf({ expiresInDays: 1 }, own);
    const row = await scene.db.selectFrom('api_token').where('user_id', '=', user.id).selectAll().executeTakeFirst();
    const more = Array.from({ length: 49 }, () => ({ ...row, id: uuid(), hash: Buffer.from(uuid()) }));
    await scene.db
      .insertInto('api_token')
      .values(more as never)
      .execute();
    expect(outcome(await create({}, own))).toEqual([409, 'CONFLICT']);
    await scene.db
      .updateTable('api_token')
      .set({ expires_at: new Date(NOW) })
      .where('id', '=', more[0]?.id as string)
      .execute();
    expect((await create({}, own)).status).toBe(201);
  });
});
