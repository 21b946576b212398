import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { migrateAll } from '../../src/commands/migrate.ts';
import { findClusterFolder, startEmbeddedPostgres } from '../../src/embedded/index.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { runSql, TEMPLATE, withDatabase } from './database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the maintenance database of the Postgres that all test files share. */
    postgresUrl: string;
  }
}

/**
 * Builds what tests start as processes of their own, so that no test runs yesterday's code.
 * One Postgres for the whole run, with a migrated template that every test clones. Not durable, since nobody kills it.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
  const log = createLog('test', { level: 'warn', pretty: true });
  const dataDir = await mkdtemp(join(tmpdir(), 'stepcloud-test-'));
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '400' };
  const postgres = await startEmbeddedPostgres({ dataDir, log, settings });
  const url = withDatabase(postgres.url, 'postgres');
  await runSql(url, `CREATE DATABASE ${TEMPLATE}`);
  await migrateAll({ databaseUrl: withDatabase(url, TEMPLATE) }, log);
  project.provide('postgresUrl', url);
  return async () => {
    const cluster = await findClusterFolder(dataDir);
    await postgres.stop();
    for (const folder of [dataDir, cluster]) if (folder) await rm(folder, { recursive: true, force: true });
  };
}
