import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES, type Role } from '../../src/db/memberships.ts';
import { openSession } from '../../src/identity/sessions.ts';
import { type KnownRoute, routesOf } from './routes.ts';
import { type Answer, createScene, DAY, type Home, type Scene } from './scene.ts';
import { freshAddress } from './sign-in.ts';

interface Route {
  /** The least role that it takes. */
  needs: Role;
  /** The role must be for all of the customer. */
  whole?: boolean;
  query?: (made: Made) => string;
  body?: (made: Made) => object;
  /** What a manager of another customer gets; by default 404, or a list without anything of ours. */
  stranger?: number;
  /** What one who may gets, where that is no 2xx: there is nothing to show. */
  allowed?: number;
}

/** What the ids in a path and a body name; all of it in our office. */
type Made = Record<string, string>;

const READ: Route = { needs: 'viewer' };
const MEND: Route = { needs: 'operator' };
const MANAGE: Route = { needs: 'manager' };
const inOffice = ({ officeId }: Made) => ({ officeId });

/** Without a device it is of what the caller may see, which may be nothing. */
const EXPORT: Route = {
  ...READ,
  query: ({ deviceId }) => `?from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z&deviceId=${deviceId}`,
};

/** Every route that asks for a role, and which. */
const ROUTES: Record<string, Route> = {
  'GET /audit': READ,
  'GET /customers': READ,
  'GET /customers/:customerId': READ,
  'GET /dead-letters': READ,
  'GET /dead-letters/:deadLetterId': READ,
  'GET /devices': READ,
  'GET /devices/:deviceId': READ,
  'GET /devices/:deviceId/aggregates': READ,
  'GET /devices/:deviceId/events': READ,
  'GET /devices/:deviceId/events/:eventId': { ...READ, allowed: 404 },
  'GET /devices/:deviceId/events/:eventId/series': { ...READ, query: () => '?label=z', allowed: 404 },
  'GET /devices/:deviceId/events/:eventId/settings/comparison': {
    ...READ,
    query: ({ eventId }) => `?with=${eventId}`,
    allowed: 404,
  },
  'GET /devices/:deviceId/latest': READ,
  'GET /devices/:deviceId/readings': { ...READ, query: () => '?label=temperature', allowed: 404 },
  'GET /devices/:deviceId/sensors': READ,
  'GET /devices/:deviceId/settings/history': { ...READ, query: () => '?label=print' },
  'GET /events/export': EXPORT,
  'GET /logs/export': EXPORT,
  'GET /readings/export': EXPORT,
  'GET /enrolments': READ,
  'GET /events': READ,
  'GET /gateways': READ,
  'GET /gateways/:gatewayId': READ,
  'GET /gateways/:gatewayId/connectivity': READ,
  'GET /gateways/:gatewayId/ledger': READ,
  'GET /gateways/:gatewayId/limits': READ,
  'GET /gateways/:gatewayId/warnings': READ,
  'GET /gateways/:gatewayId/sessions': READ,
  'GET /latest': READ,
  'GET /ledger': READ,
  'GET /logs': READ,
  'GET /offices': READ,
  'GET /offices/:officeId': READ,

  'DELETE /dead-letters/:deadLetterId': MEND,
  'POST /dead-letters/:deadLetterId/replay': { ...MEND, body: () => ({}) },
  'POST /dead-letters/:deadLetterId/preview': { ...MEND, body: () => ({}) },
  // Of ids that are not theirs strangers hear that there are no such.
  'POST /dead-letters/discard': { ...MEND, body: ({ deadLetterId }) => ({ ids: [deadLetterId] }), stranger: 200 },
  'POST /dead-letters/replay': { ...MEND, body: ({ deadLetterId }) => ({ ids: [deadLetterId] }), stranger: 200 },

  'PATCH /devices/:deviceId': { ...MEND, body: () => ({ label: 'Printer' }) },
  'PATCH /devices/:deviceId/sensors': {
    ...MEND,
    query: () => '?label=temperature',
    body: () => ({ visualization: 'line' }),
    allowed: 404,
  },
  // It is active already.
  'POST /devices/:deviceId/approve': { ...MEND, body: () => ({}), allowed: 409 },
  'POST /devices/:deviceId/block': MEND,
  'POST /devices/:deviceId/archive': MEND,
  'POST /devices/approve': { ...MEND, body: ({ deviceId }) => ({ ids: [deviceId] }), stranger: 200 },

  'PATCH /customers/:customerId': { ...MANAGE, whole: true, body: () => ({ name: 'Print Works' }) },
  'POST /offices': { ...MANAGE, whole: true, body: ({ customerId }) => ({ customerId, name: 'Hamburg' }) },
  'PATCH /offices/:officeId': { ...MANAGE, body: () => ({ timeZone: 'Europe/Berlin' }) },
  // It has a gateway.
  'DELETE /offices/:officeId': { ...MANAGE, whole: true, allowed: 409 },

  'GET /members': { ...MANAGE, query: ({ customerId }) => `?customerId=${customerId}` },
  'GET /members/:membershipId': MANAGE,
  'POST /members': {
    ...MANAGE,
    body: ({ customerId, officeId, unique }) => ({
      ...{ customerId, officeId, role: 'viewer', email: `${unique}@example.org` },
    }),
  },
  'PATCH /members/:membershipId': { ...MANAGE, body: () => ({ role: 'operator' }) },
  'DELETE /members/:membershipId': MANAGE,

  'POST /gateways': { ...MANAGE, body: inOffice },
  'PATCH /gateways/:gatewayId': { ...MANAGE, body: () => ({ label: 'Hall 2' }) },
  'DELETE /gateways/:gatewayId': MANAGE,
  'POST /gateways/:gatewayId/sessions': { ...MANAGE, body: () => ({ kind: 'renewable' }) },
  'DELETE /gateways/:gatewayId/sessions': MANAGE,
  'POST /gateways/:gatewayId/sessions/:sessionId/rotate': MANAGE,
  'DELETE /gateways/:gatewayId/sessions/:sessionId': MANAGE,

  // Who waits under a code belongs to nobody yet: any manager may look, and take it into an office of one's own.
  'GET /enrolments/code/:userCode': { ...MANAGE, stranger: 200 },
  'POST /enrolments/code/:userCode/approve': { ...MANAGE, body: inOffice },
  'POST /enrolments/code/:userCode/deny': { ...MANAGE, stranger: 204 },
  'POST /enrolments/:enrolmentId/approve': { ...MANAGE, body: inOffice },
  'POST /enrolments/:enrolmentId/deny': MANAGE,
  'POST /enrolments/approve': {
    ...MANAGE,
    body: ({ officeId, enrolmentId }) => ({ officeId, ids: [enrolmentId] }),
  },

  'GET /enrolment-keys': { ...MANAGE, query: ({ customerId }) => `?customerId=${customerId}` },
  'POST /enrolment-keys': {
    ...MANAGE,
    body: ({ customerId, officeId }) => ({ ...{ customerId, officeId, maxGateways: 1, expiresInDays: 1 } }),
  },
  'DELETE /enrolment-keys/:enrolmentKeyId': MANAGE,
};

/** For whoever is somebody, whatever the role. */
const ANYBODY = [
  'GET /suppliers',
  'GET /suppliers/:supplierId',
  'GET /device-models',
  'GET /device-models/:modelId',
  'GET /device-models/:modelId/image',
  'GET /me',
];

/** For whoever is signed in, whatever the role: about oneself. */
const SELF = [
  'PATCH /me',
  'POST /me/password',
  'GET /me/sessions',
  'DELETE /me/sessions/:sessionId',
  'GET /me/api-tokens',
  'POST /me/api-tokens',
  'DELETE /me/api-tokens/:apiTokenId',
  'POST /logout',
  'POST /logout/everywhere',
];

/** Answers without end, in stream.test.ts. */
const ENDLESS = ['GET /stream'];

/** For everybody. */
const OPEN = ['POST /login/access-token', 'POST /login/refresh', 'POST /password/recovery', 'POST /password/reset'];

const PREFIX = '/api/v1';

let scene: Scene;
let routes: KnownRoute[];
let home: Home;
let ofManager: string;
let enrolmentKey: string;

beforeAll(async () => {
  routes = await routesOf(async () => {
    scene = await createScene({ mail: true });
  });
  home = await scene.createOffice(await scene.createCustomer());
  ofManager = await signInAs('manager');
  const key = { ...home, maxGateways: 1_000, expiresInDays: 1 };
  enrolmentKey = (await post('/api/v1/enrolment-keys', key, ofManager)).key;
});
afterAll(() => scene?.close());

async function post(url: string, payload: object, token?: string) {
  const from = { remoteAddress: freshAddress(), ...(token && { token }) };
  const { status, body, text } = await scene.request({ method: 'POST', url, payload, ...from });
  if (status >= 300) throw new Error(text);
  return body;
}

const signInAs = async (role: Role, { whole }: { whole?: boolean } = {}) => {
  const homes = [{ ...home, ...(whole && { officeId: null }), role }];
  return scene.signIn(await scene.createUser({ homes }));
};

/** Makes what this route works on, new each time. */
async function make(name: string): Promise<Made> {
  const gatewayId = await scene.createGateway(home);
  const deviceId = await scene.createDevice(home, gatewayId, gatewayId);
  const lifetime = { now: scene.clock.now, lifetimeMs: DAY };
  const { sessionId } = await openSession(scene.db, scene.tokens, 'gateway', gatewayId, lifetime);
  const { id: memberId } = await scene.createUser({ homes: [home] });
  const find = scene.db.selectFrom('membership').where('user_id', '=', memberId).select('id');
  const { id: membershipId } = await find.executeTakeFirstOrThrow();
  const deadLetterId = await scene.createDeadLetter(home, gatewayId);
  const made = { gatewayId, deviceId, sessionId, membershipId, deadLetterId, eventId: gatewayId, unique: gatewayId };
  return { ...home, ...made, ...(name.includes('/enrolment') && (await makeEnrolments())) };
}

/** Who waits, in each way; it takes longer than all else together. */
async function makeEnrolments(): Promise<Made> {
  const { userCode } = await post('/gateway/api/v1/enrolment/code', {});
  await post('/gateway/api/v1/enrolment/key', { enrolmentKey });
  const [enrolment] = (await scene.get('/api/v1/enrolments?limit=1', ofManager)).body.items;
  const key = { ...home, maxGateways: 1, expiresInDays: 1 };
  const { id: enrolmentKeyId } = await post('/api/v1/enrolment-keys', key, ofManager);
  return { userCode, enrolmentId: enrolment.id, enrolmentKeyId };
}

async function ask(name: string, token: string, whenMade = async () => {}) {
  const made = await make(name);
  await whenMade();
  const { query, body } = ROUTES[name] as Route;
  const [method, path] = name.split(' ') as ['GET' | 'POST', string];
  const url =
    PREFIX + path.replace(/:(\w+)/g, (_, parameter: string) => made[parameter] as string) + (query?.(made) ?? '');
  return scene.request({ method, url, token, remoteAddress: freshAddress(), ...(body && { payload: body(made) }) });
}

it('every route says who may use it, and this table says the same', () => {
  const ours = routes.filter(({ url }) => url.startsWith(`${PREFIX}/`));
  const said = Object.fromEntries(
    ours.map(({ method, url, access }) => [`${method} ${url.slice(PREFIX.length)}`, access]),
  );
  expect(said).toEqual({
    ...Object.fromEntries(Object.entries(ROUTES).map(([name, { needs }]) => [name, needs])),
    ...Object.fromEntries(ENDLESS.map((name) => [name, 'viewer'])),
    ...Object.fromEntries(ANYBODY.map((name) => [name, 'anybody'])),
    ...Object.fromEntries(SELF.map((name) => [name, 'self'])),
    ...Object.fromEntries(OPEN.map((name) => [name, undefined])),
  });
});

describe.each(ROLES)('a %s', (role) => {
  const mayUse = ({ needs }: Route) => ROLES.indexOf(role) >= ROLES.indexOf(needs);
  const allowed = Object.keys(ROUTES).filter((name) => mayUse(ROUTES[name] as Route));
  const refused = Object.keys(ROUTES).filter((name) => !mayUse(ROUTES[name] as Route));

  it.each(allowed)('may %s', async (name) => {
    const { status, body, text } = await ask(name, await signInAs(role, ROUTES[name]));
    const expected = ROUTES[name]?.allowed;
    expect(expected ? [status] : [Math.floor(status / 100)], text).toEqual([expected ?? 2]);
    if (expected) expect(body.detail).not.toContain('not yours');
  });

  if (refused.length > 0)
    it.each(refused)('may not %s', async (name) => {
      const { status, body } = await ask(name, await signInAs(role, ROUTES[name]));
      expect([status, body.code]).toEqual([403, 'FORBIDDEN']);
    });
});

it.each(Object.keys(ROUTES).filter((name) => ROUTES[name]?.whole))(
  'a manager of one office alone may not %s',
  async (name) => {
    const { status, body } = await ask(name, ofManager);
    expect([status, body.code]).toEqual([403, 'FORBIDDEN']);
  },
);

describe('a manager of another customer', () => {
  const signIn = async (...more: { customerId: string; officeId: null; role: Role }[]) => {
    const customerId = await scene.createCustomer();
    return scene.signIn(await scene.createUser({ homes: [{ customerId, officeId: null, role: 'manager' }, ...more] }));
  };
  const expectNothing = (name: string, { status, text }: Answer) => {
    const isList = name.startsWith('GET') && !name.includes(':') && !ROUTES[name]?.query;
    expect(status).toBe(ROUTES[name]?.stranger ?? (isList ? 200 : 404));
    for (const id of [home.customerId, home.officeId]) expect(text).not.toContain(id);
  };

  it.each(Object.keys(ROUTES))('has no part in %s', async (name) =>
    expectNothing(name, await ask(name, await signIn())),
  );

  it.each(Object.keys(ROUTES))('who manages this one too has no part in %s while it is suspended', async (name) => {
    const { customerId } = home;
    const suspend = async (suspended_at: Date | null) => {
      await scene.db.updateTable('customer').set({ suspended_at }).where('id', '=', customerId).execute();
    };
    const token = await signIn({ customerId, officeId: null, role: 'manager' });
    const answer = await ask(name, token, () => suspend(new Date()));
    await suspend(null);
    expectNothing(name, answer);
  });
});

describe('a user without any role', () => {
  it.each(Object.keys(ROUTES))('has no part in %s', async (name) => {
    const { status, text } = await ask(name, await scene.signIn(await scene.createUser({ isAdmin: true })));
    // Sums have no items.
    if (status === 200) expect(JSON.parse(text).items ?? []).toEqual([]);
    else expect([403, 404]).toContain(status);
  });
});
