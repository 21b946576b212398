import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScene, type Home, NOW, type Scene } from './scene.ts';

let scene: Scene;
let home: Home;
let token: string;
let manager: string;

beforeAll(async () => {
  scene = await createScene();
  home = await scene.createOffice(await scene.createCustomer(), 'Berlin');
  token = await scene.signIn(await scene.createUser({ homes: [home] }));
  manager = await scene.signIn(await scene.createUser({ homes: [{ ...home, role: 'manager' }] }));
});
afterAll(() => scene?.close());

it('a gateway is shown with its office and when it was last heard', async () => {
  const id = await scene.createGateway(home, 'First');
  await scene.createDevice(home, 'early', id);
  scene.clock.now = NOW + 60_000;
  await scene.createDevice(home, 'late', id);
  scene.clock.now = NOW;
  const silent = await scene.createGateway(home, 'Silent');
  const { body } = await scene.get('/api/v1/gateways', token);
  expect(body.nextCursor).toBeNull();
  expect(body.items).toEqual([
    {
      id,
      label: 'First',
      ...home,
      officeName: 'Berlin',
      serialNumber: null,
      softwareVersion: null,
      hardwareVersion: null,
      online: false,
      onlineSince: null,
      offlineSince: null,
      reportedState: null,
      reportedAt: null,
      buffered: null,
      oldestBufferedAt: null,
      dropped: null,
      clockSynced: null,
      clockSkewMs: null,
      clockSkewAt: null,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      lastHeardAt: '2026-11-23T09:16:00.000Z',
    },
    expect.objectContaining({ id: silent, lastHeardAt: null }),
  ]);
});

it('a deleted gateway is not listed, but its books stay open', async () => {
  const id = await scene.createGateway(home, 'Gone');
  await scene.db.updateTable('gateway').set({ deleted_at: new Date() }).where('id', '=', id).execute();
  const ids = (await scene.get('/api/v1/gateways', token)).body.items.map((item: { id: string }) => item.id);
  expect(ids).not.toContain(id);
  expect((await scene.get(`/api/v1/gateways/${id}/ledger`, token)).status).toBe(200);
});

it('pages lead through all of them once, also while others appear', async () => {
  for (let n = 0; n < 6; n++) await scene.createGateway(home, `Paged ${n}`);
  const before = (await scene.get('/api/v1/gateways?limit=200', token)).body.items;
  const items = await scene.getAll('/api/v1/gateways?limit=3', token, async (page) => {
    if (page < 2) await scene.createGateway(home, 'Between');
  });
  const ids = items.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(expect.arrayContaining(before.map(({ id }: { id: string }) => id)));
  expect(ids).toHaveLength(before.length + 2);
});

it.each([
  'limit=0',
  'limit=201',
  'limit=1.5',
  'limit=',
  'limit=x',
  'limit=true',
  'limit=0x10',
  'limit=5&limit=6',
  'limit=1e2',
])('a page cannot be asked for with %s', async (query) => {
  const { status, body } = await scene.get(`/api/v1/gateways?${query}`, token);
  expect([status, body.errors[0].pointer]).toEqual([400, '/limit']);
});

it('no name of a parameter is special', async () => {
  for (const name of ['__proto__', 'constructor', 'hasOwnProperty', 'limit[]']) {
    const { status, body } = await scene.get(`/api/v1/gateways?${name}=1`, token);
    expect([status, body.errors]).toEqual([400, [{ pointer: `/${name}`, detail: 'is not known here' }]]);
  }
});

it.each([
  'nonsense',
  '',
  Buffer.from('null').toString('base64url'),
  Buffer.from('{"after":"x"}').toString('base64url'),
  Buffer.from('{"after":"01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f","more":1}').toString('base64url'),
  Buffer.from('{"__proto__":{}}').toString('base64url'),
])('a cursor that we did not make is refused: %s', async (cursor) => {
  const { status, body } = await scene.get(`/api/v1/gateways?cursor=${cursor}`, token);
  expect([status, body.code]).toEqual([400, 'REQUEST_INVALID']);
});

describe('a gateway that is made by hand', () => {
  const create = (payload: object, caller = manager) =>
    scene.request({ method: 'POST', url: '/api/v1/gateways', payload, token: caller });

  it('has tokens that are shown once and work', async () => {
    const { officeId } = home;
    const { status, body } = await create({ officeId, label: 'By hand', serialNumber: 'SN-1' });
    expect([status, body.gateway]).toEqual([201, (await scene.get(`/api/v1/gateways/${body.gateway.id}`, token)).body]);
    expect(body.gateway).toMatchObject({ ...home, label: 'By hand', serialNumber: 'SN-1', officeName: 'Berlin' });
    expect(body.tokens.mqtt).toEqual({
      username: body.gateway.id,
      topic: `v1/gateways/${body.gateway.id}/devices/{device}/readings`,
    });
    const tested = await scene.get('/gateway/api/v1/test-token', body.tokens.accessToken);
    expect(tested.body).toMatchObject({ gatewayId: body.gateway.id, sessionId: body.tokens.sessionId });
    const url = '/gateway/api/v1/refresh';
    const refreshed = await scene.request({ method: 'POST', url, payload: { refreshToken: body.tokens.refreshToken } });
    expect(refreshed.body.gatewayId).toBe(body.gateway.id);
    expect(await audited(body.gateway.id)).toEqual(['gateway.created']);
    const audit = JSON.stringify(await scene.db.selectFrom('audit_entry').selectAll().execute());
    expect(audit).not.toContain(body.tokens.refreshToken);
    expect(audit).not.toContain(body.tokens.accessToken);
  });

  it('may bring its id, which nobody else has, not even one that was deleted', async () => {
    const id = uuid();
    const { officeId } = home;
    expect((await create({ officeId, id: id.toUpperCase() })).body.gateway.id).toBe(id);
    const foreign = await scene.createGateway(await scene.createOffice(await scene.createCustomer()));
    const deleted = await scene.createGateway(home);
    await scene.db.updateTable('gateway').set({ deleted_at: new Date() }).where('id', '=', deleted).execute();
    const refusals = [];
    for (const taken of [id, foreign, deleted]) refusals.push((await create({ officeId, id: taken })).body);
    expect(refusals.map(({ code, detail }) => [code, detail])).toEqual(
      Array.from({ length: 3 }, () => ['CONFLICT', 'the id is taken']),
    );
  });

  it('is not made in an office of others, nor without the role', async () => {
    const foreign = await scene.createOffice(await scene.createCustomer());
    const sibling = await scene.createOffice(home.customerId);
    expect((await create({ officeId: foreign.officeId })).status).toBe(404);
    expect((await create({ officeId: sibling.officeId })).status).toBe(404);
    expect((await create({ officeId: uuid() })).status).toBe(404);
    expect((await create({ officeId: home.officeId }, token)).status).toBe(403);
    const operator = await scene.signIn(await scene.createUser({ homes: [{ ...home, role: 'operator' }] }));
    expect((await create({ officeId: home.officeId }, operator)).status).toBe(403);
  });
});

describe('a gateway that is changed', () => {
  const patch = (id: string, payload: object, caller = manager) =>
    scene.request({ method: 'PATCH', url: `/api/v1/gateways/${id}`, payload, token: caller });

  it('has what was given, and keeps the rest', async () => {
    const id = await scene.createGateway(home, 'Before');
    expect((await patch(id, { serialNumber: 'SN-2' })).body).toMatchObject({ label: 'Before', serialNumber: 'SN-2' });
    expect((await patch(id, { label: null })).body).toMatchObject({ label: null, serialNumber: 'SN-2' });
    expect((await patch(id, {})).status).toBe(400);
    expect((await patch(id, { customerId: uuid() })).status).toBe(400);
  });

  it('moves to another office of the same customer, where the caller manages both', async () => {
    const id = await scene.createGateway(home);
    const { officeId } = await scene.createOffice(home.customerId, 'Hamburg');
    expect((await patch(id, { officeId })).status).toBe(404);
    const foreign = await scene.createOffice(await scene.createCustomer());
    const homes = [home, foreign].map(({ customerId }) => ({ customerId, officeId: null, role: 'manager' as const }));
    const both = await scene.signIn(await scene.createUser({ homes }));
    expect((await patch(id, { officeId }, both)).body).toMatchObject({ officeId, officeName: 'Hamburg' });
    expect((await patch(id, { officeId: foreign.officeId }, both)).status).toBe(409);
    expect((await patch(id, { label: 'x' })).status).toBe(404);
  });

  it('is changed and deleted by managers alone', async () => {
    const id = await scene.createGateway(home);
    expect((await patch(id, { label: 'x' }, token)).status).toBe(403);
    const url = `/api/v1/gateways/${id}`;
    expect((await scene.request({ method: 'DELETE', url, token })).status).toBe(403);
    const foreigner = await scene.signIn(await scene.createUser());
    for (const method of ['GET', 'DELETE'] as const)
      expect((await scene.request({ method, url, token: foreigner })).status).toBe(404);
  });
});

it('a gateway that is deleted is gone for good, its sessions too, and what it sent stays', async () => {
  const id = await scene.createGateway(home, 'To delete');
  await scene.createDevice(home, 'stays', id);
  const gatewayToken = await scene.gatewayToken(id);
  const url = `/api/v1/gateways/${id}`;
  const remove = () => scene.request({ method: 'DELETE', url, token: manager });
  const [one, other] = await Promise.all([remove(), remove()]);
  expect([one.status, other.status].sort()).toEqual([204, 404]);
  expect((await scene.get('/gateway/api/v1/test-token', gatewayToken)).status).toBe(401);
  for (const gone of [url, `${url}/sessions`]) expect((await scene.get(gone, manager)).status).toBe(404);
  expect((await scene.get(`/api/v1/devices?gatewayId=${id}`, token)).body.items).toHaveLength(1);
  expect(await audited(id)).toEqual(['gateway.deleted']);
});

async function audited(subjectId: string): Promise<string[]> {
  const query = scene.db.selectFrom('audit_entry').where('subject_id', '=', subjectId).select('action');
  return (await query.orderBy('id').execute()).map(({ action }) => action);
}
