import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { RoleName } from '../../src/roles.ts';
import type { World } from './world.ts';

const CLI = fileURLToPath(new URL('../../dist/src/cli.js', import.meta.url));

export interface RoleProcess {
  readonly child: ChildProcess;
  /** What it printed so far. */
  output(): string;
  signal(name: NodeJS.Signals): void;
  /** Ends it at once, as a power cut would, and waits until it is gone. */
  kill(): Promise<void>;
}

/** A role as a process of its own, on the world's database; resolves when it runs. */
export async function startProcess(world: World, role: RoleName, env: NodeJS.ProcessEnv = {}): Promise<RoleProcess> {
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
  await Promise.race([
    once(child, 'message'),
    ended.then(() => {
      throw new Error(`the ${role} ended before it was ready:\n${output}`);
    }),
  ]);
  return {
    child,
    output: () => output,
    signal: (name) => child.kill(name),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
