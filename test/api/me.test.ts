import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScene, type Scene } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await createScene();
});
afterAll(() => scene?.close());

it('a user sees who they are and where they may look', async () => {
  const beta = await scene.createOffice(await scene.createCustomer('Beta'));
  const alpha = await scene.createCustomer('Alpha');
  const user = await scene.createUser({ isAdmin: true, homes: [beta, { customerId: alpha, officeId: null }] });
  const { status, body } = await scene.get('/api/v1/me', await scene.signIn(user));
  expect(status).toBe(200);
  expect(body).toEqual({
    id: user.id,
    email: user.email,
    firstName: 'Ada',
    lastName: null,
    isAdmin: true,
    memberships: [
      { customerId: alpha, customerName: 'Alpha', officeId: null, role: 'viewer' },
      { customerId: beta.customerId, customerName: 'Beta', officeId: beta.officeId, role: 'viewer' },
    ],
  });
});

describe('a user who changes their name', () => {
  it('says the first, the last or both, and null takes one away', async () => {
    const token = await scene.signIn(await scene.createUser());
    const change = async (payload: object) => {
      const { status, body } = await scene.request({ method: 'PATCH', url: '/api/v1/me', token, payload });
      expect(status).toBe(200);
      expect((await scene.get('/api/v1/me', token)).body).toEqual(body);
      return [body.firstName, body.lastName];
    };
    expect(await change({ lastName: 'Lovelace' })).toEqual(['Ada', 'Lovelace']);
    expect(await change({ firstName: 'Zoë 🔧', lastName: null })).toEqual(['Zoë 🔧', null]);
  });

  it.each([
    ['nothing', {}, ''],
    ['an empty name', { firstName: '' }, '/firstName'],
    ['an endless name', { firstName: 'x'.repeat(129) }, '/firstName'],
    ['U+0000', { lastName: 'a\0b' }, '/lastName'],
    ['what others decide', { isAdmin: true }, '/isAdmin'],
    ['another address', { email: 'eve@example.net' }, '/email'],
  ])('cannot send %s', async (_, payload, pointer) => {
    const token = await scene.signIn(await scene.createUser());
    const { status, body } = await scene.request({ method: 'PATCH', url: '/api/v1/me', token, payload });
    expect([status, body.code, body.errors[0].pointer]).toEqual([400, 'REQUEST_INVALID', pointer]);
    expect((await scene.get('/api/v1/me', token)).body).toMatchObject({ firstName: 'Ada', isAdmin: false });
  });
});
