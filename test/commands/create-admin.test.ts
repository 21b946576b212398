import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAdmin, ensureAdmin } from '../../src/commands/create-admin.ts';
import { hashPassword } from '../../src/identity/passwords.ts';
import { createScene, NOW, type Scene } from '../api/scene.ts';
import { login } from '../api/sign-in.ts';
import { runSql, withDatabase } from '../support/database.ts';

const CLI = fileURLToPath(new URL('../../dist/src/cli.js', import.meta.url));
const PASSWORD = 'correct horse battery';

let scene: Scene;
beforeAll(async () => {
  scene = await createScene();
});
afterAll(() => scene?.close());

const newEmail = () => `${uuid()}@example.org`;
const make = (email: string, newPassword = false) => ensureAdmin(scene.db, email, { newPassword, now: NOW });

/** What the user gets at a route of admins; 0 where the password does not sign in. */
async function asAdmin(email: string, password: string | undefined): Promise<number> {
  const { status, body } = await login(scene, { username: email, password: password ?? '-' });
  return status === 200 ? (await scene.get('/admin/api/v1/overview', body.access_token)).status : 0;
}

async function auditOf(email: string) {
  const entries = await scene.db
    .selectFrom('audit_entry')
    .where('subject_name', '=', email)
    .where('actor_kind', '=', 'operator')
    .selectAll()
    .orderBy('id')
    .execute();
  expect(entries.every(({ at, actor_id, address }) => at.getTime() === NOW && !actor_id && !address)).toBe(true);
  return entries.map(({ action }) => action);
}

describe('create-admin', () => {
  it('makes a new user with a random password, once', async () => {
    const email = newEmail();
    const { password } = await make(email);
    expect(password).toMatch(/^[a-z2-9]{20}$/);
    expect(await asAdmin(email, password)).toBe(200);
    expect(await make(email)).toEqual({ password: undefined, hasPassword: true });
    expect(await asAdmin(email, password)).toBe(200);
    expect(await auditOf(email)).toEqual(['user.created', 'user.admin_granted']);
  });

  it('makes a user an admin who keeps the password, and the sessions', async () => {
    const user = await scene.createUser({ passwordHash: await hashPassword(PASSWORD) });
    const session = await scene.signIn(user);
    expect(await make(user.email.toUpperCase())).toEqual({ password: undefined, hasPassword: true });
    expect(await asAdmin(user.email, PASSWORD)).toBe(200);
    expect((await scene.get('/admin/api/v1/overview', session)).status).toBe(200);
    expect(await auditOf(user.email)).toEqual(['user.admin_granted']);
  });

  it('gives a new password where asked, ends the sessions of the old one, and forgets wrong guesses', async () => {
    const user = await scene.createUser({ isAdmin: true, passwordHash: await hashPassword(PASSWORD) });
    const session = await scene.signIn(user);
    for (let n = 0; n < 5; n++) await login(scene, { username: user.email, password: 'a guess' });
    expect((await login(scene, { username: user.email, password: PASSWORD })).status).toBe(429);
    const { password } = await make(user.email, true);
    expect((await scene.get('/api/v1/me', session)).status).toBe(401);
    expect(await asAdmin(user.email, password)).toBe(200);
    expect(await asAdmin(user.email, PASSWORD)).toBe(0);
    expect(await auditOf(user.email)).toEqual(['user.password_changed']);
  });

  it('takes one back into service who was taken out of it', async () => {
    const user = await scene.createUser({ active: false, passwordHash: await hashPassword(PASSWORD) });
    await make(user.email);
    expect(await asAdmin(user.email, PASSWORD)).toBe(200);
    expect(await auditOf(user.email)).toEqual(['user.activated', 'user.admin_granted']);
  });

  it('tells of one who has no password yet', async () => {
    const user = await scene.createUser();
    expect(await make(user.email)).toEqual({ password: undefined, hasPassword: false });
    expect(await asAdmin(user.email, (await make(user.email, true)).password)).toBe(200);
  });

  it('makes one user, though it runs twice at once', async () => {
    const email = newEmail();
    const made = await Promise.all([make(email), make(email)]);
    expect(made.filter(({ password }) => password !== undefined)).toHaveLength(1);
    expect(await auditOf(email)).toEqual(['user.created', 'user.admin_granted']);
  });
});

/** `stepcloud create-admin ...` as a process of its own. */
function run(
  args: string[],
  databaseUrl = scene.databaseUrl,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, DATABASE_URL: databaseUrl };
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, 'create-admin', ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

it.each([
  [undefined, 'say whom: create-admin --email ada@example.org'],
  ['ada', '"ada" is not an email address'],
  ['Ada <ada@example.org>', '"Ada <ada@example.org>" is not an email address'],
])('says what is wrong with the email address %s', async (email, message) => {
  await expect(createAdmin({ email, newPassword: false })).rejects.toMatchObject({ code: 'CONFIG_INVALID', message });
});

it('as a process prints the password once, and what was wrong in one line', { timeout: 60_000 }, async () => {
  const email = newEmail();
  const { code, stdout, stderr } = await run(['--email', email]);
  const [, password] =
    new RegExp(`^${email} is an admin with the password (\\S+) \\(shown only now\\)\\n$`).exec(stdout) ?? [];
  expect([code, stderr]).toEqual([0, '']);
  expect(await asAdmin(email, password)).toBe(200);
  const again = await run(['--email', email]);
  expect(again).toEqual({ code: 0, stdout: `${email} is an admin and keeps the password\n`, stderr: '' });

  expect((await run(['--email'])).stderr).toMatch(/^stepcloud: .*--email/);

  const name = `test_${uuid().replaceAll('-', '')}`;
  await runSql(scene.databaseUrl, `CREATE DATABASE ${name}`);
  const bare = await run(['--email', email], withDatabase(scene.databaseUrl, name));
  await runSql(scene.databaseUrl, `DROP DATABASE ${name}`);
  expect([bare.code, bare.stderr]).toEqual([1, expect.stringMatching(/^stepcloud: .*run stepcloud migrate\n$/)]);
});
