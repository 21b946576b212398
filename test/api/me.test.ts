import { afterAll, beforeAll, expect, it } from 'vitest';
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
