import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createScene, type Scene } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await createScene();
});
afterAll(() => scene?.close());

it('an admin sees what runs and how much there is', async () => {
  const home = await scene.createOffice(await scene.createCustomer());
  const gateway = await scene.createGateway(home);
  const device = await scene.createDevice(home, 'd', gateway);
  await scene.store(device, 'a', [[scene.clock.now, 1]]);
  await scene.store(device, 'b', [[scene.clock.now, 1]]);
  await vi.waitFor(async () => expect(await scene.queue.isReady()).toBe(true));
  const token = await scene.signIn(await scene.createUser({ isAdmin: true }));
  const { status, body } = await scene.get('/admin/api/v1/overview', token);
  expect(status).toBe(200);
  expect(body).toEqual({
    version: '1.2.3',
    nodeVersion: process.versions.node,
    postgresVersion: expect.stringMatching(/^\d+/),
    migrations: expect.any(Number),
    queue: { ready: true, waiting: 0, failed: 0 },
    customers: 1,
    gateways: 1,
    devices: 1,
    sensors: 2,
  });
  expect(body.migrations).toBeGreaterThanOrEqual(3);
});

it('a gateway learns whose its token is', async () => {
  const home = await scene.createOffice(await scene.createCustomer());
  const gatewayId = await scene.createGateway(home, 'Tested');
  const { status, body } = await scene.get('/gateway/api/v1/test-token', await scene.gatewayToken(gatewayId));
  expect(status).toBe(200);
  expect(body).toEqual({
    gatewayId,
    label: 'Tested',
    ...home,
    sessionId: expect.any(String),
    expiresAt: new Date(scene.clock.now + 86_400_000).toISOString(),
  });
});
