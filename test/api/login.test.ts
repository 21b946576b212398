import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashPassword } from '../../src/identity/passwords.ts';
import { createScene, type Scene } from './scene.ts';

const PASSWORD = 'correct horse';
const URL = '/api/v1/login/access-token';

let scene: Scene;
let email: string;
let userId: string;
let inactive: string;
let passwordless: string;

beforeAll(async () => {
  scene = await createScene();
  const passwordHash = await hashPassword(PASSWORD);
  ({ email, id: userId } = await scene.createUser({ passwordHash }));
  inactive = (await scene.createUser({ passwordHash, active: false })).email;
  passwordless = (await scene.createUser()).email;
});
afterAll(() => scene?.close());

function login(form: Record<string, string> | string, contentType = 'application/x-www-form-urlencoded') {
  const payload = typeof form === 'string' ? form : new URLSearchParams(form).toString();
  return scene.request({ method: 'POST', url: URL, payload, headers: { 'content-type': contentType } });
}

describe('signing in', () => {
  it('gives a token for 15 minutes, and keeps the session with its address', async () => {
    const { status, body, headers } = await login({ username: email, password: PASSWORD });
    expect(status).toBe(200);
    expect(body).toEqual({ access_token: expect.any(String), token_type: 'bearer', expires_in: 900 });
    expect(headers['cache-control']).toBe('no-store');
    const me = await scene.get('/api/v1/me', body.access_token);
    expect(me.body).toEqual({ id: userId, email, firstName: 'Ada', lastName: null, isAdmin: false, memberships: [] });
    const session = await scene.db.selectFrom('session').where('user_id', '=', userId).selectAll().executeTakeFirst();
    expect(session).toMatchObject({ address: '127.0.0.1', created_at: new Date(scene.clock.now) });
    expect(session?.expires_at).toEqual(new Date(scene.clock.now + 900_000));
  });

  it('takes what OAuth2 clients send along, and an address in any case', async () => {
    const { status } = await login({
      grant_type: 'password',
      username: email.toUpperCase(),
      password: PASSWORD,
      scope: '',
      client_id: 'a',
      client_secret: '',
    });
    expect(status).toBe(200);
  });

  it('ends after 15 minutes', async () => {
    const { body } = await login({ username: email, password: PASSWORD });
    scene.clock.now += 900_000 + 6_000; // and the tolerance for clocks
    expect((await scene.get('/api/v1/me', body.access_token)).status).toBe(401);
    scene.clock.now -= 900_000 + 6_000;
  });

  it('answers alike whatever is wrong', async () => {
    const refused = [
      await login({ username: email, password: 'wrong' }),
      await login({ username: 'nobody@example.org', password: PASSWORD }),
      await login({ username: inactive, password: PASSWORD }),
      await login({ username: passwordless, password: PASSWORD }),
    ];
    for (const { status, body } of refused) {
      expect(status).toBe(401);
      expect({ ...body, requestId: '' }).toEqual({ ...refused[0]?.body, requestId: '' });
    }
    expect(refused[0]?.body).toMatchObject({ code: 'CREDENTIALS_INVALID', status: 401 });
  });

  it('takes as long for an address that nobody has', async () => {
    const time = async (username: string) => {
      const startedAt = performance.now();
      await login({ username, password: 'wrong' });
      return performance.now() - startedAt;
    };
    await time('warm@example.org');
    const [known, unknown]: [number[], number[]] = [[], []];
    for (let n = 0; n < 9; n++) {
      known.push(await time(email)); // in turns, since other tests load the machine
      unknown.push(await time('nobody@example.org'));
    }
    const ratio = Math.min(...unknown) / Math.min(...known);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  it('leaves no session behind when it is refused', async () => {
    const { id } = await scene.createUser({ passwordHash: await hashPassword(PASSWORD), active: false });
    await login({ username: `${id}@example.org`, password: PASSWORD });
    expect(await scene.db.selectFrom('session').where('user_id', '=', id).selectAll().execute()).toEqual([]);
  });
});

describe('the form', () => {
  it.each([
    ['no password', 'username=a%40b.c', '/password'],
    ['no username', 'password=x', '/username'],
    ['an unknown field', 'username=a&password=b&otp=1', '/otp'],
    ['a field twice', 'username=a&username=b&password=b', '/username'],
    ['another grant', 'username=a&password=b&grant_type=client_credentials', '/grant_type'],
    ['U+0000', 'username=a%00&password=b', '/username'],
    ['an endless password', `username=a&password=${'x'.repeat(2000)}`, '/password'],
  ])('is refused with %s', async (_, form, pointer) => {
    const { status, body } = await login(form);
    expect([status, body.code]).toEqual([400, 'REQUEST_INVALID']);
    expect(body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  });

  it('must be a form', async () => {
    for (const type of ['application/json', 'text/plain', 'multipart/form-data']) {
      const { status, body } = await login(JSON.stringify({ username: email, password: PASSWORD }), type);
      expect.soft([status, body.code], type).toEqual([415, 'MEDIA_TYPE_UNSUPPORTED']);
    }
  });

  it('must not be larger than any body may be', async () => {
    const { status, body } = await login(`username=a&password=${'x'.repeat(300_000)}`);
    expect([status, body.code]).toEqual([413, 'TOO_LARGE']);
  });

  it('must be there', async () => {
    const { status, body } = await scene.request({ method: 'POST', url: URL });
    expect([status, body.code]).toEqual([400, 'REQUEST_INVALID']);
  });
});
