import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hashPassword } from '../../src/identity/passwords.ts';
import { createScene, type Scene } from './scene.ts';
import { auditOf, login, PASSWORD, refresh, sessionsOf, signIn } from './sign-in.ts';

const NEW = 'battery staple 9';

let scene: Scene;
let passwordHash: string;
let user: { id: string; email: string };
let accessToken: string;

beforeAll(async () => {
  scene = await createScene({ mail: true });
  passwordHash = await hashPassword(PASSWORD);
});
afterAll(() => scene?.close());
beforeEach(async () => {
  user = await scene.createUser({ passwordHash });
  ({ accessToken } = await signIn(scene, user.email));
});

const me = async (token: string) => (await scene.get('/api/v1/me', token)).status;
const change = (currentPassword: string, newPassword: string) =>
  scene.request({
    method: 'POST',
    url: '/api/v1/me/password',
    token: accessToken,
    payload: { currentPassword, newPassword },
  });

describe('a change of the password', () => {
  it('makes the new one count and the old one not', async () => {
    const { status, text } = await change(PASSWORD, NEW);
    expect([status, text]).toEqual([204, '']);
    expect((await login(scene, { username: user.email, password: PASSWORD })).status).toBe(401);
    expect((await login(scene, { username: user.email, password: NEW })).status).toBe(200);
  });

  it('ends all other sessions of the user, with their refresh tokens', async () => {
    const other = await signIn(scene, user.email);
    const stranger = await signIn(scene, (await scene.createUser({ passwordHash })).email);
    await change(PASSWORD, NEW);
    expect(await me(other.accessToken)).toBe(401);
    expect((await refresh(scene, other.refreshToken)).status).toBe(401);
    expect(await me(accessToken)).toBe(200);
    expect(await me(stranger.accessToken)).toBe(200);
    expect((await sessionsOf(scene, user.id)).map((session) => session.revoked_reason)).toEqual([
      null,
      'password changed',
    ]);
  });

  it('is told by mail, and written down without a password', async () => {
    await change(PASSWORD, NEW);
    await expect
      .poll(() => scene.mails.filter(({ to }) => to === user.email))
      .toMatchObject([
        { subject: 'Your StepCloud password was changed', text: expect.stringContaining('from the address 127.0.0.1') },
      ]);
    const audit = await auditOf(scene, user.id);
    expect(audit.at(-1)).toMatchObject({ action: 'user.password_changed', actor_id: user.id, address: '127.0.0.1' });
    const kept = JSON.stringify([audit, scene.mails]);
    for (const secret of [PASSWORD, NEW]) expect(kept).not.toContain(secret);
  });

  it('with a wrong current password changes nothing, and counts like one at sign-in', async () => {
    for (let n = 0; n < 5; n++) {
      const { status, body } = await change('wrong', NEW);
      expect([status, body.code, body.detail]).toEqual([400, 'REQUEST_INVALID', 'the current password is wrong']);
    }
    for (const { status, headers } of [
      await change(PASSWORD, NEW),
      await login(scene, { username: user.email, password: PASSWORD }),
    ])
      expect([status, headers['retry-after']]).toEqual([429, '1']);
    expect((await auditOf(scene, user.id)).at(-1)).toMatchObject({
      action: 'user.login_failed',
      actor_id: user.id,
      subject_id: user.id,
    });
    scene.clock.now += 1_000;
    expect((await change(PASSWORD, NEW)).status).toBe(204);
  });

  it('needs a password that is there', async () => {
    await scene.db.updateTable('user').set({ password_hash: null }).where('id', '=', user.id).execute();
    expect((await change('', NEW)).status).toBe(400);
    expect((await change(PASSWORD, NEW)).body.detail).toBe('the current password is wrong');
  });

  it('of two at the same moment happens once', async () => {
    const answers = await Promise.all([change(PASSWORD, `${NEW} 1`), change(PASSWORD, `${NEW} 2`)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 400]);
    const winner = answers.findIndex(({ status }) => status === 204) + 1;
    expect((await login(scene, { username: user.email, password: `${NEW} ${winner}` })).status).toBe(200);
  });

  it.each([
    ['the current one', () => PASSWORD],
    ['the email address', () => user.email.toUpperCase()],
    ['shorter than 12 characters', () => 'x'.repeat(11)],
    ['longer than 128 characters', () => 'x'.repeat(129)],
    ['with U+0000', () => 'battery\0staple 9'],
  ])('takes no new password that is %s', async (_, newPassword) => {
    const { status, body } = await change(PASSWORD, newPassword());
    expect([status, body.code]).toEqual([400, 'REQUEST_INVALID']);
    expect((await login(scene, { username: user.email, password: PASSWORD })).status).toBe(200);
  });

  it.each(['x'.repeat(12), 'x'.repeat(128), 'päss wörd 🔑🔑🔑'])('takes %s', async (password) => {
    expect((await change(PASSWORD, password)).status).toBe(204);
    expect((await login(scene, { username: user.email, password })).status).toBe(200);
  });
});
