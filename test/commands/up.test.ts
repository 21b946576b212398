import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { findClusterFolder } from '../../src/embedded/index.ts';

const CLI = fileURLToPath(new URL('../../dist/src/cli.js', import.meta.url));
/** Two minutes are promised from a fresh clone to the first reading; here everything is built. */
const WAIT = { timeout: 120_000, interval: 100 };
/** Promised are 10 s; a test waits five times as long. */
const STOP_MS = 50_000;

interface Installation {
  readonly child: ChildProcess;
  output(): string;
  /** As Ctrl-C does: to the whole group. */
  interrupt(): Promise<void>;
  kill(): void;
}

let folder: string;
let started: Installation[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepcloud-up-'));
  started = [];
});
afterEach(async () => {
  for (const installation of started) installation.kill();
  const cluster = await findClusterFolder(join(folder, '.stepcloud'));
  for (const path of [folder, cluster]) if (path) await rm(path, { recursive: true, force: true });
});

function up(env: NodeJS.ProcessEnv = {}): Installation {
  const { DATABASE_URL: _, ...inherited } = process.env;
  const child = spawn(process.execPath, [CLI, 'up'], {
    cwd: folder,
    detached: true, // a group of its own, as a terminal gives it
    env: { ...inherited, MQTT_PORT: '', HTTP_PORT: '', ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const signal = (name: NodeJS.Signals): void => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid as number), name);
  };
  const installation = {
    child,
    output: () => output,
    async interrupt() {
      const ended = once(child, 'exit', { signal: AbortSignal.timeout(STOP_MS) });
      signal('SIGINT');
      expect(await ended, output).toEqual([0, null]);
    },
    kill: () => signal('SIGKILL'),
  };
  started.push(installation);
  return installation;
}

/** Does what the printed line of curl does, until it answers with a value; returns that. */
async function latestValue(installation: Installation): Promise<{ value: number; recordedAt: string }> {
  return vi.waitFor(async () => {
    const [, file, url] = /curl -sH '@(.+)' (http\S+)/.exec(installation.output()) ?? [];
    expect(url, installation.output()).toBeDefined();
    const [name, value] = (await readFile(join(folder, file as string), 'utf8')).trim().split(': ');
    const response = await fetch(url as string, { headers: { [name as string]: value as string } });
    const { items } = (await response.json()) as { items: { value: number; recordedAt: string }[] };
    expect(items[0]).toBeDefined();
    return items[0] as { value: number; recordedAt: string };
  }, WAIT);
}

/** A port that somebody else has. */
async function occupyPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

it('runs everything, stops in order, goes on with the same data, on other ports where the usual ones are taken, and comes back from a kill -9', {
  timeout: 400_000,
}, async () => {
  const first = up();
  const before = await latestValue(first);
  const password = /with the password (\S+)/.exec(first.output())?.[1];
  expect(password).toMatch(/^[a-z2-9]{20}$/);
  expect((await stat(join(folder, '.stepcloud', 'keys.json'))).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, '.stepcloud', 'demo-token'))).mode & 0o777).toBe(0o600);
  await first.interrupt();

  const [mqttPort, httpPort] = [await occupyPort(), await occupyPort()];
  const second = up({ MQTT_PORT: String(mqttPort), HTTP_PORT: String(httpPort) });
  const after = await latestValue(second);
  expect(Date.parse(after.recordedAt)).toBeGreaterThanOrEqual(Date.parse(before.recordedAt));
  expect(second.output()).not.toContain(password);
  expect(second.output()).toMatch(`port ${mqttPort} for MQTT is taken`);
  expect(second.output()).toMatch(`port ${httpPort} for HTTP is taken`);
  second.kill();
  await once(second.child, 'exit');

  const third = up();
  await latestValue(third);
  expect(third.output()).toMatch(/took over the Postgres/);
  await third.interrupt();
});
