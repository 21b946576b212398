import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, createScene, type Home, NOW, type Scene } from './scene.ts';

const OFFICES = '/api/v1/offices';
const CUSTOMERS = '/api/v1/customers';
const EMPTY = {
  ...{ department: null, subDepartment: null, street: null, additionalAddress: null },
  ...{ zip: null, city: null, country: null },
};
const FULL = {
  ...{ department: 'Dental Technology', subDepartment: 'Prosthetics', street: 'Example Street 1' },
  ...{ additionalAddress: 'Second floor', zip: '10115', city: 'Berlin', country: 'Germany' },
};

let scene: Scene;
let customerId: string;
let berlin: Home;
let hamburg: Home;
let manager: { id: string; email: string };
let token: string;
let ofBerlin: string;

beforeAll(async () => {
  scene = await createScene();
  customerId = await scene.createCustomer('Print Works');
  berlin = await scene.createOffice(customerId, 'Berlin');
  hamburg = await scene.createOffice(customerId, 'Hamburg');
  await scene.createOffice(await scene.createCustomer('Theirs'));
  manager = await scene.createUser({ homes: [{ customerId, officeId: null, role: 'manager' }] });
  token = await scene.signIn(manager);
  ofBerlin = await scene.signIn(await scene.createUser({ homes: [{ ...berlin, role: 'manager' }] }));
});
afterAll(() => scene?.close());

const send = (method: 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object, by = token) =>
  scene.request({ method, url, token: by, ...(payload && { payload }) });
const outcome = ({ status, body }: Answer) => [status, body.code];
const show = async (officeId: string) => (await scene.get(`${OFFICES}/${officeId}`, token)).body;

async function create(given: object = {}): Promise<string> {
  const { status, body, text } = await send('POST', OFFICES, { customerId, name: 'New', ...given });
  expect(status, text).toBe(201);
  return body.id;
}

const auditOf = (subjectId: string) =>
  scene.db
    .selectFrom('audit_entry')
    .where('subject_id', '=', subjectId)
    .select(['action', 'actor_id', 'subject_name', 'customer_id', 'office_id', 'detail'])
    .orderBy('id')
    .execute();

describe('customers', () => {
  const ours = () => ({
    ...{ id: customerId, name: 'Print Works', vatId: null, contractLevel: null },
    createdAt: expect.any(String),
  });

  it('are those that somebody is a member of, in whole or in part', async () => {
    for (const by of [token, ofBerlin]) {
      expect((await scene.get(CUSTOMERS, by)).body).toEqual({ items: [ours()], nextCursor: null });
      expect((await scene.get(`${CUSTOMERS}/${customerId}`, by)).body).toEqual(ours());
    }
  });

  it('come in pages', async () => {
    const more = [await scene.createCustomer(), await scene.createOffice(await scene.createCustomer())] as const;
    const homes = [{ customerId, officeId: null }, { customerId: more[0], officeId: null }, more[1]];
    const items = await scene.getAll(`${CUSTOMERS}?limit=1`, await scene.signIn(await scene.createUser({ homes })));
    expect(items.map(({ id }) => id)).toEqual([customerId, more[0], more[1].customerId]);
  });

  it('are changed by who manages all of them, and that is written down', async () => {
    const own = await scene.createCustomer('Before');
    const user = await scene.createUser({ homes: [{ customerId: own, officeId: null, role: 'manager' }] });
    const by = await scene.signIn(user);
    const change = async (payload: object) => (await send('PATCH', `${CUSTOMERS}/${own}`, payload, by)).body;
    expect(await change({ name: 'After', vatId: 'DE123' })).toMatchObject({ id: own, name: 'After', vatId: 'DE123' });
    expect(await change({ vatId: null })).toMatchObject({ name: 'After', vatId: null });
    const entry = { action: 'customer.changed', actor_id: user.id, customer_id: own, office_id: null };
    expect(await auditOf(own)).toEqual([
      { ...entry, subject_name: 'Before', detail: { name: 'After', vatId: 'DE123' } },
      { ...entry, subject_name: 'After', detail: { vatId: null } },
    ]);
  });

  it.each([
    ['nothing', {}, ''],
    ['no name', { name: null }, '/name'],
    ['what admins decide', { contractLevel: 'gold' }, '/contractLevel'],
    ['U+0000', { vatId: 'a\0' }, '/vatId'],
  ])('cannot be given %s', async (_, payload, pointer) => {
    const { status, body } = await send('PATCH', `${CUSTOMERS}/${customerId}`, payload);
    expect([status, body.errors[0].pointer]).toEqual([400, pointer]);
  });
});

describe('offices', () => {
  it('are those of the places that somebody is a member of', async () => {
    const names = async (query: string, by: string) =>
      (await scene.get(OFFICES + query, by)).body.items.map(({ name }: { name: string }) => name);
    expect(await names('', ofBerlin)).toEqual(['Berlin']);
    expect(await names('', token)).toEqual(['Berlin', 'Hamburg']);
    expect(await names(`?customerId=${customerId}`, ofBerlin)).toEqual(['Berlin']);
    expect(outcome(await scene.get(`${OFFICES}?customerId=${uuid()}`, token))).toEqual([404, 'NOT_FOUND']);
    expect((await scene.getAll(`${OFFICES}?limit=1`, token)).map(({ id }) => id)).toEqual([
      berlin.officeId,
      hamburg.officeId,
    ]);
    expect(outcome(await scene.get(`${OFFICES}/${hamburg.officeId}`, ofBerlin))).toEqual([404, 'NOT_FOUND']);
  });

  it('are created with all that is known of them, or with a name alone', async () => {
    const given = { name: 'Full', ...FULL, timeZone: 'America/Argentina/Buenos_Aires' };
    const id = await create(given);
    expect(await show(id)).toEqual({ id, customerId, ...given, createdAt: expect.any(String) });
    expect(await auditOf(id)).toEqual([
      {
        ...{ action: 'office.created', actor_id: manager.id, subject_name: 'Full' },
        ...{ customer_id: customerId, office_id: id, detail: given },
      },
    ]);
    expect(await show(await create())).toMatchObject({ name: 'New', ...EMPTY, timeZone: 'UTC' });
  });

  it('are changed in what is given, by their own manager too, and that is written down', async () => {
    const id = await create({ ...FULL, timeZone: 'Europe/Berlin' });
    await send('PATCH', `${OFFICES}/${id}`, { name: 'Other', street: null });
    expect(await show(id)).toMatchObject({ name: 'Other', ...FULL, street: null, timeZone: 'Europe/Berlin' });
    expect((await auditOf(id)).at(-1)).toMatchObject({
      ...{ action: 'office.changed', subject_name: 'New', office_id: id },
      detail: { name: 'Other', street: null },
    });
    const { body } = await send('PATCH', `${OFFICES}/${berlin.officeId}`, { city: 'Berlin' }, ofBerlin);
    expect(body).toMatchObject({ name: 'Berlin', city: 'Berlin' });
  });

  it.each([
    ['an offset', '+01:00'],
    ['an abbreviation', 'CEST'],
    ['a place that there is not', 'Europe/Atlantis'],
    ['a name that the database alone knows', 'posix/Europe/Berlin'],
  ])('take no time zone that is %s', async (_, timeZone) => {
    expect(outcome(await send('POST', OFFICES, { customerId, name: 'X', timeZone }))).toEqual([400, 'REQUEST_INVALID']);
    const url = `${OFFICES}/${berlin.officeId}`;
    expect(outcome(await send('PATCH', url, { timeZone }))).toEqual([400, 'REQUEST_INVALID']);
    expect((await show(berlin.officeId)).timeZone).toBe('UTC');
  });

  it('count days by their present time zone, past days too', async () => {
    const officeId = await create();
    const device = await scene.createDevice({ customerId, officeId }, 'd');
    const nine = NOW - (NOW % 86_400_000) - 3 * 3_600_000; // 21:00 UTC
    await scene.store(device, 'temperature', [[nine, 20]]);
    const read = async () => {
      const to = new Date(NOW).toISOString();
      const url = `/api/v1/devices/${device}/aggregates?label=temperature&width=1d&from=2026-11-21T00:00:00Z&to=${to}`;
      const { body, text } = await scene.get(url, token);
      expect(body.timeZone, text).toBeDefined();
      return [body.timeZone, JSON.stringify(body).includes('2026-11-23T00:00:00+09:00')];
    };
    expect(await read()).toEqual(['UTC', false]);
    await send('PATCH', `${OFFICES}/${officeId}`, { timeZone: 'Asia/Tokyo' });
    expect(await read()).toEqual(['Asia/Tokyo', true]);
  });
});

describe('an office', () => {
  it.each<[string, string, (home: Home) => Promise<unknown>]>([
    ['a gateway', 'while it has 1 gateways', (home) => scene.createGateway(home)],
    [
      'a gateway that was deleted',
      'while it has 1 gateways',
      async (home) => {
        const id = await scene.createGateway(home);
        await scene.db.updateTable('gateway').set({ deleted_at: new Date() }).where('id', '=', id).execute();
      },
    ],
    ['a device', 'while it has 1 devices', (home) => scene.createDevice(home, 'd')],
    ['a member', 'would go 1 members', (home) => scene.createUser({ homes: [home] })],
    [
      'an enrolment key',
      'would go 1 enrolment keys',
      (home) => send('POST', '/api/v1/enrolment-keys', { ...home, maxGateways: 1, expiresInDays: 1 }),
    ],
  ])('with %s is not deleted, and says so', async (_, detail, fill) => {
    const officeId = await create();
    await fill({ customerId, officeId });
    const answer = await send('DELETE', `${OFFICES}/${officeId}`);
    expect(outcome(answer)).toEqual([409, 'CONFLICT']);
    expect(answer.body.detail).toContain(detail);
    expect((await show(officeId)).id).toBe(officeId);
  });

  it('with nothing in it is deleted once, and that is written down', async () => {
    const officeId = await create({ name: 'Empty' });
    const answers = await Promise.all([1, 2].map(() => send('DELETE', `${OFFICES}/${officeId}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404]);
    expect((await auditOf(officeId)).map(({ action }) => action)).toEqual(['office.created', 'office.deleted']);
    expect(outcome(await scene.get(`${OFFICES}/${officeId}`, token))).toEqual([404, 'NOT_FOUND']);
  });
});
