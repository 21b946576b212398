import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { found } from '../support/found.ts';
import { ROOT, readCompose } from './compose.ts';
import type { Network } from './network.ts';
import { startProgram } from './programs.ts';

/** An HAProxy with our haproxy.cfg, and with its ports, on an address of its own. */
export interface Haproxy {
  readonly address: string;
  /** What its health check asks for. */
  isHealthy(): Promise<boolean>;
  close(): Promise<void>;
}

export const haproxyConfig = fileURLToPath(new URL('haproxy.cfg', ROOT));

/** Starts it; `changes` are made to its configuration. */
export async function startHaproxy(network: Network, changes: Record<string, string> = {}): Promise<Haproxy> {
  const address = network.address();
  const folder = await mkdtemp(join(tmpdir(), 'stepcloud-haproxy-'));
  const local = {
    'parse-resolv-conf': `nameserver dns ${network.dns}`,
    'bind :': `bind ${address}:`,
    '127.0.0.1:8404': `${address}:8404`,
    'maxconn 40000': 'maxconn 400',
    'maxconn 36000': 'maxconn 400',
    ...changes,
  };
  const config = Object.entries(local).reduce(
    (text, [from, to]) => text.replaceAll(from, to),
    await readFile(haproxyConfig, 'utf8'),
  );
  await writeFile(join(folder, 'haproxy.cfg'), config);
  const program = startProgram([found('haproxy') as string, '-db', '-f', join(folder, 'haproxy.cfg')]);
  const url = (await readCompose()).services.haproxy?.healthcheck?.test.at(-1) as string;
  return {
    address,
    isHealthy: () =>
      fetch(url.replace('127.0.0.1', address)).then(
        ({ ok }) => ok,
        () => false,
      ),
    async close() {
      await program.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
