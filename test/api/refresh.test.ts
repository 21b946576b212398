import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openRenewableSession } from '../../src/identity/sessions.ts';
import { createScene, DAY, type Home, NOW, type Scene } from './scene.ts';

const URL = '/gateway/api/v1/refresh';

let scene: Scene;
let home: Home;
let managers: string[];

beforeAll(async () => {
  scene = await createScene({ mail: true });
  home = await scene.createOffice(await scene.createCustomer());
  const sibling = await scene.createOffice(home.customerId);
  const foreign = await scene.createOffice(await scene.createCustomer());
  const whole = { ...home, officeId: null };
  const [ofCustomer, ofOffice] = [
    await scene.createUser({ homes: [{ ...whole, role: 'manager' }] }),
    await scene.createUser({ homes: [{ ...home, role: 'manager' }] }),
  ];
  managers = [ofCustomer.email, ofOffice.email].sort();
  await scene.createUser({ homes: [{ ...sibling, role: 'manager' }] });
  await scene.createUser({ homes: [{ ...foreign, role: 'manager' }] });
  await scene.createUser({ homes: [{ ...whole, role: 'operator' }] });
  await scene.createUser({ homes: [{ ...whole, role: 'manager' }], active: false });
});
afterEach(() => {
  scene.clock.now = NOW;
});
afterAll(() => scene?.close());

const refresh = (refreshToken: string, more: object = {}) =>
  scene.request({ method: 'POST', url: URL, payload: { refreshToken, ...more }, remoteAddress: '203.0.113.7' });
const test = async (token: string) => (await scene.get('/gateway/api/v1/test-token', token)).status;
const open = async (label = 'Cellar') => {
  const gatewayId = await scene.createGateway(home, label);
  return openRenewableSession(scene.db, scene.tokens, 'gateway', gatewayId, { now: scene.clock.now });
};
const refusedOf = (sessionId: string) =>
  scene.db
    .selectFrom('audit_entry')
    .where('action', '=', 'gateway.refresh_refused')
    .where('subject_id', '=', sessionId)
    .selectAll()
    .execute();

describe('a refresh token', () => {
  it('gives fresh tokens after an outage that outlasted the access token', async () => {
    const { subject, accessToken, refreshToken } = await open();
    scene.clock.now += 60 * DAY;
    expect(await test(accessToken)).toBe(401);
    const { status, body } = await refresh(refreshToken, { softwareVersion: '2.5.0' });
    expect([status, body]).toEqual([
      200,
      {
        gatewayId: subject,
        accessToken: expect.any(String),
        accessExpiresAt: expect.any(String),
        refreshToken: expect.any(String),
      },
    ]);
    expect(body.refreshToken).not.toBe(refreshToken);
    expect(await test(body.accessToken)).toBe(200);
    const lifeMs = Date.parse(body.accessExpiresAt) - scene.clock.now;
    expect(Math.abs(lifeMs - DAY)).toBeLessThanOrEqual(0.1 * DAY + 1_000);
  });

  it('keeps the session for 90 days from its last use, and no longer', async () => {
    let { refreshToken } = await open();
    for (let n = 0; n < 5; n++) {
      scene.clock.now += 90 * DAY - 1;
      const { status, body } = await refresh(refreshToken);
      expect(status).toBe(200);
      refreshToken = body.refreshToken;
    }
    scene.clock.now += 90 * DAY;
    expect((await refresh(refreshToken)).status).toBe(401);
  });

  it('whose answer was lost gives the same successor, until that was used', async () => {
    const { refreshToken } = await open();
    const answers = await Promise.all([refresh(refreshToken), refresh(refreshToken), refresh(refreshToken)]);
    scene.clock.now += 30 * DAY;
    answers.push(await refresh(refreshToken));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const successors = new Set(answers.map(({ body }) => body.refreshToken));
    expect(successors.size).toBe(1);
    const [successor] = successors;
    expect((await refresh(successor)).status).toBe(200);
    expect((await refresh(refreshToken)).status).toBe(401);
  });

  it('of a deleted gateway, a suspended customer, a user, or out of the air is refused', async () => {
    const deleted = await open();
    await scene.db.updateTable('gateway').set({ deleted_at: new Date() }).where('id', '=', deleted.subject).execute();
    expect((await refresh(deleted.refreshToken)).status).toBe(401);
    const rested = await open();
    const suspend = (at: Date | null) =>
      scene.db.updateTable('customer').set({ suspended_at: at }).where('id', '=', home.customerId).execute();
    await suspend(new Date());
    expect((await refresh(rested.refreshToken)).status).toBe(401);
    await suspend(null);
    expect((await refresh(rested.refreshToken)).status).toBe(200);
    const { id } = await scene.createUser();
    const ofUser = await openRenewableSession(scene.db, scene.tokens, 'user', id, { now: scene.clock.now });
    expect((await refresh(ofUser.refreshToken)).status).toBe(401);
    expect((await refresh('nonsense')).status).toBe(401);
    for (const payload of [{}, { refreshToken: '' }, { refreshToken: 'x', more: 1 }, { refreshToken: 'x'.repeat(257) }])
      expect((await scene.request({ method: 'POST', url: URL, payload })).status).toBe(400);
  });
});

describe('an old refresh token', () => {
  const grow = async (label: string) => {
    const session = await open(label);
    const second = (await refresh(session.refreshToken)).body;
    const third = (await refresh(second.refreshToken)).body;
    return { ...session, live: third };
  };

  it('is refused, written down and mailed to the managers, and the live session goes on', async () => {
    const { refreshToken, live, subject, sessionId } = await grow('Restored');
    const { status, body } = await refresh(refreshToken);
    expect([status, body.code]).toEqual([401, 'CREDENTIALS_INVALID']);
    const [entry, ...more] = await refusedOf(sessionId);
    expect(more).toEqual([]);
    expect(entry).toMatchObject({
      at: new Date(NOW),
      actor_kind: 'gateway',
      actor_id: subject,
      actor_name: 'Restored',
      subject_kind: 'session',
      address: '203.0.113.7',
      customer_id: home.customerId,
      office_id: home.officeId,
    });
    const letters = () => scene.mails.filter(({ text }) => text.includes(subject));
    await vi.waitFor(
      () =>
        expect(
          letters()
            .map(({ to }) => to)
            .sort(),
        ).toEqual(managers),
      15_000,
    );
    expect(letters()[0]?.subject).toContain('Restored');
    expect(letters()[0]?.text).toContain('203.0.113.7');
    expect(await test(live.accessToken)).toBe(200);
    expect((await refresh(live.refreshToken)).status).toBe(200);
    const told = JSON.stringify([entry, letters()]);
    for (const secret of [refreshToken, live.refreshToken, live.accessToken]) expect(told).not.toContain(secret);
  });

  it('that comes for ever is written down and mailed once a day, of each session', async () => {
    const { refreshToken, sessionId, subject } = await grow('Stubborn');
    const statuses = [];
    for (let n = 0; n < 5; n++) statuses.push((await refresh(refreshToken)).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401]);
    expect((await Promise.all([refresh(refreshToken), refresh(refreshToken)])).map(({ status }) => status)).toEqual([
      401, 401,
    ]);
    expect(await refusedOf(sessionId)).toHaveLength(1);
    const other = await grow('Stubborn too');
    await refresh(other.refreshToken);
    expect(await refusedOf(other.sessionId)).toHaveLength(1);
    scene.clock.now += DAY;
    await refresh(refreshToken);
    expect(await refusedOf(sessionId)).toHaveLength(2);
    const mailed = () => scene.mails.filter(({ text }) => text.includes(subject)).length;
    await vi.waitFor(() => expect(mailed()).toBe(2 * managers.length), 15_000);
  });
});

it('one address refreshes many gateways, and not endlessly', async () => {
  const payload = { refreshToken: 'nonsense' };
  const ask = () => scene.request({ method: 'POST', url: URL, payload, remoteAddress: '198.51.100.9' });
  const statuses: number[] = [];
  while (statuses.length < 610) {
    const answers = await Promise.all(Array.from({ length: 61 }, ask)); // more at once would wait for the database for too long
    statuses.push(...answers.map(({ status }) => status));
  }
  expect(statuses.filter((status) => status === 401)).toHaveLength(600);
  expect(statuses.filter((status) => status === 429)).toHaveLength(10);
  expect((await refresh((await open()).refreshToken)).status).toBe(200);
});
