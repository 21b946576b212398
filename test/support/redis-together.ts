import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { vi } from 'vitest';
import { found } from './found.ts';
import { freePort } from './free-port.ts';
import { type OwnRedis, ownRedis } from './redis.ts';

const WAIT = { timeout: 30_000, interval: 50 };
const SLOTS = 16_384;

/** Servers that make one Redis together. `url` is what REDIS_URL says of it. */
export interface RedisTogether {
  readonly url: string;
  readonly servers: readonly OwnRedis[];
  remove(): Promise<void>;
}

/** A master, a replica that has all of it, and a Sentinel that puts the second in the place of the first. */
export async function redisWithSentinel(): Promise<RedisTogether> {
  const master = await ownRedis();
  const replica = await ownRedis({ replicaof: `127.0.0.1 ${master.port}` });
  await ask(replica, async (client) =>
    vi.waitFor(async () => expectIn(await client.info(), 'master_link_status:up'), WAIT),
  );
  const sentinel = await startSentinel(master.port);
  await ask({ url: `redis://127.0.0.1:${sentinel.port}` }, (client) =>
    vi.waitFor(async () => expectIn(await client.info('sentinel'), 'slaves=1'), WAIT),
  );
  return {
    url: `redis+sentinel://127.0.0.1:${sentinel.port}/ingest`,
    servers: [master, replica],
    async remove() {
      await sentinel.remove();
      for (const server of [master, replica]) await server.remove();
    },
  };
}

async function startSentinel(masterPort: number): Promise<{ port: number; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'stepcloud-sentinel-'));
  const port = await freePort();
  const settings = `port ${port}
bind 127.0.0.1
sentinel monitor ingest 127.0.0.1 ${masterPort} 1
sentinel down-after-milliseconds ingest 500
sentinel failover-timeout ingest 5000
`;
  const file = join(folder, 'sentinel.conf'); // it writes into it what it finds
  await writeFile(file, settings);
  const server: ChildProcess = spawn(found('redis-server') as string, [file, '--sentinel'], { stdio: 'ignore' });
  return {
    port,
    async remove() {
      const ended = once(server, 'exit');
      server.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Three masters, each with a third of the slots. */
export async function redisCluster(): Promise<RedisTogether> {
  const servers = await Promise.all(
    Array.from({ length: 3 }, () => ownRedis({ 'cluster-enabled': 'yes', 'cluster-node-timeout': 2_000 })),
  );
  for (const [index, server] of servers.entries()) {
    const [from, to] = [index, index + 1].map((n) => Math.floor((SLOTS * n) / servers.length)) as [number, number];
    await ask(server, async (client) => {
      await client.call('CLUSTER', 'ADDSLOTSRANGE', from, to - 1);
      await client.call('CLUSTER', 'MEET', '127.0.0.1', (servers[0] as OwnRedis).port);
    });
  }
  for (const server of servers) {
    await ask(server, (client) =>
      vi.waitFor(async () => {
        expectIn(String(await client.call('CLUSTER', 'INFO')), 'cluster_state:ok');
        expectIn(String(await client.call('CLUSTER', 'INFO')), 'cluster_known_nodes:3');
      }, WAIT),
    );
  }
  return {
    url: `redis+cluster://${servers.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    servers,
    async remove() {
      for (const server of servers) await server.remove();
    },
  };
}

async function ask(server: { url: string }, work: (client: Redis) => Promise<unknown>): Promise<void> {
  const client = new Redis(server.url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
  client.on('error', () => {});
  try {
    await work(client);
  } finally {
    client.disconnect();
  }
}

function expectIn(text: string, part: string): void {
  if (!text.includes(part)) throw new Error(`no ${part} in ${text}`);
}
