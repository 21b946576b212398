import { describe } from 'vitest';
import { missing } from './found.ts';
import { type OwnPostgres, ownPostgres } from './postgres.ts';
import { type OwnRedis, ownRedis } from './redis.ts';

export type Backend = 'Postgres' | 'Redis';

/** A queue's store that a test may stop and start again; `env` points StepCloud to it. */
export interface QueueStoreServer {
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  start(): Promise<void>;
  stop(): Promise<void>;
  remove(): Promise<void>;
}

/** Runs a suite once per backend of the queue; the one on Redis is skipped, by name, where there is none. */
export function describeBackends(name: string, suite: (backend: Backend) => void): void {
  describe(`${name}, queue on Postgres`, () => suite('Postgres'));
  describe.skipIf(missing('redis-server'))(`${name}, queue on Redis`, () => suite('Redis'));
}

/** The queue's store for a test that leaves it alone: with Postgres, the database of its world. */
export async function sharedStore(
  backend: Backend,
): Promise<{ redisUrl: string | undefined; remove(): Promise<void> }> {
  if (backend === 'Postgres') return { redisUrl: undefined, remove: async () => {} };
  const { url, remove } = await ownRedis();
  return { redisUrl: url, remove };
}

/** The queue's store of a backend, apart from that of other tests: with Postgres the whole database is. */
export async function ownStore(backend: Backend): Promise<QueueStoreServer> {
  const server: OwnPostgres | OwnRedis = backend === 'Redis' ? await ownRedis() : await ownPostgres();
  return {
    databaseUrl: backend === 'Postgres' ? server.url : undefined,
    redisUrl: backend === 'Redis' ? server.url : undefined,
    start: () => server.start(),
    stop: () => server.stop(),
    remove: () => server.remove(),
  };
}
