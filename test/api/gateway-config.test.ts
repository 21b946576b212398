import { afterAll, beforeAll, expect, it } from 'vitest';
import { createScene, DAY, type Home, NOW, type Scene } from './scene.ts';

let scene: Scene;
let home: Home;
let gatewayId: string;
let token: string;
beforeAll(async () => {
  scene = await createScene();
  home = await scene.createOffice(await scene.createCustomer());
  gatewayId = await scene.createGateway(home);
  token = await scene.gatewayToken(gatewayId);
});
afterAll(() => scene?.close());

const config = (tag?: string) =>
  scene.request({ url: '/gateway/api/v1/config', token, headers: tag === undefined ? {} : { 'if-none-match': tag } });

it('a gateway without MQTT reads its configuration, and is told when there is nothing new', async () => {
  expect((await config()).body).toEqual({ complete: true, devices: [] });
  const id = await scene.createDevice(home, 'printer-1', gatewayId);
  await scene.createDevice(home, 'not-heard');
  const { body, headers } = await config();
  const device = { device: 'printer-1', state: 'active', monitored: true, model: null, label: null };
  expect(body).toEqual({ complete: true, devices: [device] });
  expect(headers['cache-control']).toBe('private, no-cache');
  const tag = String(headers.etag);
  expect(tag).toMatch(/^"[\w-]{43}"$/);
  for (const known of [tag, `W/${tag}`, '*']) {
    const answer = await config(known);
    expect([answer.status, answer.text, answer.headers.etag], known).toEqual([304, '', tag]);
  }
  await scene.db.updateTable('device').set({ state: 'blocked' }).where('id', '=', id).execute();
  const changed = await config(tag);
  expect([changed.status, changed.body.devices]).toEqual([200, [{ ...device, state: 'refused' }]]);
  expect(changed.headers.etag).not.toBe(tag);
});

it('a gateway without MQTT reads how long its token lasts, and how much of its limits it uses', async () => {
  await scene.createDeadLetter(home, gatewayId);
  const { status, body } = await scene.get('/gateway/api/v1/session', token);
  expect(status).toBe(200);
  expect(body).toEqual({
    serverTime: new Date(NOW).toISOString(),
    exp: new Date(NOW + DAY).toISOString(),
    maxPacketBytes: 1024 * 1024,
    renewable: false,
    limits: expect.objectContaining({
      pendingDevices: { limit: 1000, used: 0 },
      sensorsPerDevice: { limit: 2000 },
      deadLetters: { limit: 10_000, used: 1 },
      messagesPerSecond: { limit: expect.any(Number), used: 0 },
    }),
    delayed: null,
  });
});
