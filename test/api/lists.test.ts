import { randomBytes } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScene, type Home, type Scene } from './scene.ts';

// The grammar of lists, held against every list that has it: docs/decisions/0014-lists.md.

// biome-ignore lint/suspicious/noExplicitAny: items of every shape
type Item = any;

const NAMES = ['b', 'B', 'a', 'Z', 'é', 'É', '100 % Ä', '_', 'a\u0001', null, null, '\\', "o'b", 'A', 'z'];

let scene: Scene;
let token: string;
let customerId: string;
let homes: Home[];
let deviceId: string;
let documents: { user: Item; admin: Item };

/** Rows with twins, with nothing in a field, and with times that differ by microseconds. */
beforeAll(async () => {
  scene = await createScene();
  const [user, admin] = [(await scene.get('/docs/json')).body, (await scene.get('/admin/docs/json')).body];
  documents = { user, admin };
  customerId = await scene.createCustomer('Own');
  homes = [];
  for (const name of ['Berlin', 'berlin', '100 %']) homes.push(await scene.createOffice(customerId, name));
  const [home] = homes as [Home];
  const customers = [customerId];
  for (const name of ['own', 'B', 'b']) customers.push(await scene.createCustomer(name));
  const whole = customers.map((id) => ({ customerId: id, officeId: null, role: 'manager' as const }));
  for (const [n, name] of NAMES.entries()) {
    const gatewayId = await scene.createGateway(homes[n % 3] as Home, name as string);
    deviceId = await scene.createDevice(home, `D${NAMES.length - n}`, n % 2 === 0 ? gatewayId : undefined);
    await scene.db
      .updateTable('device')
      .set({ label: name, created_at: `2026-11-23T09:00:00.00000${n % 4}Z`, monitoring: n > 3 })
      .where('id', '=', deviceId)
      .execute();
    const { id } = await scene.createUser({ homes: [home] });
    await scene.db.updateTable('user').set({ last_name: name }).where('id', '=', id).execute();
    await scene.createCustomer(name ?? 'a');
  }
  const own = await scene.createUser({ isAdmin: true, homes: whole });
  for (let n = 0; n < 4; n++) token = await scene.signIn(own);
  for (const name of ['b', 'B', 'a', 'c']) {
    const post = (url: string, payload: object) => scene.request({ method: 'POST', url, token, payload });
    await post('/api/v1/me/api-tokens', { name, customerId, role: 'viewer', expiresInDays: 1 });
    const key = await post('/api/v1/enrolment-keys', { customerId, label: name, maxGateways: 1, expiresInDays: 1 });
    const at = new Date(scene.clock.now);
    await scene.db
      .insertInto('enrolment')
      .values({
        ...{ id: uuid(), device_code_hash: randomBytes(32), enrolment_key_id: key.body.id, customer_id: customerId },
        ...{ serial_number: name === 'a' ? null : name, created_at: at, expires_at: new Date(at.getTime() + 60_000) },
      })
      .execute();
  }
  for (const label of ['t', 'T', 'a', 'é'])
    await scene.db
      .insertInto('sensor')
      .values({ device_id: deviceId, label })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
});
afterAll(() => scene?.close());

const LISTS = {
  '/api/v1/customers': 'id',
  '/api/v1/offices': 'id',
  '/api/v1/members': 'id',
  '/api/v1/gateways': 'id',
  '/api/v1/devices': 'id',
  '/api/v1/devices/:deviceId/sensors': 'label',
  '/api/v1/suppliers': 'id',
  '/api/v1/enrolment-keys': 'id',
  '/api/v1/me/api-tokens': 'id',
  '/api/v1/me/sessions': 'id',
  '/api/v1/enrolments': 'id',
  '/api/v1/device-models': 'id',
  '/admin/api/v1/customers': 'id',
  '/admin/api/v1/users': 'id',
  '/admin/api/v1/model-identifiers': 'id',
};
const urlOf = (list: string) => list.replace(':deviceId', deviceId);

function sortsOf(list: string): { all: string[]; fallback: string } {
  const { paths } = list.startsWith('/admin') ? documents.admin : documents.user;
  const { parameters } = paths[list.replace(/:(\w+)/g, '{$1}')].get;
  const { schema } = parameters.find(({ name }: Item) => name === 'sort');
  return { all: schema.enum, fallback: schema.default };
}

/** What a list is sorted by: a field, in lower case if it is a text; of models the supplier and then the name. */
function keyOf(list: string, field: string, item: Item): string | null {
  if (list.endsWith('/device-models') && field === 'supplier')
    return `${item.supplier}\u0001${item.name}`.toLowerCase();
  const value = item[field];
  const isSpelt = field === 'label' && list.endsWith('/sensors');
  return value === null ? null : isSpelt ? value : String(value).toLowerCase();
}

/** By code points, as UTF-8 is compared by bytes. */
const compare = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

describe.each(Object.entries(LISTS))('%s', (list, unique) => {
  it('gives each row once, in any order that it has, in whatever pages', async () => {
    const { all, fallback } = sortsOf(list);
    const expected = (await scene.getAll(`${urlOf(list)}?limit=200`, token)).map((item) => item[unique]);
    expect(expected.length).toBeGreaterThan(2);
    for (const sort of all) {
      const items = await scene.getAll(`${urlOf(list)}?limit=${sort.startsWith('-') ? 6 : 7}&sort=${sort}`, token);
      const ids = items.map((item) => item[unique]);
      expect([...ids].sort(), sort).toEqual([...expected].sort());
      if (sort === fallback) expect(ids).toEqual(expected);
      const [field, direction] = sort.startsWith('-') ? [sort.slice(1), -1] : [sort, 1];
      for (const [n, item] of items.slice(1).entries()) {
        const [before, after] = [keyOf(list, field, items[n]), keyOf(list, field, item)];
        if (before === null) expect(after, `${sort}: what has none comes last`).toBeNull();
        const order = before === null || after === null ? 0 : compare(before, after) * direction;
        expect(order, `${sort}: ${before} before ${after}`).toBeLessThanOrEqual(0);
        const isTwin = before === after && !field.endsWith('At'); // times are shown to the millisecond
        if (isTwin) expect(compare(ids[n], item[unique]), `${sort}: twins by id`).toBeLessThan(0);
      }
    }
  });

  it('refuses an order that it does not have, and a cursor of another order', async () => {
    const ask = async (query: string) => {
      const { status, body } = await scene.get(`${urlOf(list)}?${query}`, token);
      return [status, body.code];
    };
    const { all } = sortsOf(list);
    const [first, second] = all as [string, string];
    const { nextCursor } = (await scene.get(`${urlOf(list)}?limit=1&sort=${first}`, token)).body;
    expect(await ask(`limit=1&sort=${first}&cursor=${nextCursor}`)).toEqual([200, undefined]);
    for (const query of [`sort=${second}&cursor=${nextCursor}`, 'sort=password_hash', 'sort=-', 'sort=', 'q='])
      expect.soft(await ask(query), query).toEqual([400, 'REQUEST_INVALID']);
  });
});

it.each([
  ['nothing of what one has', 'id', {}],
  ['a time that is none', 'createdAt', { key: '2026-11-23', unique: '01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f' }],
  ['an id that is none', 'id', { key: null, unique: '4711' }],
  ['an id that is none, of a twin', 'label', { key: 'a', unique: '4711' }],
  ['a text that cannot be stored', 'label', { key: 'a\0', unique: '01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f' }],
])('a cursor with %s is refused', async (_, sort, position) => {
  const cursor = Buffer.from(JSON.stringify({ sort, ...position })).toString('base64url');
  const { status, body } = await scene.get(`/api/v1/devices?sort=${sort}&cursor=${cursor}`, token);
  expect([status, body.code]).toEqual([400, 'REQUEST_INVALID']);
});

describe('filters', () => {
  const labels = async (query: string) =>
    (await scene.getAll(`/api/v1/${query}`, token)).map(({ label, name }) => label ?? name);

  it.each<[string, () => string, unknown[]]>([
    ['a text in a name, in any case', () => 'devices?q=B&sort=id', ['b', 'B', "o'b"]],
    ['a sign that patterns have', () => 'devices?q=%25', ['100 % Ä']],
    ['another one', () => 'devices?q=_', ['_']],
    ['a backslash', () => 'devices?q=%5C', ['\\']],
    ['a quote', () => "devices?q='", ["o'b"]],
    ['a letter beyond ASCII, in any case', () => 'devices?q=%C3%89', ['é', 'É']],
    ['what is exactly so', () => 'devices?key=D13', ['a']],
    ['what is one of several', () => 'devices?key=D13&key=D15&sort=-key', ['b', 'a']],
    ['what is so, and not just alike', () => 'devices?key=d13', []],
    ['yes or no', () => 'devices?monitoring=false', ['b', 'B', 'a', 'Z']],
    ['a place', () => `offices?customerId=${customerId}&q=BERLIN`, ['Berlin', 'berlin']],
    [
      'one of two places',
      () => `gateways?officeId=${homes[1]?.officeId}&officeId=${homes[2]?.officeId}&q=a`,
      ['a', 'a\u0001', 'A'],
    ],
    ['a state, even of nothing', () => 'devices?state=archived&state=blocked', []],
  ])('keep %s', async (_, query, expected) => {
    expect(await labels(query())).toEqual(expected);
  });

  it('tell whoever filters by what is not theirs', async () => {
    const { officeId, customerId: other } = await scene.createOffice(await scene.createCustomer());
    for (const query of [
      `customerId=${other}`,
      `officeId=${officeId}`,
      `officeId=${homes[0]?.officeId}&officeId=${officeId}`,
    ])
      for (const list of ['devices', 'gateways', 'members'])
        expect.soft((await scene.get(`/api/v1/${list}?${query}`, token)).status, `${list}?${query}`).toBe(404);
  });
});
