import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { OwnPostgres } from '../support/postgres.ts';
import { launchProcess, type RoleProcess } from '../support/process.ts';
import type { OwnRedis } from '../support/redis.ts';
import type { World } from '../support/world.ts';

const PAGE_BYTES = 4096;
const LAST_LINES = 20;

/** One process of an installation, or one server of it, that can be hit and comes back. */
export interface Component {
  readonly name: string;
  /** Ends it with -9 and starts it again. */
  kill(): Promise<void>;
  /** Stops it for a while (SIGSTOP): it holds its connections and answers nothing. */
  pause(milliseconds: number): Promise<void>;
}

/** How a process ended that was asked to. */
export interface Stop {
  code: number | null;
  seconds: number;
}

export interface RoleComponent extends Component {
  /** Asks it to stop (SIGTERM) and waits for that. */
  stop(): Promise<Stop>;
  /** Starts it again; resolves when it runs. */
  start(): Promise<void>;
  /** What all of its processes printed. */
  output(): string;
  /** The last that it printed, for each time that it ended though nobody had killed it. */
  ends(): readonly string[];
  memoryBytes(): number;
  end(): Promise<void>;
}

export function roleComponent(
  name: string,
  role: 'broker' | 'worker' | 'api',
  world: World,
  env: NodeJS.ProcessEnv,
): RoleComponent & { ready: Promise<void> } {
  let printed = '';
  const ends: string[] = [];
  let isAsked = false;
  let current = launch();

  function launch(): RoleProcess & { ready: Promise<void> } {
    const started = launchProcess(world, role, env);
    // Not at its exit: what it said last may come after that.
    started.child.once('close', (code, signal) => {
      printed += started.output();
      if (signal === 'SIGKILL' || isAsked) return;
      const lines = started.output().trimEnd().split('\n').slice(-LAST_LINES);
      ends.push([`${name} ended by itself (${signal ?? `exit code ${code}`}):`, ...lines].join('\n  '));
    });
    return started;
  }

  return {
    name,
    ready: current.ready,
    async kill() {
      await current.kill();
      current = launch();
    },
    async stop() {
      const askedAt = performance.now();
      isAsked = true;
      current.signal('SIGTERM');
      const [code] = (await once(current.child, 'close')) as [number | null];
      return { code, seconds: (performance.now() - askedAt) / 1000 };
    },
    start() {
      isAsked = false;
      current = launch();
      return current.ready;
    },
    async pause(milliseconds) {
      current.signal('SIGSTOP');
      await delay(milliseconds);
      current.signal('SIGCONT');
    },
    output: () => printed + current.output(),
    ends: () => ends,
    memoryBytes: () => Number(readFileSync(`/proc/${current.child.pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES,
    end: () => current.kill(),
  };
}

export function postgresComponent(postgres: OwnPostgres): Component {
  return {
    name: 'Postgres',
    async kill() {
      await postgres.kill();
      await postgres.start();
    },
    async pause(milliseconds) {
      await postgres.signal('SIGSTOP');
      await delay(milliseconds);
      await postgres.signal('SIGCONT');
    },
  };
}

export function redisComponent(redis: OwnRedis): Component {
  return {
    name: 'Redis',
    async kill() {
      await redis.stop('SIGKILL');
      await redis.start();
    },
    async pause(milliseconds) {
      redis.signal('SIGSTOP');
      await delay(milliseconds);
      redis.signal('SIGCONT');
    },
  };
}
