import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../src/cli.js', import.meta.url));
/** Clock ticks of /proc/<pid>/stat per second; 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

export interface Measured {
  readonly pid: number;
  /** CPU seconds so far, of the process and of its children where `withChildren`. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

/** A role of StepCloud, or a script of this folder, as a process; resolves with its first message, or at once. */
export async function startNode<T>(
  script: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  when: 'said' | 'now' = 'said',
): Promise<Measured & { said: T; child: ChildProcess }> {
  const file = script === 'cli' ? CLI : fileURLToPath(new URL(script, import.meta.url));
  const child = fork(file, args, { env: { ...process.env, LOG_LEVEL: 'error', LOG_FORMAT: 'json', ...env } });
  const [said] = (when === 'said' ? await once(child, 'message') : []) as [T];
  return { ...measured(child), said, child };
}

export async function startProgram(program: string, args: string[], port: number): Promise<Measured> {
  const child = spawn(program, args, { stdio: 'ignore' });
  while (await isFree(port)) await delay(20);
  return measured(child);
}

function measured(child: ChildProcess): Measured {
  const pid = child.pid as number;
  return {
    pid,
    cpuSeconds: () => cpuSeconds(pid),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** CPU seconds of all processes whose title holds a text: Postgres has one per connection. */
export function cpuSecondsOf(title: string): number {
  let total = 0;
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${entry}/cmdline`, 'utf8').includes(title)) total += cpuSeconds(Number(entry));
    } catch {
      // it ended meanwhile
    }
  }
  return total;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}
