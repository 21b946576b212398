import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordRunEnd, registerJobs, takeLock } from '../../src/db/maintenance.ts';
import { ensurePartitions } from '../../src/db/partitions.ts';
import { KEPT } from '../../src/db/retention.ts';
import { noteStorageWarning, recordStorage } from '../../src/db/storage.ts';
import { createScene, DAY, NOW, type Scene } from './scene.ts';

const HOUR = 3_600_000;

let scene: Scene;
let admin: { id: string; email: string };
let token: string;
beforeAll(async () => {
  scene = await createScene();
  const firstRunAt = new Date(NOW);
  await registerJobs(scene.db, [
    { name: 'retention', everyMs: HOUR, firstRunAt },
    { name: 'fold-counts', everyMs: 10_000, firstRunAt },
  ]);
  admin = await scene.createUser({ isAdmin: true });
  token = await scene.signIn(admin);
});
afterAll(() => scene?.close());

it('an admin sees each job, how it went, whether it runs and when it runs next', async () => {
  const run = { name: 'retention', runBy: 'worker-1:17', startedAt: new Date(NOW - 2_000) };
  const nextRunAt = new Date(NOW + HOUR);
  await recordRunEnd(scene.db, { ...run, finishedAt: new Date(NOW - 1_000), nextRunAt, result: { auditRows: 3 } });
  await recordRunEnd(scene.db, { ...run, finishedAt: new Date(NOW), nextRunAt, error: 'a table is locked' });
  const list = async () => (await scene.get('/admin/api/v1/maintenance', token)).body.items;
  const unrun = { requestedAt: null, startedAt: null, finishedAt: null, succeededAt: null, error: null, runBy: null };
  const [folding, retention] = await list();
  expect(folding).toEqual({
    ...unrun,
    ...{ name: 'fold-counts', everyMs: 10_000, running: false, nextRunAt: new Date(NOW).toISOString() },
    ...{ result: null, resultAt: null },
  });
  expect(retention).toEqual({
    ...{ name: 'retention', everyMs: HOUR, running: false, runBy: 'worker-1:17', requestedAt: null },
    ...{ error: 'a table is locked', result: { auditRows: 3 }, resultAt: new Date(NOW - 1_000).toISOString() },
    ...{ startedAt: run.startedAt.toISOString(), finishedAt: new Date(NOW).toISOString() },
    ...{ succeededAt: new Date(NOW - 1_000).toISOString(), nextRunAt: nextRunAt.toISOString() },
  });
  await scene.db.connection().execute(async (connection) => {
    await takeLock(connection, 'retention');
    expect((await list()).map(({ running }: { running: boolean }) => running)).toEqual([false, true]);
    await sql`SELECT pg_advisory_unlock_all()`.execute(connection);
  });
});

it('an admin has a job run soon, which is written down', async () => {
  const post = (name: string) => scene.request({ method: 'POST', url: `/admin/api/v1/maintenance/${name}/run`, token });
  const { status, body } = await post('fold-counts');
  expect(status).toBe(202);
  expect(body).toMatchObject({ name: 'fold-counts', requestedAt: new Date(NOW).toISOString() });
  scene.clock.now += 1_000;
  const audit = await scene.get('/admin/api/v1/audit?action=maintenance.requested', token);
  expect(audit.body.items).toMatchObject([{ actor: { name: admin.email }, detail: { job: 'fold-counts' } }]);
  expect(await post('unheard-of')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  expect((await scene.get('/admin/api/v1/audit?action=maintenance.requested', token)).body.items).toHaveLength(1);
});

it('an admin sees how long what is kept, and what would go now', async () => {
  scene.parts.settings.retentionDays.readings = 60;
  await ensurePartitions(scene.db, 'reading', [NOW - 400 * DAY, NOW], 'month');
  await sql`INSERT INTO reading VALUES (${new Date(NOW - 400 * DAY)}, 1, 1, 0)`.execute(scene.db);
  await sql`ANALYZE reading`.execute(scene.db);
  const session = { user_id: admin.id, created_at: new Date(0), expires_at: new Date(NOW - 91 * DAY) };
  await scene.db
    .insertInto('session')
    .values({ ...session, id: '01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f' })
    .execute();
  const { status, body } = await scene.get('/admin/api/v1/retention', token);
  expect(status).toBe(200);
  expect(body.policies.map(({ kept }: { kept: string }) => kept)).toEqual(KEPT);
  const policy = (name: string) => body.policies.find(({ kept }: { kept: string }) => kept === name);
  expect(policy('readings')).toEqual({
    ...{ kept: 'readings', days: 60, before: new Date(scene.clock.now - 61 * DAY).toISOString() },
    ...{ partitions: 1, rows: 1, bytes: expect.any(Number) },
  });
  expect(policy('events')).toEqual({ kept: 'events', days: null, before: null, partitions: 0, rows: 0, bytes: 0 });
  expect(policy('sessions')).toMatchObject({ partitions: 0, rows: 1 });
  expect(body.job).toMatchObject({ name: 'retention', result: { auditRows: 3 } });
});

it('an admin sees what the database consists of, how full its disk is, and how long that will go on', async () => {
  const { status, body } = await scene.get('/admin/api/v1/storage', token);
  expect(status).toBe(200);
  expect(body.measured).toBeNull();
  const family = (name: string) => body.families.find((one: { family: string }) => one.family === name);
  expect(family('readings')).toMatchObject({ partitions: 2, bytes: expect.any(Number) });
  const sum = body.families.reduce((total: number, { bytes }: { bytes: number }) => total + bytes, 0);
  const { rows } = await sql<{ bytes: number }>`
    SELECT pg_database_size(current_database())::float8 AS bytes`.execute(scene.db);
  expect(Math.abs(sum - rows[0]!.bytes)).toBeLessThan(1e6);

  for (const [at, freeBytes] of [
    [NOW - DAY, 40e9],
    [NOW, 30e9],
  ] as const)
    await recordStorage(scene.db, new Date(at), { totalBytes: 100e9, freeBytes });
  await noteStorageWarning(scene.db, 'filling', new Date(NOW));
  expect((await scene.get('/admin/api/v1/storage', token)).body.measured).toEqual({
    ...{ measuredAt: new Date(NOW).toISOString(), databaseBytes: expect.any(Number) },
    ...{ databaseBytesPerDay: expect.any(Number), diskBytes: 100e9, diskFreeBytes: 30e9, diskBytesPerDay: 10e9 },
    ...{ daysLeft: 3, warning: 'filling', warnedAt: new Date(NOW).toISOString() },
  });
});
