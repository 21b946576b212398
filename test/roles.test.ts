import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { RoleName } from '../src/roles.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;
let blocker: Client;
beforeAll(async () => {
  world = await createWorld({ roles: [] });
  blocker = new Client({ connectionString: world.config.databaseUrl });
  await blocker.connect();
});
afterAll(async () => {
  await blocker.end();
  await world.close();
});

/** Ends the connection that waits for a lock, as a restart of Postgres does. */
async function endWaiting(): Promise<void> {
  const end = sql<{ ended: boolean }>`
    SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  await vi.waitFor(async () => expect((await end.execute(world.db)).rows).toEqual([{ ended: true }]), {
    timeout: 10_000,
    interval: 20,
  });
}

it.each<[RoleName, string, string]>([
  ['broker', 'says that it lives', 'process'],
  ['broker', 'looks what was revoked', 'session'],
  ['worker', 'says that it lives', 'process'],
])('a %s that loses the database while it %s starts all the same, once that is back', async (role, _, table) => {
  await blocker.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  const starting = world.start(role);
  await endWaiting();
  await blocker.query('ROLLBACK');
  const running = await starting;
  expect(await world.db.selectFrom('process').select('role').execute()).toContainEqual({ role });
  await running.close();
});
