import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Answer, createScene, type Home, type Scene } from './scene.ts';

const ADMIN = '/admin/api/v1';

let scene: Scene;
let admin: { id: string; email: string };
let token: string;
let home: Home;

beforeAll(async () => {
  scene = await createScene({ mail: true });
  admin = await scene.createUser({ isAdmin: true });
  token = await scene.signIn(admin);
  home = await scene.createOffice(await scene.createCustomer('Own'), 'Berlin');
});
afterAll(() => scene?.close());

const send = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, payload?: object, by = token) =>
  scene.request({ method, url: ADMIN + path, token: by, ...(payload && { payload }) });
const outcome = ({ status, body }: Answer) => [status, body.code];

async function made(path: string, payload: object) {
  const { status, body, text } = await send('POST', path, payload);
  expect(status, text).toBe(201);
  return body;
}

const auditOf = (subjectId: string) =>
  scene.db
    .selectFrom('audit_entry')
    .where('subject_id', '=', subjectId)
    .select(['action', 'actor_id', 'subject_name', 'customer_id', 'detail'])
    .orderBy('id')
    .execute();

let n = 0;
const supplier = async () => (await made('/suppliers', { name: `Supplier ${n++}` })).id as string;
const model = async () => (await made('/device-models', { supplierId: await supplier(), name: 'A' })).id as string;

/** A whole life: what is given first, what is changed then, and what it is called. */
interface Life {
  given: () => Promise<object>;
  change: object;
  name: string;
  kind: string;
}

const LIVES: Record<string, Life> = {
  '/customers': {
    given: async () => ({ name: 'Lab', vatId: 'DE1', contractLevel: 'basic' }),
    change: { contractLevel: 'gold', vatId: null },
    name: 'Lab',
    kind: 'customer',
  },
  '/offices': {
    given: async () => ({ customerId: home.customerId, name: 'Hall', city: 'Berlin' }),
    change: { city: null, timeZone: 'Europe/Berlin' },
    name: 'Hall',
    kind: 'office',
  },
  '/suppliers': {
    given: async () => ({ name: 'Asiga 2' }),
    change: { name: 'Asiga 3' },
    name: 'Asiga 2',
    kind: 'supplier',
  },
  '/device-models': {
    given: async () => ({ supplierId: await supplier(), name: 'MAX' }),
    change: { name: 'MAX 2' },
    name: 'MAX',
    kind: 'device_model',
  },
  '/model-identifiers': {
    given: async () => ({ modelId: await model(), identifier: 'a/b c%' }),
    change: { identifier: 'a' },
    name: 'a/b c%',
    kind: 'model_identifier',
  },
  '/users': {
    given: async () => ({ email: 'ada@example.org', firstName: 'Ada', lastName: 'L' }),
    change: { lastName: null, email: 'ada.l@example.org' },
    name: 'ada@example.org',
    kind: 'user',
  },
};

describe.each(Object.entries(LIVES))('%s', (path, { given, change, name, kind }) => {
  it('are made, found, shown, changed and deleted, and each of that is written down', async () => {
    const payload = await given();
    const { id, ...first } = await made(path, payload);
    expect(first).toMatchObject(payload);
    const one = `${path}/${id}`;
    expect((await send('GET', one)).body).toEqual({ id, ...first });
    expect((await scene.getAll(`${ADMIN}${path}?limit=50`, token)).find((item) => item.id === id)).toEqual({
      id,
      ...first,
    });
    const changed = await send('PATCH', one, change);
    expect(changed.body, changed.text).toEqual({ id, ...first, ...change });
    expect((await send('GET', one)).body).toEqual(changed.body);
    expect(outcome(await send('DELETE', `${one}?confirm=nothing%20like%20it`))).toEqual([409, 'CONFLICT']);
    expect((await send('DELETE', one)).status).toBe(204);
    for (const method of ['GET', 'DELETE'] as const)
      expect(outcome(await send(method, one))).toEqual([404, 'NOT_FOUND']);
    expect(outcome(await send('PATCH', one, change))).toEqual([404, 'NOT_FOUND']);
    const entries = await auditOf(id);
    expect(entries.map(({ action }) => action)).toEqual(
      ['created', 'changed', 'deleted'].map((done) => `${kind}.${done}`),
    );
    expect(entries[0]).toMatchObject({ actor_id: admin.id, subject_name: name });
    const concerned = { '/customers': id, '/offices': home.customerId }[path] ?? null;
    expect(entries.map(({ customer_id }) => customer_id)).toEqual([concerned, concerned, concerned]);
    expect(entries[1]?.detail).toEqual(change);
  });

  it('say what is wrong, and where', async () => {
    const payload = await given();
    const fault = async (method: 'POST' | 'PATCH', at: string, body: object) => {
      const answer = await send(method, at, body);
      return [answer.status, answer.body.errors?.[0].pointer];
    };
    const [first] = Object.keys(payload) as [string];
    const { [first]: _, ...less } = payload as Record<string, unknown>;
    expect(await fault('POST', path, less)).toEqual([400, `/${first}`]);
    expect(await fault('POST', path, { ...payload, more: 1 })).toEqual([400, '/more']);
    expect(await fault('POST', path, { ...payload, [first]: 'a\0' })).toEqual([400, `/${first}`]);
    expect(await fault('PATCH', `${path}/${uuid()}`, {})).toEqual([400, '']);
    expect(await fault('PATCH', `${path}/${uuid()}`, { id: uuid() })).toEqual([400, '/id']);
  });

  it('are for admins', async () => {
    const homes = [{ customerId: home.customerId, officeId: null, role: 'manager' as const }];
    const by = await scene.signIn(await scene.createUser({ homes }));
    for (const [method, at] of [
      ['GET', path],
      ['POST', path],
      ['GET', `${path}/${uuid()}`],
      ['PATCH', `${path}/${uuid()}`],
      ['DELETE', `${path}/${uuid()}`],
    ] as const)
      expect.soft(outcome(await send(method, at, undefined, by)), `${method} ${at}`).toEqual([403, 'FORBIDDEN']);
  });
});

it.each<[string, () => Promise<[string, object]>]>([
  ['a supplier', async () => ['/suppliers', { name: 'Twin' }]],
  ['a model', async () => ['/device-models', { supplierId: await supplier(), name: 'Twin' }]],
  ['an identifier', async () => ['/model-identifiers', { modelId: await model(), identifier: 'twin' }]],
  ['a user', async () => ['/users', { email: 'twin@example.org' }]],
])('of two that make %s of one name at once, one is told', async (_, give) => {
  const [path, payload] = await give();
  const answers = await Promise.all([send('POST', path, payload), send('POST', path, payload)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
});

it.each<[string, string, object]>([
  ['an office', '/offices', { name: 'X', customerId: uuid() }],
  ['a model', '/device-models', { name: 'X', supplierId: uuid() }],
  ['an identifier', '/model-identifiers', { identifier: 'X', modelId: uuid() }],
  ['a member', '/members', { customerId: uuid(), role: 'viewer', email: 'a@example.org' }],
  ['a gateway', '/gateways', { officeId: uuid() }],
])('%s of what does not exist is not made', async (_, path, payload) => {
  expect(outcome(await send('POST', path, payload))).toEqual([404, 'NOT_FOUND']);
});

describe('deleting what has something', () => {
  it('of a customer names what would go, and takes its name or its id', async () => {
    const fill = async () => {
      const own = await scene.createOffice(await scene.createCustomer('Gone Lab'));
      await scene.createUser({ homes: [own, { ...own, officeId: null }] });
      return own.customerId;
    };
    const id = await fill();
    const refused = await send('DELETE', `/customers/${id}`);
    expect(outcome(refused)).toEqual([409, 'CONFLICT']);
    expect(refused.body.counts).toEqual({ offices: 1, members: 2, enrolmentKeys: 0, apiTokens: 0 });
    expect(refused.body.detail).toContain('1 offices, 2 members');
    expect(outcome(await send('DELETE', `/customers/${id}?confirm=gone%20lab`))).toEqual([409, 'CONFLICT']);
    expect((await send('DELETE', `/customers/${id}?confirm=Gone%20Lab`)).status).toBe(204);
    const other = await fill();
    expect((await send('DELETE', `/customers/${other}?confirm=${other}`)).status).toBe(204);
  });

  it('never takes what was sent: a gateway keeps its customer, even a deleted one', async () => {
    const own = await scene.createOffice(await scene.createCustomer('Evidence'));
    const gatewayId = await scene.createGateway(own);
    expect((await send('DELETE', `/gateways/${gatewayId}`)).status).toBe(204);
    for (const path of [
      `/customers/${own.customerId}?confirm=Evidence`,
      `/offices/${own.officeId}?confirm=${own.officeId}`,
    ]) {
      const { status, body } = await send('DELETE', path);
      expect([status, body.counts]).toEqual([409, { gateways: 1, devices: 0 }]);
    }
  });

  it('takes models along with a supplier, but none that a device is of', async () => {
    const supplierId = await supplier();
    const { id: modelId } = await made('/device-models', { supplierId, name: 'M' });
    await made('/model-identifiers', { modelId, identifier: 'only here' });
    expect((await send('DELETE', `/suppliers/${supplierId}`)).body.counts).toEqual({
      models: 1,
      identifiers: 1,
      pictures: 0,
    });
    const deviceId = await scene.createDevice(home, 'modelled');
    await send('PATCH', `/devices/${deviceId}`, { modelId });
    for (const path of [`/suppliers/${supplierId}?confirm=${supplierId}`, `/device-models/${modelId}?confirm=M`])
      expect((await send('DELETE', path)).body.counts).toEqual({ devices: 1 });
    await send('PATCH', `/devices/${deviceId}`, { modelId: null });
    expect((await send('DELETE', `/suppliers/${supplierId}?confirm=${supplierId}`)).status).toBe(204);
    expect((await send('GET', '/model-identifiers?identifier=only%20here')).body.items).toEqual([]);
  });

  it('is told to whoever puts something into an office at the same moment', async () => {
    for (let round = 0; round < 4; round++) {
      const { officeId } = await scene.createOffice(home.customerId);
      const answers = await Promise.all([
        send('DELETE', `/offices/${officeId}?confirm=${officeId}`),
        send('POST', '/gateways', { officeId }),
        send('POST', '/members', { ...home, officeId, role: 'viewer', email: `${officeId}@example.org` }),
        send('PATCH', `/gateways/${await scene.createGateway(home)}`, { officeId }),
      ]);
      for (const { status, text } of answers) expect([200, 201, 204, 404, 409], text).toContain(status);
      expect(answers.filter(({ status }) => status < 300).length).toBeGreaterThan(0);
    }
  });
});

describe('a user who is made', () => {
  it('gets a mail with a link to set a password, which opens the account', async () => {
    const { id } = await made('/users', { email: 'New@Example.org', isAdmin: true });
    const mail = await vi.waitFor(() => {
      const found = scene.mails.find(({ to }) => String(to).includes('new@example.org'));
      expect(found).toBeDefined();
      return found as (typeof scene.mails)[number];
    });
    expect(mail.text).toContain(`${admin.email} has made an account`);
    const [, secret] = /reset-password#token=(\S+)/.exec(mail.text) as RegExpExecArray;
    expect(mail.text).toContain('https://iot.example.org/api/v1/password/reset');
    const payload = { token: secret, newPassword: 'correct horse battery' };
    expect((await scene.request({ method: 'POST', url: '/api/v1/password/reset', payload })).status).toBe(204);
    const actions = (await auditOf(id)).map(({ action }) => action);
    expect(actions).toEqual(expect.arrayContaining(['user.created', 'user.admin_granted']));
    expect((await send('DELETE', `/users/${id}`)).status).toBe(204);
  });

  it('cannot be taken over by the link that went to an address before', async () => {
    const { id } = await made('/users', { email: 'old@example.org' });
    await send('PATCH', `/users/${id}`, { email: 'newer@example.org' });
    const left = await scene.db.selectFrom('password_reset').where('user_id', '=', id).selectAll().execute();
    expect(left).toEqual([]);
  });

  it('is deleted with memberships, which wants the address, and is out at once', async () => {
    const user = await scene.createUser({ homes: [home] });
    const session = await scene.signIn(user);
    expect((await send('DELETE', `/users/${user.id}`)).body.counts).toEqual({ memberships: 1, apiTokens: 0 });
    expect((await send('DELETE', `/users/${user.id}?confirm=${user.email}`)).status).toBe(204);
    expect((await scene.get('/api/v1/me', session)).status).toBe(401);
  });
});

it('an admin is always left: nobody deletes oneself, and two admins do not end each other', async () => {
  expect(outcome(await send('DELETE', `/users/${admin.id}?confirm=${admin.id}`))).toEqual([409, 'CONFLICT']);
  const others = await scene.db
    .selectFrom('user')
    .where('is_admin', '=', true)
    .where('id', '<>', admin.id)
    .select('id')
    .execute();
  for (const { id } of others) await send('POST', `/users/${id}/revoke-admin`);
  const other = await scene.createUser({ isAdmin: true });
  const theirs = await scene.signIn(other);
  const answers = await Promise.all([
    send('POST', `/users/${other.id}/deactivate`),
    send('POST', `/users/${admin.id}/revoke-admin`, undefined, theirs),
    send('DELETE', `/users/${admin.id}?confirm=${admin.id}`, undefined, theirs),
  ]);
  const left = await scene.db
    .selectFrom('user')
    .where('is_admin', '=', true)
    .where('active', '=', true)
    .select('id')
    .execute();
  expect(left.length, JSON.stringify(answers.map(({ status }) => status))).toBe(1);
  await scene.db
    .updateTable('user')
    .set({ is_admin: true, active: true })
    .where('id', 'in', [admin.id, other.id])
    .execute();
  admin = left[0]?.id === admin.id ? admin : other;
  token = await scene.signIn(admin);
});

describe('what users have too', () => {
  it('an admin has of everybody, suspended customers too', async () => {
    const own = await scene.createOffice(await scene.createCustomer('Any'));
    const { gateway } = await made('/gateways', { officeId: own.officeId, label: 'Any' });
    const deviceId = await scene.createDevice(own, 'd', gateway.id);
    await send('POST', `/customers/${own.customerId}/suspend`);
    expect((await send('GET', `/gateways?customerId=${own.customerId}`)).body.items).toMatchObject([
      { id: gateway.id },
    ]);
    expect((await send('GET', `/gateways/${gateway.id}/sessions`)).body.items).toHaveLength(1);
    expect((await send('PATCH', `/devices/${deviceId}`, { label: 'X' })).body.label).toBe('X');
    expect((await send('POST', `/devices/${deviceId}/archive`)).body.state).toBe('archived');
    expect((await send('GET', `/devices?customerId=${own.customerId}&state=archived`)).body.items).toHaveLength(1);
    expect((await send('GET', `/devices/${deviceId}/sensors`)).body.items).toEqual([]);
    const concerns = await scene.db
      .selectFrom('audit_entry')
      .where('customer_id', '=', own.customerId)
      .select('action')
      .orderBy('id')
      .execute();
    expect(concerns.map(({ action }) => action)).toEqual([
      'gateway.created',
      'customer.suspended',
      'device.changed',
      'device.archived',
    ]);
  });

  it('memberships of a user are read and changed', async () => {
    const user = await scene.createUser();
    const customerId = await scene.createCustomer('Own');
    const { id } = await made('/members', { customerId, role: 'viewer', email: user.email });
    const read = async () => (await send('GET', `/members?userId=${user.id}`)).body.items;
    expect(await read()).toMatchObject([{ id, role: 'viewer', customerId, officeId: null }]);
    await vi.waitFor(() => expect(scene.mails.some(({ text }) => text.includes('see the devices of Own'))).toBe(true));
    expect((await send('PATCH', `/members/${id}`, { role: 'manager' })).body.role).toBe('manager');
    expect((await send('GET', `/members/${id}`)).body.role).toBe('manager');
    expect(outcome(await send('DELETE', `/members/${id}`))).toEqual([409, 'CONFLICT']); // nobody else manages it
    await send('PATCH', `/members/${id}`, { role: 'viewer' });
    expect(outcome(await send('PATCH', `/members/${id}`, { role: 'owner' }))).toEqual([400, 'REQUEST_INVALID']);
  });
});
