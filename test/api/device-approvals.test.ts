import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findModel } from '../../src/db/catalogue.ts';
import type { Role } from '../../src/db/memberships.ts';
import { listen } from '../../src/signals/signals.ts';
import { createScene, type Home, NOW, type Scene } from './scene.ts';

const STATES = ['pending', 'active', 'blocked', 'archived'] as const;
type State = (typeof STATES)[number];

let scene: Scene;
let home: Home;
let gatewayId: string;
let modelId: string;
let operator: string;
let email: string;
let keys = 0;

beforeAll(async () => {
  scene = await createScene();
  home = await scene.createOffice(await scene.createCustomer(), 'Berlin');
  gatewayId = await scene.createGateway(home);
  modelId = (await findModel(scene.db, 'MAX Mini')) as string;
  const user = await scene.createUser({ homes: [{ ...home, role: 'operator' }] });
  ({ email } = user);
  operator = await scene.signIn(user);
});
afterAll(() => scene?.close());

async function createDevice(state: State, place: Home = home, heardBy = gatewayId): Promise<string> {
  const id = await scene.createDevice(place, `d${++keys}`, heardBy);
  await scene.db
    .updateTable('device')
    .set({ state, changed_at: new Date(0) })
    .where('id', '=', id)
    .execute();
  return id;
}

const rowOf = (id: string) => scene.db.selectFrom('device').where('id', '=', id).selectAll().executeTakeFirstOrThrow();
const auditOf = async (id: string) => {
  const to = new Date(NOW + 1).toISOString();
  return (await scene.get(`/api/v1/audit?subjectId=${id}&to=${to}`, operator)).body.items;
};
const act = (id: string, action: string, payload?: object, token = operator) =>
  scene.request({ method: 'POST', url: `/api/v1/devices/${id}/${action}`, token, ...(payload && { payload }) });
const approveMany = (payload: object, token = operator) =>
  scene.request({ method: 'POST', url: '/api/v1/devices/approve', token, payload });
const patch = (id: string, payload: object) =>
  scene.request({ method: 'PATCH', url: `/api/v1/devices/${id}`, token: operator, payload });

describe.each([
  ['approve', 'active', 'device.approved', {}],
  ['block', 'blocked', 'device.blocked', undefined],
  ['archive', 'archived', 'device.archived', undefined],
] as const)('to %s a device', (action, target, audited, payload) => {
  it.each(STATES.filter((state) => state !== target))('that is %s is done once, and audited', async (state) => {
    const id = await createDevice(state);
    const { status, body } = await act(id, action, payload);
    expect([status, body.id, body.state]).toEqual([200, id, target]);
    expect((await rowOf(id)).changed_at.getTime()).toBeGreaterThan(Date.now() - 60_000);
    const again = await act(id, action, payload);
    expect([again.status, again.body.code]).toEqual([409, 'CONFLICT']);
    expect(again.body.detail).toBe(`the device is ${target} already`);
    expect(await auditOf(id)).toMatchObject([
      {
        at: new Date(NOW).toISOString(),
        action: audited,
        actor: { kind: 'user', name: email },
        subject: { kind: 'device', id, name: body.key },
        ...home,
        detail: { state: target, was: state },
      },
    ]);
  });
});

describe('an approval', () => {
  it('takes the device into the list, with what it has sent so far', async () => {
    const id = await createDevice('pending');
    await scene.store(id, 'temperature', [[NOW, 21.5]]);
    const ids = async () =>
      (await scene.get('/api/v1/devices?limit=200', operator)).body.items.map((device: { id: string }) => device.id);
    const values = async () => (await scene.get(`/api/v1/devices/${id}/latest`, operator)).body;
    expect(await ids()).not.toContain(id);
    expect(await values()).toMatchObject({ state: 'pending', items: [{ label: 'temperature', value: 21.5 }] });
    await act(id, 'approve', {});
    expect(await ids()).toContain(id);
    expect(await values()).toMatchObject({ state: 'active', items: [{ label: 'temperature', value: 21.5 }] });
  });

  it('may give the device its model and label', async () => {
    const id = await createDevice('pending');
    const { body } = await act(id, 'approve', { modelId: modelId.toUpperCase(), label: 'By the window' });
    expect(body).toMatchObject({ state: 'active', label: 'By the window', model: { id: modelId, name: 'MAX Mini' } });
    expect(await auditOf(id)).toMatchObject([
      {
        subject: { name: 'By the window' },
        detail: { state: 'active', was: 'pending', modelId, label: 'By the window' },
      },
    ]);
  });

  it('with a model that does not exist, or an empty label, changes nothing', async () => {
    const id = await createDevice('pending');
    expect((await act(id, 'approve', { modelId: randomUUID() })).status).toBe(404);
    expect((await act(id, 'approve', { label: '' })).status).toBe(400);
    expect((await approveMany({ ids: [id], modelId: randomUUID() })).status).toBe(404);
    expect((await rowOf(id)).state).toBe('pending');
    expect(await auditOf(id)).toEqual([]);
  });

  it('by two at once is that of one of them', async () => {
    const id = await createDevice('pending');
    const answers = await Promise.all(['A', 'B'].map((label) => act(id, 'approve', { label })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const [entry, ...others] = await auditOf(id);
    expect(others).toEqual([]);
    expect((await rowOf(id)).label).toBe(entry.detail.label);
  });
});

describe('many approvals', () => {
  it('say of each what became of it, in order; one refusal costs no other', async () => {
    const foreign = await scene.createOffice(await scene.createCustomer());
    const theirs = await createDevice('pending', foreign, await scene.createGateway(foreign));
    const [pending, active, archived] = [
      await createDevice('pending'),
      await createDevice('active'),
      await createDevice('archived'),
    ];
    const unknown = randomUUID();
    const { status, body } = await approveMany({
      ids: [theirs, active, pending.toUpperCase(), unknown, archived],
      modelId,
    });
    expect(status).toBe(200);
    const done = { state: 'active', code: null, detail: null };
    const missing = { state: null, code: 'NOT_FOUND', detail: 'there is no such device, or it is not yours' };
    expect(body.items).toEqual([
      { id: theirs, ...missing },
      { id: active, state: 'active', code: 'CONFLICT', detail: 'the device is active already' },
      { id: pending.toUpperCase(), ...done },
      { id: unknown, ...missing },
      { id: archived, ...done },
    ]);
    const models = await Promise.all([theirs, active, pending, archived].map(rowOf));
    expect(models.map(({ device_model_id }) => device_model_id)).toEqual([null, null, modelId, modelId]);
    expect((await rowOf(theirs)).state).toBe('pending');
    expect(await auditOf(pending)).toMatchObject([{ action: 'device.approved', detail: { was: 'pending', modelId } }]);
  });

  it('take 500 at once, by two people in opposite orders, and approve each once', async () => {
    const ids = Array.from({ length: 500 }, () => randomUUID());
    const device = { customer_id: home.customerId, office_id: home.officeId };
    await scene.db
      .insertInto('device')
      .values(ids.map((id) => ({ ...device, id, key: id })))
      .execute();
    const answers = await Promise.all([ids, ids.toReversed()].map((each) => approveMany({ ids: each })));
    const items = answers.flatMap(({ body }) => body.items);
    expect(items).toHaveLength(1_000);
    expect(items.filter(({ code }: { code: string | null }) => code === null)).toHaveLength(500);
    const { count } = await scene.db
      .selectFrom('audit_entry')
      .where('subject_id', 'in', ids)
      .select(({ fn }) => fn.countAll<string>().as('count'))
      .executeTakeFirstOrThrow();
    expect(Number(count)).toBe(500);
    expect((await approveMany({ ids: [...ids, randomUUID()] })).status).toBe(400);
  });
});

describe('a change', () => {
  it.each([
    [{ label: 'Printer' }, { label: 'Printer' }, true],
    [{ monitoring: false }, { monitoring: false }, true],
    [{ serialNumber: 'S-1' }, { serial_number: 'S-1' }, false],
    [{ registrationCode: '7F3K' }, { registration_code: '7F3K' }, false],
    [{ networkAddress: '10.0.0.1' }, { network_address: '10.0.0.1' }, false],
  ])('of %j is written and audited', async (payload, row, isTold) => {
    const id = await createDevice('pending');
    const before = await rowOf(id);
    const { status, body } = await patch(id, payload);
    expect([status, body]).toEqual([200, expect.objectContaining(payload)]);
    const { changed_at } = await rowOf(id);
    expect(await rowOf(id)).toEqual({ ...before, ...row, changed_at });
    expect(changed_at > before.changed_at).toBe(isTold);
    expect(await auditOf(id)).toMatchObject([{ action: 'device.changed', detail: payload }]);
  });

  it('can give a model and take it away again', async () => {
    const id = await createDevice('active');
    expect((await patch(id, { modelId })).body.model).toMatchObject({ name: 'MAX Mini' });
    expect((await patch(id, { modelId: null })).body.model).toBeNull();
    expect((await patch(id, { modelId: randomUUID() })).status).toBe(404);
    expect((await auditOf(id)).map(({ detail }: { detail: object }) => detail)).toEqual([
      { modelId: null },
      { modelId },
    ]);
  });

  it('that changes nothing is neither written nor audited', async () => {
    const id = await createDevice('active');
    expect((await patch(id, { monitoring: true, label: null })).status).toBe(200);
    expect((await rowOf(id)).changed_at).toEqual(new Date(0));
    expect(await auditOf(id)).toEqual([]);
  });

  it.each([{}, { state: 'active' }, { key: 'x' }, { label: '' }, { label: 'a\u0000b' }, { monitoring: null }])(
    'of %j is refused',
    async (payload) => {
      const id = await createDevice('pending');
      expect((await patch(id, payload)).status).toBe(400);
    },
  );
});

it('a member who may only look, or manages another office, changes nothing', async () => {
  const id = await createDevice('pending');
  const elsewhere = await scene.createOffice(home.customerId);
  const memberOf = async (place: Home, role: Role) =>
    scene.signIn(await scene.createUser({ homes: [{ ...place, role }] }));
  const viewer = await memberOf(home, 'viewer');
  const neighbour = await memberOf(elsewhere, 'manager');
  for (const action of ['approve', 'block', 'archive']) {
    expect((await act(id, action, {}, viewer)).status).toBe(403);
    expect((await act(id, action, {}, neighbour)).status).toBe(404);
  }
  expect((await approveMany({ ids: [id] }, viewer)).status).toBe(403);
  expect((await approveMany({ ids: [id] }, neighbour)).body.items).toMatchObject([{ code: 'NOT_FOUND' }]);
  expect((await rowOf(id)).state).toBe('pending');
});

it('the gateways that hear a device are told that it changed', async () => {
  const heard: string[] = [];
  const signals = listen({ url: scene.databaseUrl, log: scene.log }, { devices: (ids) => heard.push(ids.join()) });
  await vi.waitFor(() => expect(heard).toEqual([''])); // it listens
  const [id, unheard] = [await createDevice('pending'), await scene.createDevice(home, 'unheard')];
  await act(unheard, 'block');
  await act(id, 'approve', {});
  await vi.waitFor(() => expect(heard).toEqual(['', gatewayId]));
  await signals.close();
});

describe('the model by which a device without one tried to register', () => {
  const tried = async (id: string) => (await scene.get(`/api/v1/devices/${id}`, operator)).body.triedModel;
  const refused = async (
    id: string,
    item: string,
    code: 'MODEL_UNKNOWN' | 'UNIT_MISMATCH' = 'MODEL_UNKNOWN',
    at = NOW,
  ) =>
    scene.createDeadLetter(home, gatewayId, {
      code,
      deviceKey: (await rowOf(id)).key,
      item: Buffer.from(item),
      receivedAt: new Date(at),
    });

  it('is shown, the last one of several, until it has one', async () => {
    const id = await createDevice('pending');
    expect(await tried(id)).toBeNull();
    await refused(id, '{"model": "Nobody 3000", "label": "x"}', 'MODEL_UNKNOWN', NOW + 1);
    await refused(id, '{"model": "Nobody 2000"}');
    await refused(id, '{"model": "Known"}', 'UNIT_MISMATCH', NOW + 2);
    await refused(await createDevice('pending'), '{"model": "Another"}', 'MODEL_UNKNOWN', NOW + 3);
    expect(await tried(id)).toBe('Nobody 3000');
    expect((await act(id, 'approve', { modelId })).body.triedModel).toBeNull();
  });

  it('is not that of a device of the same name which its gateway hears in another office since', async () => {
    const elsewhere = await scene.createOffice(home.customerId);
    const id = await scene.createDevice(elsewhere, 'same', gatewayId);
    await scene.createDevice(home, 'same', gatewayId);
    await refused(id, '{"model": "Nobody 3000"}');
    const token = await scene.signIn(await scene.createUser({ homes: [{ ...home, officeId: null }] }));
    expect((await scene.get(`/api/v1/devices/${id}`, token)).body.triedModel).toBeNull();
  });
});

describe('a gateway that asks for its devices', () => {
  it('is told of each what becomes of its data, page by page', async () => {
    const own = await scene.createGateway(home);
    const ids = [];
    for (const state of STATES) ids.push(await createDevice(state, home, own));
    const [pending] = ids as [string];
    await patch(pending, { label: 'P', monitoring: false, modelId });
    const token = await scene.gatewayToken(own);
    const items = await scene.getAll('/gateway/api/v1/devices?limit=3', token);
    expect(items).toEqual([
      { key: expect.any(String), state: 'pending', monitored: false, model: 'MAX Mini', label: 'P' },
      ...['active', 'refused', 'refused'].map((state) => expect.objectContaining({ state, monitored: true })),
    ]);
    expect((await scene.get('/gateway/api/v1/devices', await scene.gatewayToken(gatewayId))).body.items).not.toEqual(
      expect.arrayContaining([expect.objectContaining({ key: items[0].key })]),
    );
    expect((await scene.get('/gateway/api/v1/devices?cursor=x', token)).status).toBe(400);
  });
});

describe('a device that is moved to another office', () => {
  const move = (id: string, officeId: string, token: string) =>
    scene.request({ method: 'PATCH', url: `/api/v1/devices/${id}`, token, payload: { officeId } });

  it('goes there with all that it is, for who may do so in both; its gateways are told', async () => {
    const other = await scene.createOffice(home.customerId);
    const id = await createDevice('active');
    const everywhere = { customerId: home.customerId, officeId: null, role: 'operator' as const };
    const token = await scene.signIn(await scene.createUser({ homes: [everywhere] }));
    const { status, body } = await move(id, other.officeId, token);
    expect([status, body.officeId, body.state]).toEqual([200, other.officeId, 'active']);
    const row = await rowOf(id);
    expect(row).toMatchObject({ office_id: other.officeId, customer_id: home.customerId });
    expect(row.changed_at.getTime()).toBeGreaterThan(0);
    const { items } = (await scene.get(`/api/v1/audit?subjectId=${id}&to=${new Date(NOW + 1).toISOString()}`, token))
      .body;
    expect(items).toMatchObject([{ action: 'device.changed', detail: { officeId: other.officeId } }]);
  });

  it("stays where it is when the other office has one of its key, is of another customer, or is not the caller's", async () => {
    const [other, foreign] = [
      await scene.createOffice(home.customerId),
      await scene.createOffice(await scene.createCustomer()),
    ];
    const id = await createDevice('active');
    await scene.createDevice(other, (await rowOf(id)).key);
    const homes = [home, other, foreign].map((place) => ({ ...place, role: 'operator' as const }));
    const everywhere = await scene.signIn(await scene.createUser({ homes }));
    expect((await move(id, other.officeId, everywhere)).body).toMatchObject({ status: 409, code: 'CONFLICT' });
    expect((await move(id, foreign.officeId, everywhere)).body).toMatchObject({ status: 409, code: 'CONFLICT' });
    const here = await scene.signIn(await scene.createUser({ homes: homes.slice(0, 1) }));
    expect((await move(id, other.officeId, here)).body).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    const reader = [
      { ...home, role: 'operator' as const },
      { ...other, role: 'viewer' as const },
    ];
    const looking = await scene.signIn(await scene.createUser({ homes: reader }));
    expect((await move(id, other.officeId, looking)).body).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect((await rowOf(id)).office_id).toBe(home.officeId);
  });
});
