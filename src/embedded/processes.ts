import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Cluster } from './cluster.ts';

/** The running processes of one cluster. More than one postmaster means that all but one are about to give up. */
export interface ClusterProcesses {
  postmasters: number[];
  /** Backends and helpers; without a postmaster they are orphans. */
  others: number[];
}

/** The first arguments of every postmaster we start; the backends bear the name in their titles. */
export const identity = ({ folder, name }: Cluster) => ['-D', folder, '-c', `cluster_name=${name}`];

export async function findProcesses(cluster: Cluster): Promise<ClusterProcesses> {
  const postmaster = `/postgres ${identity(cluster).join(' ')} `;
  const title = `postgres: ${cluster.name}: `;
  const found: ClusterProcesses = { postmasters: [], others: [] };
  for (const [pid, command] of await commandLines()) {
    if (command.includes(postmaster)) found.postmasters.push(pid);
    if (command.startsWith(title)) found.others.push(pid);
  }
  return found;
}

/** Of all processes by pid. Dead ones that nobody has waited for (zombies) have none. */
async function commandLines(): Promise<[number, string][]> {
  return process.platform === 'linux' ? readProc() : runPs();
}

async function readProc(): Promise<[number, string][]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return Promise.all(
    pids.map(async (pid): Promise<[number, string]> => {
      const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return [Number(pid), commandLine.replaceAll('\0', ' ')];
    }),
  );
}

async function runPs(): Promise<[number, string][]> {
  const { stdout } = await promisify(execFile)('ps', ['-axww', '-o', 'pid=,command='], { maxBuffer: 2 ** 24 });
  return stdout.split('\n').map((line) => {
    const [, pid, command] = /^ *(\d+) (.*)$/.exec(line) ?? [];
    return [Number(pid), command ?? ''];
  });
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Asks `probe` until it answers with something, at most for `maxWaitMs`; then the answer is undefined. */
export async function poll<T>(probe: () => Promise<T | undefined>, maxWaitMs: number): Promise<T | undefined> {
  const deadline = performance.now() + maxWaitMs;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined || performance.now() > deadline) return answer;
    await setTimeout(50);
  }
}
