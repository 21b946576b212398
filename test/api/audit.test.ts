import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ensureAdmin } from '../../src/commands/create-admin.ts';
import { type AuditRecord, recordAudit } from '../../src/db/audit.ts';
import { hashPassword } from '../../src/identity/passwords.ts';
import { createScene, DAY, type Home, NOW, type Scene } from './scene.ts';
import { freshAddress, login, refresh } from './sign-in.ts';

const USER = '/api/v1/audit';
const ADMIN = '/admin/api/v1/audit';

let scene: Scene;
let berlin: Home;
let hamburg: Home;
let foreign: Home;
let ada: { id: string; email: string };
let token: string;
let admin: string;

beforeAll(async () => {
  scene = await createScene();
  const customerId = await scene.createCustomer();
  berlin = await scene.createOffice(customerId);
  hamburg = await scene.createOffice(customerId);
  foreign = await scene.createOffice(await scene.createCustomer());
  ada = await scene.createUser({ homes: [{ customerId, officeId: null }] });
  token = await scene.signIn(ada);
  admin = await scene.signIn(await scene.createUser({ isAdmin: true }));
});
afterAll(() => scene?.close());
beforeEach(() => scene.db.deleteFrom('audit_entry').execute());

/** Writes an entry down, a second before now; returns its subject, by which a test knows it again. */
async function record(entry: Partial<AuditRecord> = {}): Promise<string> {
  const subject = entry.subject ?? { kind: 'gateway', id: uuid() };
  const actor = { kind: 'operator' } as const;
  const full = { at: new Date(NOW - 1_000), actor, action: 'gateway.created', ...entry, subject } as const;
  await recordAudit(scene.db, full);
  return subject.id;
}

async function subjects(url: string, by: string): Promise<string[]> {
  const { status, body, text } = await scene.get(url, by);
  expect(status, text).toBe(200);
  return body.items.map(({ subject }: { subject: { id: string } }) => subject.id);
}

const actorOf = ({ id, email }: { id: string; email: string }) => ({ kind: 'user', id, name: email }) as const;

it('an entry says who did what, on what, from where and when', async () => {
  const subject = { kind: 'gateway', id: uuid(), name: 'Hall 2' };
  await record({
    ...berlin,
    actor: { ...actorOf(ada), address: '203.0.113.7' },
    action: 'gateway.tokens_issued',
    subject,
    detail: { kind: 'long-lived', days: 30, label: null },
  });
  const expected = {
    id: expect.any(String),
    at: new Date(NOW - 1_000).toISOString(),
    action: 'gateway.tokens_issued',
    actor: { kind: 'user', id: ada.id, name: ada.email },
    subject,
    ...berlin,
    address: '203.0.113.7',
    detail: { kind: 'long-lived', days: 30, label: null },
  };
  expect((await scene.get(USER, token)).body).toEqual({ items: [expected], nextCursor: null });
  expect((await scene.get(ADMIN, admin)).body).toEqual({ items: [expected], nextCursor: null });
});

it('an entry without a subject says so', async () => {
  await recordAudit(scene.db, { at: new Date(NOW - 1), actor: { kind: 'nobody' }, action: 'user.login_failed' });
  expect((await scene.get(ADMIN, admin)).body.items).toMatchObject([
    { subject: null, actor: { kind: 'nobody', id: null, name: null }, customerId: null, address: null, detail: {} },
  ]);
});

describe('who sees what', () => {
  it('a member of a customer sees what concerns it and its offices, a member of an office what concerns that', async () => {
    const whole = await record({ customerId: berlin.customerId });
    const ours = await record(berlin);
    const other = await record(hamburg);
    const theirs = await record(foreign);
    const ofOffice = await scene.signIn(await scene.createUser({ homes: [berlin] }));
    const ofBoth = await scene.signIn(await scene.createUser({ homes: [hamburg, berlin] }));
    const stranger = await scene.signIn(await scene.createUser({ homes: [{ ...foreign, officeId: null }] }));
    const nobody = await scene.signIn(await scene.createUser());
    expect(await subjects(USER, token)).toEqual([other, ours, whole]);
    expect(await subjects(USER, ofOffice)).toEqual([ours]);
    expect(await subjects(USER, ofBoth)).toEqual([other, ours]);
    expect(await subjects(USER, stranger)).toEqual([theirs]);
    expect(await subjects(USER, nobody)).toEqual([]);
    expect(await subjects(USER, admin)).toEqual([]);
    expect(await subjects(ADMIN, admin)).toEqual([theirs, other, ours, whole]);
  });

  it('a user sees once what is both of the customer and of the office', async () => {
    const id = await record(berlin);
    const homes = [{ ...berlin, officeId: null }, berlin];
    expect(await subjects(USER, await scene.signIn(await scene.createUser({ homes })))).toEqual([id]);
  });

  it('a user sees what concerns nobody else, and not what concerns a customer of others', async () => {
    const user = await scene.createUser();
    const session = await record({ actor: actorOf(user), subject: { kind: 'session', id: uuid() } });
    const subject = { kind: 'user', id: user.id };
    await record({ actor: { kind: 'nobody', address: '203.0.113.9' }, action: 'user.login_failed', subject });
    await recordAudit(scene.db, { at: new Date(NOW - 1), actor: actorOf(user), action: 'user.login' });
    await record({ actor: actorOf(user), action: 'user.created', subject: { kind: 'user', id: uuid() } });
    await record({ actor: actorOf(user), ...foreign });
    await record({ ...foreign, subject });
    const { items } = (await scene.get(USER, await scene.signIn(user))).body;
    expect(items.map((item: { subject: { id: string } | null }) => item.subject?.id)).toEqual([
      undefined,
      user.id,
      session,
    ]);
  });

  it('the audit of a suspended customer rests for its users, not for admins', async () => {
    const customerId = await scene.createCustomer();
    const id = await record({ customerId });
    const user = await scene.signIn(await scene.createUser({ homes: [{ customerId, officeId: null }] }));
    expect(await subjects(USER, user)).toEqual([id]);
    const suspended_at = new Date(NOW);
    await scene.db.updateTable('customer').set({ suspended_at }).where('id', '=', customerId).execute();
    expect(await subjects(USER, user)).toEqual([]);
    expect(await subjects(ADMIN, admin)).toEqual([id]);
  });
});

describe.each([
  ['user', USER, () => token],
  ['admin', ADMIN, () => admin],
])('the filters of the %s', (_, url, by) => {
  it('choose by action, subject and actor, together', async () => {
    const actor = { kind: 'gateway', id: randomUUID(), name: null } as const;
    const one = await record({ ...berlin, action: 'session.revoked' });
    const two = await record({ ...berlin, actor });
    const three = await record({ ...berlin, actor, action: 'session.revoked' });
    expect(await subjects(`${url}?action=session.revoked`, by())).toEqual([three, one]);
    expect(await subjects(`${url}?subjectId=${two}`, by())).toEqual([two]);
    expect(await subjects(`${url}?actorId=${actor.id}`, by())).toEqual([three, two]);
    expect(await subjects(`${url}?actorId=${actor.id}&action=session.revoked`, by())).toEqual([three]);
    expect(await subjects(`${url}?actorId=${uuid()}`, by())).toEqual([]);
    expect((await scene.get(`${url}?action=user.imagined`, by())).body.errors[0].pointer).toBe('/action');
  });

  it('choose by time, 30 days by default, from inclusive, to exclusive', async () => {
    const at = (ms: number) => record({ ...berlin, at: new Date(ms) });
    const times = [await at(NOW - 30 * DAY - 1), await at(NOW - 30 * DAY), await at(NOW - 1), await at(NOW)] as const;
    const iso = (ms: number) => new Date(ms).toISOString();
    expect(await subjects(url, by())).toEqual([times[2], times[1]]);
    expect(await subjects(`${url}?from=${iso(0)}&to=${iso(NOW + 1)}`, by())).toEqual([...times].reverse());
    expect((await scene.get(`${url}?from=${iso(NOW)}&to=${iso(0)}`, by())).body.code).toBe('REQUEST_INVALID');
  });

  it('pages lead through all of it once, newest first, also while more is written', async () => {
    const ids = [];
    for (let n = 0; n < 7; n++) ids.push(await record(n % 2 ? berlin : hamburg));
    const items = await scene.getAll(`${url}?limit=2`, by(), async () => {
      scene.clock.now += 1_000;
      await record({ ...berlin, at: new Date(NOW) });
    });
    scene.clock.now = NOW;
    expect(items.map(({ subject }) => subject.id)).toEqual(ids.reverse());
  });
});

it('an admin may ask for one customer', async () => {
  const ours = await record(berlin);
  await record(foreign);
  expect(await subjects(`${ADMIN}?customerId=${berlin.customerId}`, admin)).toEqual([ours]);
});

describe('secrets', () => {
  let other: Scene;
  beforeAll(async () => {
    other = await createScene({ mail: true });
  });
  afterAll(() => other?.close());

  /** Everything that is stored, as texts: what would leak with a copy of the database. */
  async function dump(): Promise<string> {
    const { rows: tables } = await sql<{ name: string }>`
      SELECT oid::regclass::text AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`.execute(
      other.db,
    );
    const texts = await Promise.all(
      tables.map(({ name }) =>
        sql<{ row: string }>`SELECT t::text AS row FROM ${sql.raw(name)} AS t`.execute(other.db),
      ),
    );
    return texts.flatMap(({ rows }) => rows.map(({ row }) => row)).join('\n');
  }

  it('stand neither in the audit nor anywhere else, whoever typed or was given them', async () => {
    const secrets: string[] = [];
    const secret = <T extends string | null | undefined>(text: T): string => {
      expect(text?.length).toBeGreaterThanOrEqual(12);
      secrets.push(text as string);
      return text as string;
    };
    const post = async (url: string, payload: object, token?: string) => {
      const from = { remoteAddress: freshAddress(), ...(token && { token }) };
      const { status, body, text } = await other.request({ method: 'POST', url, payload, ...from });
      expect(status, text).toBeLessThan(300);
      return body;
    };
    const refuse = async (url: string, payload: object, token?: string) => {
      const answer = await other.request({ method: 'POST', url, payload, ...(token && { token }) });
      expect(answer.status).toBeGreaterThanOrEqual(400);
    };
    const secretOfMail = (to: string) =>
      vi.waitFor(() => {
        const mail = other.mails.findLast((one) => one.to === to && one.text.includes('#token='));
        return secret(/#token=(\S+)/.exec(mail?.text ?? '')?.[1]);
      });

    // A user who signs in, after typing the password into the wrong field and another one into the right field.
    const password = secret('correct horse battery');
    const where = { customerId: await other.createCustomer(), officeId: null };
    const home = await other.createOffice(where.customerId);
    const user = await other.createUser({
      homes: [{ ...where, role: 'manager' }],
      passwordHash: await hashPassword(password),
    });
    for (const form of [
      { username: password, password: 'x' },
      { username: user.email, password: secret('a typing mistake') },
      { username: secret('a password in place of the address'), password: user.email },
    ])
      expect((await login(other, form)).status).toBe(401);
    const { body: signedIn } = await login(other, { username: user.email, password });
    secret(signedIn.access_token);

    // Tokens that renew, are used twice, and are not ours.
    const { body: renewed } = await refresh(other, secret(signedIn.refresh_token));
    secret(renewed.access_token);
    await refresh(other, secret(renewed.refresh_token));
    expect((await refresh(other, signedIn.refresh_token)).status).toBe(401);
    await refuse('/api/v1/login/refresh', { refreshToken: secret('no token of anybody') });
    const { body: again } = await login(other, { username: user.email, password });
    const manager = again.access_token;

    // An invitation, a new password, a forgotten one.
    const invited = { ...home, email: 'grace@example.org', role: 'viewer' };
    await post('/api/v1/members', invited, manager);
    const grace = secret('a sentence of my own');
    await post('/api/v1/password/reset', { token: await secretOfMail(invited.email), newPassword: grace });
    const changed = { currentPassword: password, newPassword: secret('another sentence of mine') };
    await post('/api/v1/me/password', changed, manager);
    await refuse('/api/v1/me/password', { ...changed, newPassword: secret('yet another sentence') }, manager);
    await post('/api/v1/password/recovery', { email: invited.email });
    await post('/api/v1/password/recovery', { email: secret('a password in place of it') });
    await vi.waitFor(() => expect(other.mails.filter(({ to }) => to === invited.email).length).toBeGreaterThan(2));
    await post('/api/v1/password/reset', {
      token: await secretOfMail(invited.email),
      newPassword: secret('the last sentence'),
    });
    await refuse('/api/v1/password/reset', { token: secret('no such link at all'), newPassword: grace });

    // Gateways: made by hand, by a code, by a key.
    const { gateway, tokens } = await post('/api/v1/gateways', { officeId: home.officeId }, manager);
    secret(tokens.accessToken);
    const gatewayTokens = await post('/gateway/api/v1/refresh', { refreshToken: secret(tokens.refreshToken) });
    secret(gatewayTokens.accessToken);
    await post('/gateway/api/v1/refresh', { refreshToken: secret(gatewayTokens.refreshToken) });
    await refuse('/gateway/api/v1/refresh', { refreshToken: tokens.refreshToken });
    const sessions = `/api/v1/gateways/${gateway.id}/sessions`;
    const issued = await post(sessions, { kind: 'long-lived', days: 30 }, manager);
    secret(issued.accessToken);
    secret((await post(`${sessions}/${issued.sessionId}/rotate`, {}, manager)).accessToken);
    const { key } = await post('/api/v1/enrolment-keys', { ...home, maxGateways: 1, expiresInDays: 1 }, manager);
    const { deviceCode: byKey } = await post('/gateway/api/v1/enrolment/key', { enrolmentKey: secret(key) });
    secret(byKey);
    const byCode = await post('/gateway/api/v1/enrolment/code', {});
    await post(`/api/v1/enrolments/code/${byCode.userCode}/approve`, { officeId: home.officeId }, manager);
    secret((await post('/gateway/api/v1/enrolment/token', { deviceCode: secret(byCode.deviceCode) })).accessToken);

    // Whoever has a shell.
    secret((await ensureAdmin(other.db, 'ada@example.org', { newPassword: true, now: NOW })).password);

    const stored = await dump();
    expect(stored).toContain('user.login_failed');
    expect(stored).toContain(invited.email);
    for (const text of secrets)
      for (const kept of [text, text.toLowerCase(), Buffer.from(text).toString('hex')])
        expect(stored.includes(kept), `${text} is stored`).toBe(false);
    expect(secrets.length).toBeGreaterThan(25);
  });
});
