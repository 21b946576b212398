import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { type IncomingHttpHeaders, type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { vi } from 'vitest';
import { found } from '../support/found.ts';
import { freePort } from '../support/free-port.ts';
import { ROOT } from './compose.ts';
import { startProgram } from './programs.ts';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A Caddy with our Caddyfile, on free ports of 127.0.0.1, with a certificate for localhost by an authority of its own. */
export interface Caddy {
  readonly httpUrl: string;
  readonly port: number;
  /** What a client has to trust. */
  readonly ca: Buffer;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** The answer as soon as its headers are there; the body comes when the caller reads it. */
  request(path: string, options?: RequestOptions, body?: Iterable<Buffer>): Promise<IncomingMessage>;
  close(): Promise<void>;
}

export const caddyfile = new URL('Caddyfile', ROOT);

/** Starts it; `dns` is where it finds brokers, `http` HAProxy or an API, `folder` where it keeps its data, /data in its container. */
export async function startCaddy(
  dns: string,
  http: string,
  folder = mkdtempSync(join(tmpdir(), 'stepcloud-caddy-')),
): Promise<Caddy> {
  const [httpPort, port] = [await freePort(), await freePort()];
  const here = ['skip_install_trust', 'default_bind 127.0.0.1', `http_port ${httpPort}`, `https_port ${port}`];
  const config = (await readFile(caddyfile, 'utf8'))
    .replace('admin off', ['admin off', ...here].join('\n'))
    .replaceAll('refresh 2s', `refresh 200ms\nresolvers udp/${dns}`)
    .replace('read_header 10s', 'read_header 1s')
    .replace('haproxy:8080', `${http}:8080`);
  const program = startProgram([found('caddy') as string, 'run', '--adapter', 'caddyfile', '--config', '-'], {
    environment: { XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder, HOME: folder },
    input: config,
  });
  const root = join(folder, 'caddy/pki/authorities/local/root.crt');
  const ca = await vi.waitFor(() => readFile(root), { timeout: 45_000, interval: 50 });

  const caddy: Caddy = {
    httpUrl: `http://localhost:${httpPort}`,
    port,
    ca,
    async get(path, headers = {}) {
      const response = await caddy.request(path, { headers });
      return { status: response.statusCode as number, headers: response.headers, body: await text(response) };
    },
    async request(path, options = {}, body = []) {
      const url = path.startsWith('http:') ? path : `https://localhost:${port}${path}`;
      const sending = (path.startsWith('http:') ? requestHttp : requestHttps)(url, {
        agent: false,
        ca,
        ...options,
      } as RequestOptions);
      const answered = once(sending, 'response') as Promise<[IncomingMessage]>;
      for (const chunk of body) if (!sending.write(chunk)) await Promise.race([once(sending, 'drain'), answered]);
      sending.end();
      return (await answered)[0];
    },
    async close() {
      await program.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await vi.waitFor(() => caddy.get('/'), { timeout: 45_000, interval: 50 });
  return caddy;
}
