import { hash } from '@node-rs/argon2';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/db/database.ts';
import { hashPassword } from '../../src/identity/passwords.ts';
import { createScene, DAY, type Scene } from './scene.ts';
import { auditOf, cookieOf, freshAddress, LOGIN, login, OWN_PAGE, PASSWORD, sessionsOf } from './sign-in.ts';

const MINUTE = 60_000;

let scene: Scene;
let passwordHash: string;
let email: string;

beforeAll(async () => {
  scene = await createScene();
  passwordHash = await hashPassword(PASSWORD);
  ({ email } = await scene.createUser({ passwordHash }));
});
afterAll(() => scene?.close());

const right = () => login(scene, { username: email, password: PASSWORD });

describe('signing in', () => {
  it('gives tokens, and keeps the session with where it is and what with', async () => {
    const { id, email: username } = await scene.createUser({ passwordHash });
    const headers = { 'user-agent': `Mozilla/5.0\u00e9 ${'x'.repeat(300)}` };
    const answer = await login(scene, { username, password: PASSWORD }, { remoteAddress: '192.0.2.7', headers });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      access_token: expect.any(String),
      token_type: 'bearer',
      expires_in: 900,
      refresh_token: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect((await scene.get('/api/v1/me', answer.body.access_token)).body).toMatchObject({ id, email: username });
    expect(await sessionsOf(scene, id)).toMatchObject([
      {
        renewable: true,
        address: '192.0.2.7',
        client: `Mozilla/5.0 ${'x'.repeat(188)}`,
        created_at: new Date(scene.clock.now),
        expires_at: new Date(scene.clock.now + 30 * DAY),
      },
    ]);
  });

  it('is written down, without a secret', async () => {
    const { id, email: username } = await scene.createUser({ passwordHash });
    const { body } = await login(scene, { username, password: PASSWORD }, { remoteAddress: '192.0.2.8' });
    const [session] = await sessionsOf(scene, id);
    const audit = await auditOf(scene, id);
    expect(audit).toMatchObject([
      {
        at: new Date(scene.clock.now),
        action: 'user.login',
        actor_kind: 'user',
        actor_name: username,
        address: '192.0.2.8',
        subject_kind: 'session',
        subject_id: session?.id,
      },
    ]);
    const text = JSON.stringify(audit);
    for (const secret of [PASSWORD, body.access_token, body.refresh_token]) expect(text).not.toContain(secret);
  });

  it('takes what OAuth2 clients send along, and an address in any case', async () => {
    const { status } = await login(scene, {
      grant_type: 'password',
      username: email.toUpperCase(),
      password: PASSWORD,
      scope: '',
      client_id: 'a',
      client_secret: '',
    });
    expect(status).toBe(200);
  });

  it('works from the Authorize button of the OpenAPI page', async () => {
    const { body: document } = await scene.get('/docs/json');
    expect(document.components.securitySchemes.login.flows.password.tokenUrl).toBe(LOGIN);
    // As swagger-ui's authorizePassword sends it, with its fields for a client left empty.
    const headers = {
      authorization: `Basic ${btoa(':')}`,
      accept: 'application/json, text/plain, */*',
      'x-requested-with': 'XMLHttpRequest',
      origin: 'https://iot.example.org',
      ...OWN_PAGE,
    };
    const [username, password] = [email, PASSWORD].map(encodeURIComponent);
    const form = `grant_type=password&scope=&username=${username}&password=${password}`;
    const { status, body } = await login(scene, form, { headers });
    expect([status, body.token_type]).toEqual([200, 'bearer']);
    expect((await scene.get('/api/v1/me', body.access_token)).status).toBe(200);
  });

  it('ends after 15 minutes', async () => {
    const { body } = await right();
    scene.clock.now += 15 * MINUTE + 6_000; // and the tolerance for clocks
    expect((await scene.get('/api/v1/me', body.access_token)).status).toBe(401);
    scene.clock.now -= 15 * MINUTE + 6_000;
  });

  it('hashes a password anew that was hashed with other parameters', async () => {
    const old = await hash(PASSWORD, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    const { id, email: username } = await scene.createUser({ passwordHash: old });
    const stored = async () =>
      (await scene.db.selectFrom('user').where('id', '=', id).select('password_hash as hash').executeTakeFirst())?.hash;
    expect((await login(scene, { username, password: 'wrong' })).status).toBe(401);
    expect(await stored()).toBe(old);
    expect((await login(scene, { username, password: PASSWORD })).status).toBe(200);
    expect(await stored()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect((await login(scene, { username, password: PASSWORD })).status).toBe(200);
  });

  it.each([
    ['changed', () => ({ password_hash: '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA' })],
    ['taken out of service', () => ({ active: false })],
  ])('opens no session when the account is %s while the password is checked', async (_, change) => {
    const { id, email: username } = await scene.createUser({ passwordHash });
    const other = openDatabase({ url: scene.databaseUrl, poolSize: 1, log: scene.log });
    let answer: ReturnType<typeof login> | undefined;
    await other.transaction().execute(async (tx) => {
      await tx.updateTable('user').set(change()).where('id', '=', id).execute();
      answer = login(scene, { username, password: PASSWORD });
      await expect.poll(queriesWaiting).toBe(1);
    });
    await other.destroy();
    expect((await answer)?.status).toBe(401);
    expect(await sessionsOf(scene, id)).toEqual([]);
  });
});

/** How many queries wait for a lock that another transaction has. */
async function queriesWaiting() {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::int4 FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(scene.db);
  return rows[0]?.count;
}

describe('signing in with what is wrong', () => {
  it('is answered alike whatever it is', async () => {
    const inactive = (await scene.createUser({ passwordHash, active: false })).email;
    const passwordless = (await scene.createUser()).email;
    const refused = [
      await login(scene, { username: email, password: 'wrong' }),
      await login(scene, { username: 'nobody@example.org', password: PASSWORD }),
      await login(scene, { username: inactive, password: PASSWORD }),
      await login(scene, { username: passwordless, password: PASSWORD }),
    ];
    for (const { status, body, headers } of refused) {
      expect(status).toBe(401);
      expect({ ...body, requestId: '' }).toEqual({ ...refused[0]?.body, requestId: '' });
      expect(Object.keys(headers)).toEqual(Object.keys(refused[0]?.headers ?? {}));
    }
    expect(refused[0]?.body).toMatchObject({ code: 'CREDENTIALS_INVALID', status: 401 });
  });

  it('takes as long for an address that nobody has', async () => {
    const time = async (username: string) => {
      scene.clock.now += 15 * MINUTE; // lets the throttle of the account calm down
      const before = process.cpuUsage(); // of this process alone, however busy the machine is
      expect((await login(scene, { username, password: 'wrong' })).status).toBe(401);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    const known = (await scene.createUser({ passwordHash })).email;
    await time('warm@example.org');
    const times: [number[], number[]] = [[], []];
    for (let n = 0; n < 9; n++) {
      times[0].push(await time(known)); // in turns, as the process warms up
      times[1].push(await time('unknown@example.org'));
    }
    const ratio = Math.min(...times[0]) / Math.min(...times[1]);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  it('leaves no session behind', async () => {
    const { id, email: username } = await scene.createUser({ passwordHash, active: false });
    await login(scene, { username, password: PASSWORD });
    expect(await sessionsOf(scene, id)).toEqual([]);
  });

  it('is written down, for a known address with whose it is, for another without what was typed', async () => {
    const { id, email: username } = await scene.createUser({ passwordHash });
    await login(scene, { username, password: 'wrong-1' }, { remoteAddress: '192.0.2.20' });
    await login(scene, { username: 'eve@example.net', password: 'wrong-2' }, { remoteAddress: '192.0.2.21' });
    const written = await scene.db
      .selectFrom('audit_entry')
      .where('address', 'in', ['192.0.2.20', '192.0.2.21'])
      .orderBy('id')
      .selectAll()
      .execute();
    const failed = { action: 'user.login_failed', actor_kind: 'nobody', actor_id: null, actor_name: null, detail: {} };
    expect(written).toMatchObject([
      { ...failed, subject_kind: 'user', subject_id: id, subject_name: username },
      { ...failed, subject_kind: null, subject_id: null, subject_name: null },
    ]);
    expect(JSON.stringify(written)).not.toMatch(/eve@|wrong-/);
  });
});

describe('guessing', () => {
  const fail = (username: string) => login(scene, { username, password: 'wrong' });

  it.each(['known', 'unknown'])(
    'slows an account that is %s down: the fifth wrong password in a row, each more',
    async (which) => {
      const username =
        which === 'known' ? (await scene.createUser({ passwordHash })).email : `${freshAddress()}@example.org`;
      for (let n = 0; n < 5; n++) expect((await fail(username)).status).toBe(401);
      const refused = await login(scene, { username: username.toUpperCase(), password: PASSWORD });
      expect([refused.status, refused.body.code, refused.headers['retry-after']]).toEqual([429, 'RATE_LIMITED', '1']);
      scene.clock.now += 1_000;
      expect((await fail(username)).status).toBe(401);
      expect((await fail(username)).headers['retry-after']).toBe('2');
      for (let n = 0; n < 20; n++) {
        scene.clock.now += 15 * MINUTE;
        expect((await fail(username)).status).toBe(401);
      }
      expect((await fail(username)).headers['retry-after']).toBe(String(15 * 60));
    },
  );

  it('does not lock an account for good, and the right password ends it', async () => {
    const username = (await scene.createUser({ passwordHash })).email;
    for (let n = 0; n < 5; n++) await fail(username);
    scene.clock.now += 1_000;
    expect((await login(scene, { username, password: PASSWORD })).status).toBe(200);
    for (let n = 0; n < 4; n++) expect((await fail(username)).status).toBe(401);
    expect((await login(scene, { username, password: PASSWORD })).status).toBe(200);
  });

  it('does not slow down another account', async () => {
    const username = (await scene.createUser({ passwordHash })).email;
    for (let n = 0; n < 6; n++) await fail(username);
    expect((await right()).status).toBe(200);
  });

  it('is bounded to 30 attempts a minute from one address', async () => {
    const remoteAddress = '192.0.2.30';
    const attempt = (n: number) => login(scene, { username: `${n}@a.example`, password: 'wrong' }, { remoteAddress });
    for (let n = 0; n < 30; n++) expect((await attempt(n)).status).toBe(401);
    scene.clock.now += 20_000;
    const refused = await login(scene, { username: email, password: PASSWORD }, { remoteAddress });
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '40']);
    expect((await right()).status).toBe(200);
    scene.clock.now += 40_000;
    expect((await attempt(31)).status).toBe(401);
  });

  it('and signing in by many at once: some are let in, the others are told to come again', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, right));
    const statuses = answers.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(22);
    for (const { status, headers } of answers) if (status === 429) expect(headers['retry-after']).toBe('1');
    expect((await right()).status).toBe(200);
  });
});

describe('signing in with a cookie', () => {
  const byCookie = (headers: Record<string, string>, cookie = 'true') =>
    login(scene, { username: email, password: PASSWORD, cookie }, { headers });

  it('puts the refresh token into it, and not into the answer', async () => {
    const answer = await byCookie(OWN_PAGE);
    expect(Object.keys(answer.body).sort()).toEqual(['access_token', 'expires_in', 'token_type']);
    expect(cookieOf(answer)).toEqual({
      name: '__Host-stepcloud-refresh',
      token: expect.stringMatching(/^[\w-]{43}$/),
      attributes: ['HttpOnly', 'Max-Age=2592000', 'Path=/', 'SameSite=Strict', 'Secure'],
    });
  });

  it('may be declined', async () => {
    const answer = await byCookie({}, 'false');
    expect(answer.body.refresh_token).toBeTruthy();
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it.each<[string, Record<string, string>]>([
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://iot.example.org' }],
    ['a sister domain', { 'sec-fetch-site': 'same-site' }],
    ['another origin', { origin: 'https://evil.example' }],
    ['who says nothing', {}],
  ])('is refused from %s, which could sign somebody in as another', async (_, headers) => {
    const before = await scene.db.selectFrom('session').select('id').execute();
    const answer = await byCookie(headers);
    expect([answer.status, answer.body.code]).toEqual([403, 'FORBIDDEN']);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(await scene.db.selectFrom('session').select('id').execute()).toHaveLength(before.length);
  });
});

describe('the form', () => {
  it.each([
    ['no password', 'username=a%40b.c', '/password'],
    ['no username', 'password=x', '/username'],
    ['an unknown field', 'username=a&password=b&otp=1', '/otp'],
    ['a field twice', 'username=a&username=b&password=b', '/username'],
    ['another grant', 'username=a&password=b&grant_type=client_credentials', '/grant_type'],
    ['another word for a cookie', 'username=a&password=b&cookie=yes', '/cookie'],
    ['U+0000', 'username=a%00&password=b', '/username'],
    ['an endless password', `username=a&password=${'x'.repeat(2000)}`, '/password'],
  ])('is refused with %s', async (_, form, pointer) => {
    const { status, body } = await login(scene, form);
    expect([status, body.code]).toEqual([400, 'REQUEST_INVALID']);
    expect(body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  });

  it('must be a form', async () => {
    for (const type of ['application/json', 'text/plain', 'multipart/form-data']) {
      const json = JSON.stringify({ username: email, password: PASSWORD });
      const { status, body } = await login(scene, json, { headers: { 'content-type': type } });
      expect.soft([status, body.code], type).toEqual([415, 'MEDIA_TYPE_UNSUPPORTED']);
    }
  });

  it('must not be larger than any body may be', async () => {
    const { status, body } = await login(scene, `username=a&password=${'x'.repeat(300_000)}`);
    expect([status, body.code]).toEqual([413, 'TOO_LARGE']);
  });

  it('must be there', async () => {
    const { status, body } = await scene.request({ method: 'POST', url: LOGIN });
    expect([status, body.code]).toEqual([400, 'REQUEST_INVALID']);
  });
});
