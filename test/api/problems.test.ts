import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiOptions, buildApi } from '../../src/api/server.ts';
import { openDatabase } from '../../src/db/database.ts';
import { StepCloudError } from '../../src/errors.ts';
import { createScene, type Scene } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await createScene();
});
afterAll(() => scene?.close());

/** A route that may answer with any of the codes that come and go. */
const SEND = { method: 'POST', url: '/gateway/api/v1/status' } as const;

/** One request to an API with some of its parts replaced, and what that logged. */
async function ask(route: string | typeof SEND, parts: Partial<ApiOptions>, headers: Record<string, string> = {}) {
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
  const app = await buildApi({ ...scene.parts, log, ...parts });
  const response = await app.inject({ ...(typeof route === 'string' ? { url: route } : route), headers });
  await app.close();
  return { response, body: response.json(), lines: lines.map((line) => JSON.parse(line)), logged: lines.join('') };
}

describe('a problem', () => {
  it('is a document of RFC 9457 with our code', async () => {
    const { status, body, headers } = await scene.request({ url: '/api/v1/me', headers: { 'x-request-id': 'test-1' } });
    expect([status, headers['content-type']]).toEqual([401, 'application/problem+json; charset=utf-8']);
    expect(body).toEqual({
      type: 'urn:stepcloud:problem:CREDENTIALS_INVALID',
      title: 'the credentials are wrong, expired or revoked',
      status: 401,
      detail: 'a bearer token is needed',
      code: 'CREDENTIALS_INVALID',
      requestId: 'test-1',
    });
  });

  it('names every fault with its place', async () => {
    const token = await scene.signIn(await scene.createUser());
    const url = '/api/v1/devices/01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f/settings/history?limit=0&odd~%2Fname=1';
    const { body } = await scene.get(url, token);
    expect(body).toMatchObject({ status: 400, code: 'REQUEST_INVALID', detail: 'the query is not valid' });
    expect(body.errors).toEqual(
      expect.arrayContaining([
        { pointer: '/label', detail: 'is missing' },
        { pointer: '/limit', detail: 'must be >= 1' },
        { pointer: '/odd~0~1name', detail: 'is not known here' },
      ]),
    );
    expect(body.errors).toHaveLength(3);
    const path = await scene.get('/api/v1/devices/4711', token);
    expect(path.body).toMatchObject({ detail: 'the path is not valid', errors: [{ pointer: '/deviceId' }] });
  });

  it('lists no more faults than a person reads', async () => {
    const token = await scene.signIn(await scene.createUser());
    const query = Array.from({ length: 100 }, (_, n) => `f${n}=1`).join('&');
    expect((await scene.get(`/api/v1/me?${query}`, token)).body.errors).toHaveLength(8);
  });

  it.each([
    ['GET', '/nowhere', 404, 'NOT_FOUND'],
    ['GET', '/api/v1', 404, 'NOT_FOUND'],
    ['GET', '/api/v2/me', 404, 'NOT_FOUND'],
    ['DELETE', '/api/v1/gateways', 404, 'NOT_FOUND'],
    ['GET', '/%zz', 400, 'REQUEST_INVALID'],
    ['GET', `/api/v1/devices/${'x'.repeat(150)}`, 400, 'REQUEST_INVALID'],
  ] as const)('answers %s %s', async (method, url, status, code) => {
    const answer = await scene.request({ method, url });
    expect(answer.body).toMatchObject({ status, code });
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.headers['x-request-id']).toBe(answer.body.requestId);
  });
});

describe('a fault of ours', () => {
  const secret = 'relation "secret_table" does not exist';

  it('is logged with its cause, and tells the caller nothing of it', async () => {
    const tokens = { ...scene.tokens, verify: () => Promise.reject(new Error(secret)) };
    const { response, body, lines } = await ask(
      '/api/v1/me',
      { tokens },
      { authorization: 'Bearer abc', 'x-request-id': 'r-1' },
    );
    expect(response.statusCode).toBe(500);
    expect(body).toMatchObject({
      code: 'INTERNAL',
      detail: 'a fault of ours; the log has the details',
      requestId: 'r-1',
    });
    expect(response.body).not.toContain('secret_table');
    const line = lines.find(({ level }) => level === 50);
    expect(line).toMatchObject({ request: 'r-1', route: '/api/v1/me', code: 'INTERNAL', err: { message: secret } });
  });

  it('has the status of its code where it has one', async () => {
    const tokens = { ...scene.tokens, verify: () => Promise.reject(new StepCloudError('QUEUE_UNAVAILABLE', secret)) };
    const { response, body } = await ask(SEND, { tokens }, { authorization: 'Bearer abc' });
    expect([response.statusCode, body.code, body.detail]).toEqual([
      503,
      'QUEUE_UNAVAILABLE',
      'the queue does not answer',
    ]);
  });

  it('is 503 while the database is away, and passes with it', async () => {
    const db = openDatabase({ url: 'postgres://postgres@127.0.0.1:1/none', poolSize: 1, log: scene.log });
    const token = await scene.signIn(await scene.createUser());
    const { response, body } = await ask('/api/v1/me', { db }, { authorization: `Bearer ${token}` });
    await db.destroy();
    expect([response.statusCode, body.code]).toEqual([503, 'DATABASE_UNAVAILABLE']);
    expect(response.body).not.toContain('ECONNREFUSED');
  });
});

describe('a caller that comes too often', () => {
  it('is told when to come again', async () => {
    const tooMany = new StepCloudError('RATE_LIMITED', 'try again in 42 s', { retryAfterS: 42 });
    const tokens = { ...scene.tokens, verify: () => Promise.reject(tooMany) };
    const { response, body } = await ask(SEND, { tokens }, { authorization: 'Bearer abc' });
    expect([response.statusCode, response.headers['retry-after']]).toEqual([429, '42']);
    expect(body).toMatchObject({ code: 'RATE_LIMITED', detail: 'try again in 42 s' });
  });

  it('finds the header in the document of the API', async () => {
    const { paths } = (await scene.get('/docs/json')).body;
    expect(paths['/api/v1/login/access-token'].post.responses['429'].headers).toEqual({
      'Retry-After': { schema: { type: 'integer' }, description: expect.any(String) },
      'RateLimit-Limit': { schema: { type: 'integer' }, description: expect.any(String) },
      'RateLimit-Remaining': { schema: { type: 'integer' }, description: expect.any(String) },
      'RateLimit-Reset': { schema: { type: 'integer' }, description: expect.any(String) },
    });
  });
});

describe('every answer', () => {
  it('bears an id: the one that came where it is safe to log, else a new one', async () => {
    const id = async (given: string) =>
      (await scene.request({ url: '/healthz', headers: { 'x-request-id': given } })).headers['x-request-id'];
    expect(await id('Abc_1.2-3')).toBe('Abc_1.2-3');
    for (const odd of ['', 'a b', 'x'.repeat(65), '{"a":1}', 'é']) {
      expect(await id(odd), odd).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('lets nothing of it run, be framed, be guessed at or be kept', async () => {
    for (const url of ['/healthz', '/api/v1/me', '/nowhere']) {
      const { headers } = await scene.get(url);
      expect(headers).toMatchObject({
        'content-security-policy': "default-src 'none';frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'SAMEORIGIN',
        'cache-control': 'no-store',
      });
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  it('is logged at debug only, without secrets', async () => {
    const token = await scene.signIn(await scene.createUser());
    const { lines, logged } = await ask('/api/v1/me', {}, { authorization: `Bearer ${token}` });
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([[20, 'answered']]);
    expect(lines[0]).toMatchObject({ method: 'GET', route: '/api/v1/me', status: 200 });
    expect(logged).not.toContain(token);
  });
});
