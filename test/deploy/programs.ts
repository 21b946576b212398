import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A program that a test started, and nothing of the test's own environment with it. */
export interface Program {
  readonly child: ChildProcess;
  /** What it printed so far. */
  output(): string;
  /** Its exit code; undefined when it was ended by a signal. */
  readonly ended: Promise<number | undefined>;
  /** Asks it to end, as Docker does, and waits. */
  stop(): Promise<number | undefined>;
  /** Ends it at once, if it still runs. */
  kill(): Promise<void>;
}

export interface ProgramOptions {
  folder?: string;
  environment?: Record<string, string>;
  /** What it reads from its standard input. */
  input?: string;
}

export function startProgram(
  command: readonly string[],
  { folder, environment = {}, input = '' }: ProgramOptions = {},
): Program {
  const [file, ...args] = command;
  const child = spawn(file as string, args, {
    stdio: 'pipe',
    env: { PATH: process.env.PATH, ...environment },
    ...(folder === undefined ? {} : { cwd: folder }),
  });
  child.stdin.on('error', () => {}); // it may end without having read it
  child.stdin.end(input);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => (code ?? undefined) as number | undefined);
  ended.catch(() => {});
  return {
    child,
    output: () => output,
    ended,
    async stop() {
      child.kill('SIGTERM');
      return ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended.catch(() => {});
    },
  };
}

/** Runs a program to its end; throws what it printed when it fails. */
export async function run(command: readonly string[], options: ProgramOptions = {}): Promise<string> {
  const program = startProgram(command, options);
  const code = await program.ended;
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}:\n${program.output()}`);
  return program.output();
}
