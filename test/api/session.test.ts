import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildApi } from '../../src/api/server.ts';
import { hashPassword } from '../../src/identity/passwords.ts';
import { createScene, type Scene } from './scene.ts';
import { auditOf, cookieOf, PASSWORD, refresh, sessionsOf, signIn } from './sign-in.ts';

let scene: Scene;
let passwordHash: string;
let user: { id: string; email: string };

beforeAll(async () => {
  scene = await createScene();
  passwordHash = await hashPassword(PASSWORD);
});
afterAll(() => scene?.close());
beforeEach(async () => {
  user = await scene.createUser({ passwordHash });
});

const me = async (token: string) => (await scene.get('/api/v1/me', token)).status;
const post = (url: string, token: string) => scene.request({ method: 'POST', url, token });
const end = (sessionId: string, token: string) =>
  scene.request({ method: 'DELETE', url: `/api/v1/me/sessions/${sessionId}`, token });
const written = async (action: string) => (await auditOf(scene, user.id)).filter((entry) => entry.action === action);

describe('signing out', () => {
  it('ends this session at once, takes the cookie away, and leaves the others', async () => {
    const [mine, other] = [await signIn(scene, user.email), await signIn(scene, user.email)];
    const answer = await post('/api/v1/logout', mine.accessToken);
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(cookieOf(answer)).toMatchObject({ name: '__Host-stepcloud-refresh', token: '' });
    expect(cookieOf(answer).attributes).toContain('Max-Age=0');
    expect(await me(mine.accessToken)).toBe(401);
    expect((await refresh(scene, mine.refreshToken)).status).toBe(401);
    expect(await me(other.accessToken)).toBe(200);
    const [session] = await sessionsOf(scene, user.id);
    expect(session).toMatchObject({ revoked_reason: 'logout' });
    expect(await written('user.logout')).toMatchObject([
      { actor_id: user.id, actor_name: user.email, address: '127.0.0.1', subject_id: session?.id },
    ]);
  });

  it('is felt on another process too', async () => {
    const other = await buildApi(scene.parts);
    const { accessToken } = await signIn(scene, user.email);
    const ask = () => other.inject({ url: '/api/v1/me', headers: { authorization: `Bearer ${accessToken}` } });
    expect((await ask()).statusCode).toBe(200);
    await post('/api/v1/logout', accessToken);
    expect((await ask()).statusCode).toBe(401);
    await other.close();
  });

  it('everywhere ends all sessions of the user, and of nobody else', async () => {
    const stranger = await signIn(scene, (await scene.createUser({ passwordHash })).email);
    const [mine, other] = [await signIn(scene, user.email), await signIn(scene, user.email)];
    const answer = await post('/api/v1/logout/everywhere', mine.accessToken);
    expect([answer.status, answer.body]).toEqual([200, { ended: 2 }]);
    expect(cookieOf(answer).attributes).toContain('Max-Age=0');
    for (const { accessToken, refreshToken } of [mine, other]) {
      expect(await me(accessToken)).toBe(401);
      expect((await refresh(scene, refreshToken)).status).toBe(401);
    }
    expect(await me(stranger.accessToken)).toBe(200);
    expect(await written('user.logout_everywhere')).toMatchObject([{ actor_id: user.id, detail: { sessions: 2 } }]);
  });

  it('twice at the same moment is written down once', async () => {
    const { accessToken } = await signIn(scene, user.email);
    await Promise.all([post('/api/v1/logout', accessToken), post('/api/v1/logout', accessToken)]);
    expect(await written('user.logout')).toHaveLength(1);
  });
});

describe('the sessions of a user', () => {
  it('are shown with when, from where and what with, and which one asks', async () => {
    const first = await signIn(scene, user.email, {
      remoteAddress: '192.0.2.40',
      headers: { 'user-agent': 'Mozilla/5.0 (X11)' },
    });
    const openedAt = new Date(scene.clock.now).toISOString();
    scene.clock.now += 60_000;
    await refresh(scene, first.refreshToken, { 'user-agent': 'Mozilla/5.0 (X12)' });
    const { accessToken } = await signIn(scene, user.email, { remoteAddress: '192.0.2.41' });
    const { status, body } = await scene.get('/api/v1/me/sessions', accessToken);
    expect(status).toBe(200);
    expect(body.nextCursor).toBeNull();
    const [mine, other] = await sessionsOf(scene, user.id).then((all) => all.reverse());
    expect(body.items).toEqual([
      {
        id: mine?.id,
        client: 'lightMyRequest',
        address: '192.0.2.41',
        createdAt: new Date(scene.clock.now).toISOString(),
        lastUsedAt: null,
        lastAddress: null,
        renewable: true,
        expiresAt: mine?.expires_at.toISOString(),
        current: true,
      },
      {
        id: other?.id,
        client: 'Mozilla/5.0 (X12)',
        address: '192.0.2.40',
        createdAt: openedAt,
        lastUsedAt: new Date(scene.clock.now).toISOString(),
        lastAddress: '127.0.0.1',
        renewable: true,
        expiresAt: other?.expires_at.toISOString(),
        current: false,
      },
    ]);
  });

  it('come in pages, without those that have ended', async () => {
    const token = await scene.signIn(user);
    for (let n = 0; n < 6; n++) await scene.signIn(user);
    const [, ended, ...others] = (await sessionsOf(scene, user.id)).map(({ id }) => id);
    await end(ended as string, token);
    const shown = await scene.getAll('/api/v1/me/sessions?limit=2', token);
    expect(shown.map(({ id }) => id)).toEqual([...others.reverse(), shown.find(({ current }) => current).id]);
    expect((await scene.get('/api/v1/me/sessions?cursor=x', token)).status).toBe(400);
  });

  it('can be ended one by one', async () => {
    const [mine, other] = [await signIn(scene, user.email), await signIn(scene, user.email)];
    const [current, second] = (await sessionsOf(scene, user.id)).map(({ id }) => id as string);
    expect((await end(second as string, mine.accessToken)).status).toBe(204);
    expect(await me(other.accessToken)).toBe(401);
    expect(await me(mine.accessToken)).toBe(200);
    expect(await written('session.revoked')).toMatchObject([{ actor_id: user.id, subject_id: second }]);
    expect((await end(second as string, mine.accessToken)).status).toBe(404);
    expect((await end(current as string, mine.accessToken)).status).toBe(204);
    expect(await me(mine.accessToken)).toBe(401);
  });

  it('of others do not exist: they answer like an id that is none', async () => {
    const stranger = await scene.createUser();
    const theirs = await scene.signIn(stranger);
    const [session] = await sessionsOf(scene, stranger.id);
    const token = await scene.signIn(user);
    const foreign = await end(session?.id as string, token);
    const unknown = await end(uuid(), token);
    expect([foreign.status, foreign.body.code]).toEqual([404, 'NOT_FOUND']);
    expect({ ...foreign.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
    expect(await me(theirs)).toBe(200);
    expect((await scene.get('/api/v1/me/sessions', token)).body.items).toHaveLength(1);
  });
});
