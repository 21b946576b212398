import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrateAll } from '../../src/commands/migrate.ts';
import { type EmbeddedPostgres, findClusterFolder, startEmbeddedPostgres } from '../../src/embedded/index.ts';
import { createLog } from '../../src/telemetry/log.ts';

/** A Postgres of this test's own, migrated, that it may stop and start again on the same data and port. */
export interface OwnPostgres {
  readonly url: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  remove(): Promise<void>;
}

export async function ownPostgres(): Promise<OwnPostgres> {
  const log = createLog('test', { level: 'fatal', pretty: true });
  const dataDir = await mkdtemp(join(tmpdir(), 'stepcloud-own-'));
  let postgres: EmbeddedPostgres | undefined = await startEmbeddedPostgres({ dataDir, log });
  const { url } = postgres;
  await migrateAll({ databaseUrl: url }, log);
  return {
    url,
    async start() {
      postgres = await startEmbeddedPostgres({ dataDir, log });
      if (postgres.url !== url) throw new Error('Postgres came back elsewhere');
    },
    async stop() {
      await postgres?.stop();
      postgres = undefined;
    },
    async remove() {
      const cluster = await findClusterFolder(dataDir);
      await postgres?.stop();
      for (const folder of [dataDir, cluster]) if (folder) await rm(folder, { recursive: true, force: true });
    },
  };
}
