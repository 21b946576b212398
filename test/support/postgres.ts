import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
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
  /** Kills it as a power cut would; `start` brings it back. */
  kill(): Promise<void>;
  /** Sends a signal to all of its processes. */
  signal(name: NodeJS.Signals): Promise<void>;
  remove(): Promise<void>;
}

export async function ownPostgres(): Promise<OwnPostgres> {
  const log = createLog('test', { level: 'fatal', pretty: true });
  const dataDir = await mkdtemp(join(tmpdir(), 'stepcloud-own-'));
  let postgres: EmbeddedPostgres | undefined = await startEmbeddedPostgres({ dataDir, log });
  const { url } = postgres;
  await migrateAll({ databaseUrl: url }, log);
  const postmasterPid = async (): Promise<number> =>
    Number.parseInt(await readFile(join((await findClusterFolder(dataDir)) as string, 'postmaster.pid'), 'utf8'), 10);
  return {
    url,
    async kill() {
      process.kill(await postmasterPid(), 'SIGKILL');
    },
    async signal(name) {
      const pid = await postmasterPid();
      for (const one of [pid, ...childrenOf(pid)]) process.kill(one, name);
    },
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

/** From /proc, so on Linux only. */
function childrenOf(parent: number): number[] {
  const parentOf = (pid: string): number => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    } catch {
      return 0; // it has ended
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === parent)
    .map(Number);
}
