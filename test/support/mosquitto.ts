import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MqttClient } from 'mqtt';
import { expect, vi } from 'vitest';
import { found } from './found.ts';

const WAIT = { timeout: 15_000, interval: 20 };

export interface Mosquitto {
  /** A client of it. */
  connect(): Promise<MqttClient>;
  /** What it printed so far. */
  output(): string;
  stop(): Promise<void>;
}

/** A Mosquitto of this test's own, on a socket in a folder of its own. */
export async function startMosquitto(config: readonly string[]): Promise<Mosquitto> {
  const folder = await mkdtemp(join(tmpdir(), 'stepcloud-mosquitto-'));
  const [file, socket] = [join(folder, 'mosquitto.conf'), join(folder, 'socket')];
  const own = [`listener 0 ${socket}`, 'allow_anonymous true', `user ${process.env.USER ?? 'root'}`];
  await writeFile(file, [...own, ...config, ''].join('\n'));
  const server = spawn(found('mosquitto') as string, ['-v', '-c', file]);
  let output = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk) => (output += chunk));
  const ended = once(server, 'exit');
  const clients: MqttClient[] = [];
  await vi.waitFor(() => expect(output).toMatch(/ running$/m), WAIT);
  return {
    async connect() {
      const client = new MqttClient(() => connectSocket(socket), { reconnectPeriod: 0 });
      clients.push(client);
      await new Promise<void>((resolve) => client.once('connect', () => resolve()));
      return client;
    },
    output: () => output,
    async stop() {
      await Promise.all(clients.map((client) => client.endAsync(true)));
      server.kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
