import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import type { RoleName } from '../../src/roles.ts';
import type { World } from './world.ts';

const CLI = fileURLToPath(new URL('../../dist/src/cli.js', import.meta.url));

export interface RoleProcess {
  readonly child: ChildProcess;
  /** What it printed so far. */
  output(): string;
  /** Where it listens, once it has printed that. */
  port(): Promise<number>;
  signal(name: NodeJS.Signals): void;
  /** Ends it at once, as a power cut would, and waits until it is gone. */
  kill(): Promise<void>;
}

/** A role as a process of its own, on the world's database; resolves when it runs. */
export async function startProcess(world: World, role: RoleName, env: NodeJS.ProcessEnv = {}): Promise<RoleProcess> {
  const started = launchProcess(world, role, env);
  await started.ready;
  return started;
}

/** The same without waiting for it: for one that cannot run yet. */
export function launchProcess(
  world: World,
  role: RoleName,
  env: NodeJS.ProcessEnv = {},
): RoleProcess & { readonly ready: Promise<void> } {
  const child = fork(CLI, [role], {
    silent: true,
    env: {
      ...process.env,
      DATABASE_URL: world.config.databaseUrl,
      REDIS_URL: world.config.redisUrl,
      STEPCLOUD_DATA_DIR: world.config.dataDir,
      MQTT_PORT: '0',
      HTTP_PORT: '0',
      LOG_FORMAT: 'json',
      ...env,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'exit');
  const early = ended.then(() => {
    throw new Error(`the ${role} ended before it was ready:\n${output}`);
  });
  const ready = Promise.race([once(child, 'message').then(() => {}), early]);
  ready.catch(() => {});
  return {
    child,
    ready,
    output: () => output,
    port: () =>
      vi.waitFor(() => Number((/listening on port (\d+)/.exec(output) as RegExpExecArray)[1]), {
        timeout: 20_000,
        interval: 20,
      }),
    signal: (name) => child.kill(name),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
