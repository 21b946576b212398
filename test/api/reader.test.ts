import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildApi } from '../../src/api/server.ts';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { createScene, NOW, type Scene } from './scene.ts';

/** A replica that has nothing yet, and takes no writes. */
let replica: TestDatabase;
let reader: Database;
let scene: Scene;
let get: (path: string) => Promise<{ status: number; text: string }>;
let deviceId: string;

beforeAll(async () => {
  scene = await createScene();
  replica = await createDatabase();
  const options = '-c default_transaction_read_only=on';
  reader = openDatabase({ url: replica.url, poolSize: 1, log: scene.log, options });
  const home = await scene.createOffice(await scene.createCustomer());
  const token = await scene.signIn(await scene.createUser({ homes: [home] }));
  deviceId = await scene.createDevice(home, 'printer');
  await scene.store(deviceId, 'temperature', [[NOW - 60_000, 21.5]]);
  const app = await buildApi({ ...scene.parts, reader });
  get = async (path) => {
    const { statusCode, body } = await app.inject({
      url: `/api/v1${path}`,
      headers: { authorization: `Bearer ${token}` },
    });
    return { status: statusCode, text: body };
  };
});
afterAll(async () => {
  await reader?.destroy();
  await replica?.drop();
  await scene?.close();
});

const RANGE = `from=${new Date(NOW - 3_600_000).toISOString()}&to=${new Date(NOW).toISOString()}`;

it.each([
  ['readings', () => `/devices/${deviceId}/readings?${RANGE}`, '"items":[]'],
  ['aggregates', () => `/devices/${deviceId}/aggregates?${RANGE}&width=1h`, '"count":0'],
  ['events of all devices', () => `/events?${RANGE}`, '"items":[]'],
  ['logs', () => `/logs?${RANGE}`, '"items":[]'],
])('%s are read from the replica', async (_, path, nothing) => {
  expect(await get(path())).toEqual({ status: 200, text: expect.stringContaining(nothing) });
});

it('an export is', async () => {
  const { status, text } = await get(`/readings/export?${RANGE}`);
  expect([status, text.trim().split('\n').length]).toEqual([200, 1]);
});

it.each([
  ['latest values', () => `/devices/${deviceId}/latest`],
  ['devices', () => '/devices'],
])('%s are read from the database itself', async (_, path) => {
  expect(await get(path())).toEqual({ status: 200, text: expect.stringMatching(/21.5|printer/) });
});
