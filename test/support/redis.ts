import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { found } from './found.ts';
import { freePort } from './free-port.ts';

/** A Redis of this test's own, durable as production wants it, that it may stop, kill and start again. */
export interface OwnRedis {
  readonly url: string;
  readonly port: number;
  start(): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Sends it a signal and does not wait for anything. */
  signal(name: NodeJS.Signals): void;
  /** Changes its settings while it runs. */
  configure(settings: Record<string, string>): Promise<void>;
  remove(): Promise<void>;
}

export async function ownRedis(settings: Record<string, string | number> = {}): Promise<OwnRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'stepcloud-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let server: ChildProcess | undefined;

  const redis: OwnRedis = {
    url,
    port,
    async start() {
      const options = {
        port,
        bind: '127.0.0.1',
        dir: folder,
        appendonly: 'yes',
        'maxmemory-policy': 'noeviction',
        save: '',
        ...settings,
      };
      const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
      server = spawn(found('redis-server') as string, args, { stdio: 'ignore' });
      await untilAnswers(url);
    },
    async stop(signal = 'SIGTERM') {
      if (!server || server.exitCode !== null || server.signalCode !== null) return;
      const ended = once(server, 'exit');
      server.kill(signal);
      await ended;
    },
    signal: (name) => void server?.kill(name),
    async configure(settings) {
      const client = new Redis(url);
      for (const [name, value] of Object.entries(settings)) await client.config('SET', name, value);
      client.disconnect();
    },
    async remove() {
      await redis.stop('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
  await redis.start();
  return redis;
}

async function untilAnswers(url: string): Promise<void> {
  const client = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
  client.on('error', () => {});
  try {
    while ((await client.ping().catch(() => 'loading')) !== 'PONG');
  } finally {
    client.disconnect();
  }
}
