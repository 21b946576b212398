import type { FastifyInstance } from 'fastify';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildApi } from '../../src/api/server.ts';
import { revokeApiTokens } from '../../src/db/api-tokens.ts';
import { revokeSessions } from '../../src/db/sessions.ts';
import type { TokenKind } from '../../src/identity/tokens.ts';
import { forgeTokens } from '../support/forged-tokens.ts';
import { type KnownRoute, routesOf } from './routes.ts';
import { createScene, DAY, type Home, type Scene } from './scene.ts';

// Every route of the application, as it is registered, against every credential that must open nothing. What each role
// may do with what is theirs, and with what is not, is in roles.test.ts.

/** For everybody; whatever stands here was meant to. */
const OPEN = [
  'GET /',
  'GET /assets/*',
  'GET /healthz',
  'GET /readyz',
  'GET /.well-known/jwks.json',
  'GET /enrol',
  'GET /enrol/',
  'GET /enrol/enrol.css',
  'GET /enrol/enrol.js',
  'GET /gateway/asyncapi',
  'GET /gateway/asyncapi/',
  'GET /gateway/asyncapi.json',
  'GET /gateway/asyncapi/asyncapi.css',
  'GET /reset-password',
  'GET /reset-password/reset-password.js',
  'POST /api/v1/login/access-token',
  'POST /api/v1/login/refresh',
  'POST /api/v1/password/recovery',
  'POST /api/v1/password/reset',
  'POST /gateway/api/v1/enrolment/code',
  'POST /gateway/api/v1/enrolment/key',
  'POST /gateway/api/v1/enrolment/token',
  'POST /gateway/api/v1/refresh',
];
/** The pages of the three APIs with what they load. */
const DOCS = /^GET (\/admin|\/gateway)?\/docs(\/.*)?$/;

let scene: Scene;
let routes: KnownRoute[];
let guarded: KnownRoute[];
let home: Home;

beforeAll(async () => {
  scene = await createScene();
  const apps: FastifyInstance[] = [];
  routes = await routesOf(async () => apps.push(await buildApi(scene.parts)));
  for (const app of apps) await app.close();
  guarded = routes.filter((route) => !isOpen(route));
  home = await scene.createOffice(await scene.createCustomer());
});
afterAll(() => scene?.close());

function isOpen({ method, url }: KnownRoute): boolean {
  const name = `${method} ${url}`;
  return OPEN.includes(name) || DOCS.test(name);
}

const kindOf = ({ url }: KnownRoute): TokenKind => (url.startsWith('/gateway/') ? 'gateway' : 'user');

/** Where an id stands in a path any will do: nobody gets so far as to look it up. */
const urlOf = ({ url }: KnownRoute) => url.replace(/:\w+/g, '01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f');

async function expectRefused(route: KnownRoute, token: string | undefined, why: string): Promise<void> {
  const method = route.method as 'GET';
  const { status, body } = await scene.request({ method, url: urlOf(route), ...(token !== undefined && { token }) });
  expect.soft([status, body.code], `${route.method} ${route.url} with ${why}`).toEqual([401, 'CREDENTIALS_INVALID']);
}

/** An admin and manager, who may do everything that people may; or a gateway. */
async function createSubject(kind: TokenKind): Promise<{ id: string; token: string }> {
  if (kind === 'gateway') {
    const id = await scene.createGateway(home);
    return { id, token: await scene.gatewayToken(id) };
  }
  const homes = [{ customerId: home.customerId, officeId: null, role: 'manager' as const }];
  const user = await scene.createUser({ homes, isAdmin: true });
  return { id: user.id, token: await scene.signIn(user) };
}

test('the routes that are open are those that were meant to be', () => {
  const open = routes.filter(isOpen).map(({ method, url }) => `${method} ${url}`);
  expect(open.filter((name) => !DOCS.test(name)).sort()).toEqual([...OPEN].sort());
  expect(guarded.length).toBeGreaterThan(40);
});

test('each guarded route of the user API says which role it asks for', () => {
  for (const { method, url, access } of guarded.filter((route) => route.url.startsWith('/api/v1/')))
    expect.soft(access, `${method} ${url}`).toBeDefined();
});

describe.each<TokenKind>(['user', 'gateway'])('the routes for the token of a %s', (kind) => {
  const own = () => guarded.filter((route) => kindOf(route) === kind);

  test('refuse whoever has none', async () => {
    for (const route of own()) {
      await expectRefused(route, undefined, 'no token');
      await expectRefused(route, '', 'an empty token');
    }
  });

  test('refuse every forged token of somebody who may', async () => {
    const { id, token } = await createSubject(kind);
    const { sid } = decodeJwt(token) as { sid: string };
    const forged = await forgeTokens(scene.keys, kind, { subject: id, sessionId: sid, now: scene.clock.now });
    // One guard stands before all of them: each token meets a third of the routes, and each route a third of the tokens.
    for (const [n, [why, bad]] of Object.entries(forged).entries())
      for (const route of own().filter((_, i) => i % 3 === n % 3)) await expectRefused(route, bad, why);
  });

  test('refuse the good token of the other kind', async () => {
    const { token } = await createSubject(kind === 'user' ? 'gateway' : 'user');
    for (const route of own()) await expectRefused(route, token, 'a token of the other kind');
  });

  test('refuse a token that has expired', async () => {
    const { token } = await createSubject(kind);
    scene.clock.now += DAY + 60_000;
    for (const route of own()) await expectRefused(route, token, 'an expired token');
    scene.clock.now -= DAY + 60_000;
  });

  test('refuse the token of a session that was revoked', async () => {
    const { id, token } = await createSubject(kind);
    await revokeSessions(scene.db, kind === 'user' ? { userId: id } : { gatewayId: id }, 'revoked');
    for (const route of own()) await expectRefused(route, token, 'a revoked session');
  });

  test('refuse a user who was deactivated, and a gateway that was deleted', async () => {
    const { id, token } = await createSubject(kind);
    await (kind === 'user'
      ? scene.db.updateTable('user').set({ active: false }).where('id', '=', id).execute()
      : scene.db.updateTable('gateway').set({ deleted_at: new Date() }).where('id', '=', id).execute());
    for (const route of own()) await expectRefused(route, token, 'a subject out of service');
  });
});

/** What changes who may do what, and the account itself: for people, who signed in. */
const PERSON_ONLY = [
  ...['PATCH /me', 'POST /me/password', 'POST /logout', 'POST /logout/everywhere'],
  ...['GET /me/sessions', 'DELETE /me/sessions/:sessionId'],
  ...['GET /me/api-tokens', 'POST /me/api-tokens', 'DELETE /me/api-tokens/:apiTokenId'],
  ...[
    'GET /members',
    'GET /members/:membershipId',
    'POST /members',
    'PATCH /members/:membershipId',
    'DELETE /members/:membershipId',
  ],
];

describe('the API token of a manager and admin', () => {
  const ofUsers = () => guarded.filter(({ url }) => url.startsWith('/api/v1/'));
  async function createApiToken() {
    const { id: userId, token } = await createSubject('user');
    const payload = { name: 'script', customerId: home.customerId, role: 'manager', expiresInDays: 1 };
    const { body } = await scene.request({ method: 'POST', url: '/api/v1/me/api-tokens', token, payload });
    return { userId, id: body.id as string, token: body.token as string };
  }

  test('opens every route of the user API but those that are for people', async () => {
    const { token } = await createApiToken();
    const answers = await Promise.all(
      ofUsers().map(async (route) => {
        const { status } = await scene.request({ method: route.method as 'GET', url: urlOf(route), token });
        expect.soft(status, `${route.method} ${route.url}`).not.toBe(401);
        return status === 403 ? [`${route.method} ${route.url.slice('/api/v1'.length)}`] : [];
      }),
    );
    expect(answers.flat().sort()).toEqual([...PERSON_ONLY].sort());
  });

  test('opens no route of admins or gateways', async () => {
    const { token } = await createApiToken();
    for (const route of guarded.filter(({ url }) => !url.startsWith('/api/v1/')))
      await expectRefused(route, token, 'an API token');
  });

  test('is refused when it is forged', async () => {
    const { token } = await createApiToken();
    const flipped = token.slice(0, -2) + (token.at(-2) === 'A' ? 'B' : 'A') + token.at(-1);
    const forged = { flipped, cut: token.slice(0, -1), long: `${token}A`, 'upper case': token.toUpperCase() };
    for (const [why, bad] of Object.entries(forged))
      for (const route of ofUsers()) await expectRefused(route, bad, why);
  });

  test.each<[string, (made: { userId: string; id: string }) => Promise<unknown>]>([
    ['was revoked', ({ id }) => revokeApiTokens(scene.db, { id }, new Date(scene.clock.now))],
    [
      'has expired',
      ({ id }) =>
        scene.db
          .updateTable('api_token')
          .set({ expires_at: new Date(scene.clock.now) })
          .where('id', '=', id)
          .execute(),
    ],
    [
      'is of a user who was deactivated',
      ({ userId }) => scene.db.updateTable('user').set({ active: false }).where('id', '=', userId).execute(),
    ],
  ])('is refused when it %s', async (why, end) => {
    const made = await createApiToken();
    await end(made);
    for (const route of ofUsers()) await expectRefused(route, made.token, why);
  });
});

test('the routes of admins refuse whoever is none, whatever the role', async () => {
  const homes = [{ customerId: home.customerId, officeId: null, role: 'manager' as const }];
  const token = await scene.signIn(await scene.createUser({ homes }));
  const admins = guarded.filter(({ url }) => url.startsWith('/admin/'));
  expect(admins.length).toBeGreaterThan(5);
  for (const route of admins) {
    const { status, body } = await scene.request({ method: route.method as 'GET', url: urlOf(route), token });
    expect.soft([status, body.code], `${route.method} ${route.url}`).toEqual([403, 'FORBIDDEN']);
  }
});

test('each route refuses what its query does not know, and pages beyond all bounds', async () => {
  const reads = guarded.filter(({ method, url }) => method === 'GET' && !url.startsWith('/gateway/'));
  const { token } = await createSubject('user');
  expect(reads.length).toBeGreaterThan(20);
  for (const route of reads) {
    for (const query of ['sort=1%3Bdrop', '__proto__=1', 'constructor[x]=1', 'limit=-1', 'limit=1e9']) {
      const { status, body } = await scene.get(`${urlOf(route)}?${query}`, token);
      expect.soft([status, body.code], `${route.url}?${query}`).toEqual([400, 'REQUEST_INVALID']);
    }
  }
});
