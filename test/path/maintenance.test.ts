import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openDatabase } from '../../src/db/database.ts';
import { requestJob } from '../../src/db/maintenance.ts';
import { ensurePartitions, listPartitions } from '../../src/db/partitions.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { startProcess } from '../support/process.ts';
import { createWorld, type World } from '../support/world.ts';

const DAY = 86_400_000;
const WAIT = { timeout: 30_000, interval: 50 };

let world: World;
beforeAll(async () => {
  world = await createWorld({ roles: [] });
});
afterAll(() => world.close());

it('a worker that is killed while it drops a partition is followed by another one, which finishes that', async () => {
  const settings = join(world.config.dataDir, 'broker.config.ts');
  await writeFile(settings, 'export default { retentionDays: { readings: 60 } };\n');
  const old = Date.now() - 200 * DAY;
  await ensurePartitions(world.db, 'reading', [old, Date.now()], 'day');
  await sql`INSERT INTO reading VALUES (${new Date(old)}, 1, 1, 0)`.execute(world.db);

  const env = { STEPCLOUD_BROKER_CONFIG: settings };
  const first = await startProcess(world, 'worker', env);
  const job = () =>
    world.db.selectFrom('maintenance_job').where('name', '=', 'retention').selectAll().executeTakeFirstOrThrow();
  await vi.waitFor(job, WAIT);
  const second = await startProcess(world, 'worker', env);
  const log = createLog('test', { level: 'silent', pretty: false });
  const reader = openDatabase({ url: world.config.databaseUrl, poolSize: 1, log });
  try {
    await reader.transaction().execute(async (tx) => {
      await sql`SELECT FROM reading`.execute(tx);
      await requestJob(world.db, 'retention', new Date());
      await vi.waitFor(async () => {
        const { rows } = await sql`SELECT FROM pg_inherits WHERE inhdetachpending`.execute(world.db);
        expect(rows).toHaveLength(1);
      }, WAIT);
      expect(await job()).toMatchObject({ run_by: expect.stringMatching(`:${first.child.pid}$`), finished_at: null });
      await first.kill();
    });
    await vi.waitFor(async () => {
      const left = await listPartitions(world.db, 'reading');
      expect(left.filter(({ from }) => from <= old)).toEqual([]);
      expect(await job()).toMatchObject({
        ...{ run_by: expect.stringMatching(`:${second.child.pid}$`), error: null },
        result: expect.objectContaining({ readingsPartitions: 1 }),
      });
    }, WAIT);
  } finally {
    await reader.destroy();
    await first.kill();
    await second.kill();
  }
}, 60_000);
