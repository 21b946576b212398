import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildApi } from '../../src/api/server.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { recordLog } from '../support/record-log.ts';
import { createScene, type Scene } from './scene.ts';

const MINUTE = 60_000;
const ME = '/api/v1/me';
const LOGIN = '/api/v1/login/refresh';
const OWN = 'https://app.example.org';

let scene: Scene;
let app: FastifyInstance;
const { api: metrics } = createMetrics();
const { log, saying } = recordLog();
beforeAll(async () => {
  scene = await createScene();
  const requestsPerMinute = { user: 3, gateway: 4, address: 2 };
  app = await buildApi({ ...scene.parts, metrics, log, http: { origins: [OWN], requestsPerMinute } });
});
afterAll(async () => {
  await app?.close();
  await scene?.close();
});

interface Asked {
  token?: string;
  from?: string;
  method?: 'GET' | 'POST' | 'OPTIONS';
  headers?: Record<string, string>;
}

function ask(url: string, { token, from = '203.0.113.7', method = 'GET', headers }: Asked = {}) {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return app.inject({ url, method, remoteAddress: from, headers: { ...authorization, ...headers } });
}

async function statuses(count: number, ...request: Parameters<typeof ask>): Promise<number[]> {
  const found = [];
  for (let n = 0; n < count; n++) found.push((await ask(...request)).statusCode);
  return found;
}

it('a user is told what is left, and when there is more; by each user, wherever they are signed in', async () => {
  const user = await scene.createUser({ isAdmin: true });
  const [token, elsewhere] = [await scene.signIn(user), await scene.signIn(user)];
  const first = await ask(ME, { token });
  expect(first.statusCode).toBe(200);
  expect(first.headers).toMatchObject({ 'ratelimit-limit': '3', 'ratelimit-remaining': '2', 'ratelimit-reset': '60' });
  expect((await ask('/admin/api/v1/processes', { token: elsewhere })).headers['ratelimit-remaining']).toBe('1');
  scene.clock.now += 18_500;
  expect(await statuses(2, ME, { token: elsewhere, from: '192.0.2.1' })).toEqual([200, 429]);

  const refused = await ask(ME, { token });
  expect(refused.statusCode).toBe(429);
  expect(refused.headers).toMatchObject({
    'content-type': 'application/problem+json; charset=utf-8',
    'retry-after': '42',
    'ratelimit-remaining': '0',
    'ratelimit-reset': '42',
  });
  expect(refused.json()).toMatchObject({ status: 429, code: 'RATE_LIMITED', detail: expect.stringContaining('42 s') });
  expect(await statuses(1, ME, { token: await scene.signIn(await scene.createUser()) })).toEqual([200]);
  scene.clock.now += MINUTE - 18_500;
  expect(await statuses(1, ME, { token })).toEqual([200]);
});

it('a gateway has a count of its own', async () => {
  const home = await scene.createOffice(await scene.createCustomer());
  const [one, other] = [await scene.createGateway(home), await scene.createGateway(home)];
  const url = '/gateway/api/v1/test-token';
  expect(await statuses(5, url, { token: await scene.gatewayToken(one) })).toEqual([200, 200, 200, 200, 429]);
  expect(await statuses(1, url, { token: await scene.gatewayToken(other) })).toEqual([200]);
});

it('who has no credentials, or wrong ones, is counted by address, and costs those who have some nothing', async () => {
  const from = '198.51.100.1';
  const token = await scene.signIn(await scene.createUser());
  expect(await statuses(1, ME, { from })).toEqual([401]);
  expect(await statuses(1, ME, { from, token: 'x.y.z' })).toEqual([401]);
  expect(await statuses(1, '/gateway/api/v1/enrolment/token', { from, method: 'POST' })).toEqual([429]);
  expect(await statuses(1, LOGIN, { from, method: 'POST' })).toEqual([429]);
  expect(await statuses(1, ME, { from, token: 'x.y.z' })).toEqual([429]);
  expect(await statuses(1, ME, { from, token })).toEqual([200]);
  expect(await statuses(1, ME, { from: '198.51.100.2' })).toEqual([401]);
});

it('health, keys and documents are not counted', async () => {
  for (const url of ['/healthz', '/readyz', '/.well-known/jwks.json', '/docs/json']) {
    const { statusCode, headers } = await ask(url, { from: '198.51.100.1' });
    expect.soft([429, 401], url).not.toContain(statusCode);
    expect.soft(headers, url).not.toHaveProperty('ratelimit-limit');
  }
});

it('a page of a listed origin may read answers, refusals too, and its preflight needs no token', async () => {
  const from = '198.51.100.3';
  const asks = { 'access-control-request-method': 'PATCH', 'access-control-request-headers': 'authorization' };
  const preflight = await ask('/api/v1/devices/1', { from, method: 'OPTIONS', headers: { origin: OWN, ...asks } });
  expect([preflight.statusCode, preflight.body]).toEqual([204, '']);
  expect(preflight.headers).toMatchObject({
    'access-control-allow-origin': OWN,
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': expect.stringContaining('PATCH'),
    'access-control-allow-headers': expect.stringContaining('authorization'),
    vary: 'origin',
  });
  const answer = await ask(ME, { from, headers: { origin: OWN } });
  expect(answer.statusCode).toBe(401);
  expect(answer.headers).toMatchObject({
    'access-control-allow-origin': OWN,
    'access-control-expose-headers': expect.stringContaining('retry-after'),
    vary: 'origin',
  });
});

it.each([
  ['another host', 'https://evil.example.org'],
  ['the same host by another scheme', 'http://app.example.org'],
  ['the same host at another port', 'https://app.example.org:8443'],
  ['a name that begins alike', 'https://app.example.org.evil.example'],
  ['a file', 'null'],
])('a page of %s may not', async (_, origin) => {
  const headers = { origin, 'access-control-request-method': 'GET' };
  const preflight = await ask(ME, { from: '198.51.100.4', method: 'OPTIONS', headers });
  const answer = await ask('/healthz', { headers: { origin } });
  expect(preflight.statusCode).toBe(404);
  for (const response of [preflight, answer]) {
    expect(Object.keys(response.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(response.headers.vary).toBe('origin');
  }
});

it('every answer is counted, and who is refused is named once, so that refusals are seen', async () => {
  const countOf = async (labels: object) =>
    (await metrics.answers.get()).values.find((it) => JSON.stringify(it.labels) === JSON.stringify(labels))?.value ?? 0;
  const refused = { api: 'user', status: '429' };
  const before = await countOf(refused);
  const user = await scene.createUser();
  const token = await scene.signIn(user);
  expect(await statuses(5, ME, { token })).toEqual([200, 200, 200, 429, 429]);
  expect((await countOf(refused)) - before).toBe(2);
  const named = saying('asks more than is taken').filter((line) => line.user === user.id);
  expect(named).toMatchObject([{ level: 40, limit: 3 }]);
  expect((await metrics.answerSeconds.get()).values.at(-1)?.value).toBeGreaterThanOrEqual(5);
});
