import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { appendCounts, foldCounts } from '../../src/db/ledger.ts';
import { registerProcess } from '../../src/db/processes.ts';
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
  for (const host of ['a', 'b'])
    await registerProcess(scene.db, { id: uuid(), role: 'worker', version: '1.2.3', host }, 0, 60_000);
  const token = await scene.signIn(await scene.createUser({ isAdmin: true }));
  const { status, body } = await scene.get('/admin/api/v1/overview', token);
  expect(status).toBe(200);
  expect(body).toEqual({
    version: '1.2.3',
    nodeVersion: process.versions.node,
    postgresVersion: expect.stringMatching(/^\d+/),
    schema: { migrations: expect.any(Number), newest: expect.stringMatching(/^\d{8}T\d{4}_/), pending: [] },
    queue: { backend: 'postgres', version: expect.stringMatching(/^\d+/), ready: true, waiting: 0, failed: 0 },
    processes: [{ role: 'worker', version: '1.2.3', count: 2 }],
    disk: null,
    partitions: expect.arrayContaining([
      { table: 'reading', partitions: 1, from: '2026-11-01T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z' },
      { table: 'event_log', partitions: 0, from: null, to: null },
    ]),
    minutes: expect.any(Array),
    customers: 1,
    gateways: 1,
    devices: 1,
    sensors: 2,
  });
  expect(body.schema.migrations).toBeGreaterThanOrEqual(3);
});

it('an admin sees what was stored in the last minutes, and that the schema is behind', async () => {
  const home = await scene.createOffice(await scene.createCustomer());
  const gatewayId = await scene.createGateway(home);
  const entry = { gatewayId, brokerId: uuid(), hour: 0, seen: [[1, 6]] as const, voided: [] };
  const counts = { stored: 3, duplicate: 2, rejected: 1, itemsStored: 30, itemsDuplicate: 20, itemsRejected: 10 };
  for (let n = 0; n < 2; n++) {
    await appendCounts([{ ...entry, ...counts }]).execute(scene.db);
    expect(await foldCounts(scene.db)).toBe(1);
  }
  const ago = (minutes: number) => sql`date_trunc('minute', now()) - ${`${minutes} minutes`}::interval`;
  await sql`UPDATE ingest_minute SET minute = ${ago(3)}`.execute(scene.db);
  await sql`
    INSERT INTO ingest_loss (gateway_id, broker_id, hour, numbers, found_at)
    VALUES (${gatewayId}, ${uuid()}, now(), '{[1,5)}', ${ago(2)})`.execute(scene.db);
  await sql`INSERT INTO ingest_minute VALUES (now() - interval '25 hours', 1, 1, 1, 1, 1, 1)`.execute(scene.db);
  await foldCounts(scene.db);
  expect(await scene.db.selectFrom('ingest_minute').selectAll().execute()).toHaveLength(1);

  const token = await scene.signIn(await scene.createUser({ isAdmin: true }));
  const overview = async () => (await scene.get('/admin/api/v1/overview', token)).body;
  const { minutes } = await overview();
  expect(minutes).toHaveLength(15);
  const busy = minutes.filter(({ accepted, lost }: Record<string, number>) => accepted || lost);
  const none = {
    accepted: 0,
    stored: 0,
    duplicate: 0,
    rejected: 0,
    itemsStored: 0,
    itemsDuplicate: 0,
    itemsRejected: 0,
  };
  expect(busy).toEqual([
    { minute: expect.any(String), ...none, lost: 4 },
    {
      ...{ minute: expect.any(String), accepted: 12, stored: 6, duplicate: 4, rejected: 2, lost: 0 },
      ...{ itemsStored: 60, itemsDuplicate: 40, itemsRejected: 20 },
    },
  ]);

  const newest = '20261126T1510_create_ingest_minutes';
  await sql`DELETE FROM kysely_migration WHERE name = ${newest}`.execute(scene.db);
  expect(await overview()).toMatchObject({ schema: { pending: [newest] }, minutes: [] });
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
