import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildApi } from '../../src/api/server.ts';
import { hashPassword } from '../../src/identity/passwords.ts';
import { openMailer } from '../../src/mail/mailer.ts';
import { createScene, type Scene } from './scene.ts';
import { auditOf, freshAddress, login, PASSWORD, refresh, signIn } from './sign-in.ts';

const NEW = 'battery staple 9';
const MINUTE = 60_000;
const RECOVERY = '/api/v1/password/recovery';
const RESET = '/api/v1/password/reset';

let scene: Scene;
let passwordHash: string;
let user: { id: string; email: string };

beforeAll(async () => {
  scene = await createScene({ mail: true });
  passwordHash = await hashPassword(PASSWORD);
});
afterAll(() => scene?.close());
beforeEach(async () => {
  user = await scene.createUser({ passwordHash });
});

const recover = (email: string, remoteAddress = freshAddress()) =>
  scene.request({ method: 'POST', url: RECOVERY, payload: { email }, remoteAddress });
const reset = (token: string, newPassword = NEW) =>
  scene.request({ method: 'POST', url: RESET, payload: { token, newPassword } });

const linksFor = (email: string) =>
  scene.mails
    .filter((mail) => mail.to === email && mail.subject === 'Set a new password for StepCloud')
    .map(({ text }) => /^https:\/\/iot\.example\.org\/reset-password#token=([\w-]+)$/m.exec(text)?.[1] as string);

/** Asks for a link and waits for the mail that has it. */
async function tokenFor(email: string): Promise<string> {
  const before = linksFor(email).length;
  expect((await recover(email)).status).toBe(202);
  await expect.poll(() => linksFor(email)).toHaveLength(before + 1);
  return linksFor(email)[before] as string;
}

const withPassword = async (password: string) => (await login(scene, { username: user.email, password })).status;

describe('asking for a link', () => {
  it('brings a mail with one whose secret no server sees, and that says how to do without the page', async () => {
    const answer = await recover(user.email.toUpperCase());
    expect([answer.status, answer.text]).toEqual([202, '']);
    await expect.poll(() => linksFor(user.email)).toEqual([expect.stringMatching(/^[\w-]{43}$/)]);
    const mail = scene.mails.find(({ to }) => to === user.email);
    expect(mail?.text).toContain(`as JSON to https://iot.example.org${RESET}.`);
  });

  it('is answered alike for a user who is not there or may not sign in, who get no mail', async () => {
    const inactive = (await scene.createUser({ passwordHash, active: false })).email;
    const known = await recover(user.email);
    await expect.poll(() => linksFor(user.email)).toHaveLength(1);
    for (const email of ['nobody@example.net', inactive]) {
      const answer = await recover(email);
      expect([answer.status, answer.text]).toEqual([known.status, known.text]);
      expect(Object.keys(answer.headers)).toEqual(Object.keys(known.headers));
    }
    await tokenFor(user.email); // the last of the mails that are under way
    expect(scene.mails.filter(({ to }) => to !== user.email && !to.endsWith('@example.org'))).toEqual([]);
    expect(linksFor(inactive)).toEqual([]);
  });

  it('takes as long for an address that nobody has', async () => {
    const time = async (email: string) => {
      scene.clock.now += 60 * MINUTE; // lets the throttle of the account forget
      const startedAt = performance.now();
      expect((await recover(email)).status).toBe(202);
      return performance.now() - startedAt;
    };
    await time('warm@example.net');
    const times: [number[], number[]] = [[], []];
    for (let n = 0; n < 60; n++) {
      times[0].push(await time(user.email)); // in turns, since other tests load the machine
      times[1].push(await time('unknown@example.net'));
    }
    expect(Math.abs(Math.min(...times[0]) - Math.min(...times[1]))).toBeLessThan(10);
  });

  it('is written down, for an unknown address without it, and never with the secret', async () => {
    const token = await tokenFor(user.email);
    await recover('eve@example.net', '192.0.2.50');
    expect((await auditOf(scene, user.id)).at(-1)).toMatchObject({
      action: 'user.recovery_requested',
      actor_kind: 'nobody',
      subject_id: user.id,
    });
    const written = await scene.db.selectFrom('audit_entry').selectAll().execute();
    expect(written.filter(({ address }) => address === '192.0.2.50')).toMatchObject([
      { action: 'user.recovery_requested', subject_id: null, detail: {} },
    ]);
    expect(JSON.stringify(written)).not.toContain('eve@');
    expect(JSON.stringify(written)).not.toContain(token);
    const kept = await scene.db.selectFrom('password_reset').where('user_id', '=', user.id).selectAll().execute();
    expect(kept).toHaveLength(1);
    expect(kept[0]?.hash).toHaveLength(32);
    expect(kept[0]?.hash.toString('base64url')).not.toBe(token);
  });

  it('brings three mails an hour at most, and more are answered alike', async () => {
    for (let n = 0; n < 5; n++) expect((await recover(user.email)).status).toBe(202);
    await expect.poll(() => linksFor(user.email)).toHaveLength(3);
    scene.clock.now += 60 * MINUTE;
    await tokenFor(user.email);
    expect(linksFor(user.email)).toHaveLength(4);
  });

  it('is bounded to 30 an hour from one address', async () => {
    const remoteAddress = '192.0.2.51';
    for (let n = 0; n < 30; n++) expect((await recover(`${n}@example.net`, remoteAddress)).status).toBe(202);
    const refused = await recover(user.email, remoteAddress);
    expect([refused.status, refused.body.code, refused.headers['retry-after']]).toEqual([429, 'RATE_LIMITED', '3600']);
    expect((await recover(user.email)).status).toBe(202);
  });

  it('is not possible where mail is not set up; in development the log shows the mail', async () => {
    const from = 'StepCloud <stepcloud@example.org>';
    const ask = async (isDevelopment: boolean) => {
      const lines: string[] = [];
      const log = pino({}, { write: (line) => void lines.push(line) });
      const app = await buildApi({
        ...scene.parts,
        mailer: openMailer({ smtpUrl: undefined, from, isDevelopment, log }),
      });
      const { statusCode, json } = await app.inject({ method: 'POST', url: RECOVERY, payload: { email: user.email } });
      await app.close();
      return { statusCode, code: statusCode === 202 ? undefined : json().code, lines: lines.join('') };
    };
    expect(await ask(false)).toMatchObject({ statusCode: 501, code: 'NOT_CONFIGURED', lines: '' });
    const shown = await ask(true);
    expect(shown.statusCode).toBe(202);
    expect(shown.lines).toMatch(/#token=[\w-]{43}/);
  });
});

describe('a link', () => {
  it('sets a new password, ends all sessions, and signs nobody in', async () => {
    const sessions = [await signIn(scene, user.email), await signIn(scene, user.email)];
    const answer = await reset(await tokenFor(user.email));
    expect([answer.status, answer.text, answer.headers['set-cookie']]).toEqual([204, '', undefined]);
    for (const { accessToken, refreshToken } of sessions) {
      expect((await scene.get('/api/v1/me', accessToken)).status).toBe(401);
      expect((await refresh(scene, refreshToken)).status).toBe(401);
    }
    expect(await withPassword(PASSWORD)).toBe(401);
    expect(await withPassword(NEW)).toBe(200);
  });

  it('is told by mail when it was used, and written down', async () => {
    await reset(await tokenFor(user.email));
    const subjects = () => scene.mails.filter(({ to }) => to === user.email).map(({ subject }) => subject);
    await expect.poll(subjects).toContain('Your StepCloud password was changed');
    const audit = await auditOf(scene, user.id);
    expect(audit.at(-1)).toMatchObject({ action: 'user.password_reset', actor_id: user.id, address: '127.0.0.1' });
    expect(JSON.stringify(audit)).not.toContain(NEW);
  });

  it('gives a first password to a user without one', async () => {
    await scene.db.updateTable('user').set({ password_hash: null }).where('id', '=', user.id).execute();
    expect((await reset(await tokenFor(user.email))).status).toBe(204);
    expect(await withPassword(NEW)).toBe(200);
  });

  it('lets in at once who was held back after wrong passwords', async () => {
    for (let n = 0; n < 5; n++) await withPassword('wrong');
    expect(await withPassword(PASSWORD)).toBe(429);
    await reset(await tokenFor(user.email));
    expect(await withPassword(NEW)).toBe(200);
  });

  it.each<[string, () => Promise<string>]>([
    ['is not known', async () => 'A'.repeat(43)],
    [
      'was used',
      async () => {
        const token = await tokenFor(user.email);
        await reset(token);
        return token;
      },
    ],
    [
      'is older than 30 minutes',
      async () => {
        const token = await tokenFor(user.email);
        scene.clock.now += 30 * MINUTE;
        return token;
      },
    ],
    [
      'was replaced by a newer one',
      async () => {
        const token = await tokenFor(user.email);
        await tokenFor(user.email);
        return token;
      },
    ],
    [
      'is of a user who was deactivated',
      async () => {
        const token = await tokenFor(user.email);
        await scene.db.updateTable('user').set({ active: false }).where('id', '=', user.id).execute();
        return token;
      },
    ],
    [
      'was there before the password was changed',
      async () => {
        const token = await tokenFor(user.email);
        const { accessToken } = await signIn(scene, user.email);
        const payload = { currentPassword: PASSWORD, newPassword: `${NEW} 2` };
        await scene.request({ method: 'POST', url: '/api/v1/me/password', token: accessToken, payload });
        return token;
      },
    ],
  ])('that %s is refused in the same words', async (_, tokenOf) => {
    const { status, body } = await reset(await tokenOf(), 'yet another one');
    expect([status, body.code, body.detail, body.errors]).toEqual([
      400,
      'REQUEST_INVALID',
      'the link was used before, has expired or is not known',
      undefined,
    ]);
    expect(await withPassword('yet another one')).toBe(401);
  });

  it('works to the end of its 30 minutes', async () => {
    const token = await tokenFor(user.email);
    scene.clock.now += 30 * MINUTE - 1;
    expect((await reset(token)).status).toBe(204);
  });

  it('that is used twice at the same moment sets one password', async () => {
    const token = await tokenFor(user.email);
    const answers = await Promise.all([reset(token, `${NEW} 1`), reset(token, `${NEW} 2`)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 400]);
    const winner = answers.findIndex(({ status }) => status === 204) + 1;
    expect(await withPassword(`${NEW} ${winner}`)).toBe(200);
  });

  it.each([
    ['the email address', () => user.email.toUpperCase()],
    ['too short', () => 'x'.repeat(11)],
    ['too long', () => 'x'.repeat(129)],
  ])('is not used up by a password that is %s', async (_, newPassword) => {
    const token = await tokenFor(user.email);
    expect((await reset(token, newPassword())).status).toBe(400);
    expect((await reset(token)).status).toBe(204);
  });
});
