import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { found, missing } from '../support/found.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';
import { type Caddy, caddyfile, startCaddy } from './caddy.ts';
import { createNetwork, hasNetwork, type Network } from './network.ts';
import { run } from './programs.ts';

const WAIT = { timeout: 15_000, interval: 50 };
const MEBIBYTE = 1024 * 1024;

describe.skipIf(missing('caddy'))('the Caddyfile (caddy)', () => {
  const file = fileURLToPath(caddyfile);
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stepcloud-caddy-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const caddy = (...args: string[]) => run([found('caddy') as string, ...args], { environment: { HOME: folder } });

  it('is valid', async () => {
    expect(await caddy('validate', '--adapter', 'caddyfile', '--config', file)).toContain('Valid configuration');
  });

  it('is formatted', async () => {
    const formatted = await caddy('fmt', file);
    expect(formatted).toBe(await readFile(file, 'utf8'));
    expect((await caddy('fmt', '--diff', file)).split('\n').filter((line) => /^[-+]/.test(line))).toEqual([]);
  });
});

describe.skipIf(missing('caddy') || !hasNetwork)('Caddy in front of two brokers and an API (Linux, caddy)', () => {
  let network: Network;
  let caddy: Caddy;
  let world: World;
  let other: World;
  let gateway: TestGateway;
  let addresses: [string, string];
  let token: string;

  beforeAll(async () => {
    network = await createNetwork();
    addresses = [network.address(), network.address()];
    const ports = { MQTT_PORT: '1883', MQTT_WS_PORT: '8083', HTTP_PORT: '8080', METRICS_PORT: '0' };
    const [one, two] = addresses;
    world = await createWorld({
      roles: ['worker', 'broker', 'api'],
      env: { ...ports, MQTT_HOST: one, HTTP_HOST: one },
    });
    const { databaseUrl, keysFile } = world.config;
    other = await createWorld({
      roles: ['broker'],
      databaseUrl,
      env: { ...ports, MQTT_HOST: two, STEPCLOUD_KEYS_FILE: keysFile },
    });
    gateway = await world.createGateway();
    token = (await world.createUser(gateway.customerId)).token;
    network.name('broker', addresses);
    network.name('api', [one]);
    caddy = await startCaddy(network.dns, one);
  });
  afterAll(async () => {
    await caddy?.close();
    await other?.close();
    await world?.close();
    await network?.close();
  });

  const connect = () =>
    world.connect(gateway, {
      protocol: 'wss',
      host: 'localhost',
      port: caddy.port,
      path: '/mqtt',
      ca: caddy.ca,
    });

  it.each([
    ['/healthz', 'application/json'],
    ['/readyz', 'application/json'],
    ['/.well-known/jwks.json', 'json'],
    ['/docs/json', 'application/json'],
    ['/', 'text/html'],
    ['/devices', 'text/html'],
    ['/docs/', 'text/html'],
    ['/admin/docs/json', 'application/json'],
    ['/gateway/docs/json', 'application/json'],
    ['/gateway/asyncapi.json', 'application/json'],
    ['/gateway/asyncapi', 'text/html'],
    ['/gateway/asyncapi/asyncapi.css', 'text/css'],
  ])('shows %s', async (path, type) => {
    const { status, headers } = await caddy.get(path, { accept: type });
    expect([status, headers['content-type']]).toEqual([200, expect.stringContaining(type)]);
  });

  it.each(['/docs', '/admin/docs', '/gateway/docs'])('leads to the page at %s', async (path) => {
    expect([200, 302]).toContain((await caddy.get(path)).status);
  });

  it.each(['/metrics', '/mqttx', '/admin', '/.env'])('does not show %s', async (path) => {
    const { status, headers } = await caddy.get(path);
    expect([status, headers['content-type']]).toEqual([404, expect.stringContaining('application/problem+json')]);
  });

  it('packs what the page is made of, and says how long it may be kept', async () => {
    const { body } = await caddy.get('/', { accept: 'text/html' });
    const [, script] = /src="(\/assets\/[^"]+\.js)"/.exec(body) as RegExpExecArray;
    const { headers } = await caddy.get(script as string, { 'accept-encoding': 'gzip' });
    expect([headers['content-type'], headers['content-encoding'], headers['cache-control']]).toEqual([
      'application/javascript; charset=utf-8',
      'gzip',
      'public, max-age=31536000, immutable',
    ]);
  });

  it.each(['/healthz', '/nothing-here', '/mqtt'])(
    'answers %s with the headers that protect a browser, each once, and without telling what it is',
    async (path) => {
      const { headers } = await caddy.get(path);
      expect(headers).not.toHaveProperty('server');
      expect(headers).not.toHaveProperty('via');
      expect(headers['strict-transport-security']).toMatch(/^max-age=31536000[^,]*$/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['x-frame-options']).toMatch(/^(DENY|SAMEORIGIN)$/);
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'[^,]*$/);
    },
  );

  it('leads from http to https', async () => {
    const { status, headers } = await caddy.get(`${caddy.httpUrl}/docs`);
    expect([status, headers.location]).toEqual([308, 'https://localhost/docs']);
  });

  it('lets the API see tokens, and its refusals out', async () => {
    expect((await caddy.get('/api/v1/devices', { authorization: `Bearer ${token}` })).status).toBe(200);
    const { status, headers } = await caddy.get('/api/v1/devices');
    expect([status, headers['content-type']]).toEqual([401, expect.stringContaining('application/problem+json')]);
  });

  it('gives the MQTT connections over WebSocket to the brokers in turn, and stores what is published', async () => {
    const clients = [await connect(), await connect(), await connect(), await connect()];
    expect(await Promise.all([world, other].map(connectionsOf))).toEqual([2, 2]);
    const topic = `v1/gateways/${gateway.id}/devices/d/readings`;
    const ts = Date.now() - 10_000;
    await Promise.all(
      clients.map((client, n) => client.publishAsync(topic, JSON.stringify({ ts: ts + n, values: { n } }), { qos: 1 })),
    );
    await vi.waitFor(
      async () => expect((await world.readings()).map(({ value }) => value)).toEqual([0, 1, 2, 3]),
      WAIT,
    );
    await Promise.all(clients.map((client) => client.endAsync()));
  });

  it('finds a broker that is new, and forgets one that is gone', async () => {
    network.name('broker', [addresses[1]]);
    await vi.waitFor(async () => {
      const clients = [await connect(), await connect(), await connect()];
      const connections = await Promise.all([world, other].map(connectionsOf));
      await Promise.all(clients.map((client) => client.endAsync()));
      expect(connections).toEqual([0, 3]);
    }, WAIT);
  });

  it('tries the other broker while DNS still names one that is gone', async () => {
    network.name('broker', [network.address(), addresses[1]]);
    for (let n = 0; n < 10; n++) await (await connect()).endAsync();
  });
});

/** How many MQTT connections the world's broker has. */
async function connectionsOf({ broker }: World): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${broker.metricsPort}/metrics`)).text();
  return Number(/^stepcloud_broker_connections (\d+)$/m.exec(metrics)?.[1]);
}

describe.skipIf(missing('caddy') || !hasNetwork)(
  'Caddy in front of a server that shows what reaches it (Linux, caddy)',
  () => {
    let network: Network;
    let caddy: Caddy;
    let handle: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => void response.end();
    const server = createServer((request, response) => handle(request, response));

    beforeAll(async () => {
      network = await createNetwork();
      const address = network.address();
      network.name('api', [address]);
      server.listen(8080, address);
      await once(server, 'listening');
      caddy = await startCaddy(network.dns, address);
    });
    afterAll(async () => {
      await caddy?.close();
      server.closeAllConnections();
      server.close();
      await network?.close();
    });

    it('sends server-sent events on at once, and tells when their reader is gone', async () => {
      const streams: ServerResponse[] = [];
      handle = (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: 1\n\n');
        streams.push(response);
      };
      const reader = await caddy.request('/api/v1/live', { headers: { 'accept-encoding': 'gzip' } });
      const next = async () => String((await once(reader, 'data'))[0]);
      expect(await next()).toBe('data: 1\n\n');
      const [stream] = streams as [ServerResponse];
      stream.write('data: 2\n\n');
      expect(await next()).toBe('data: 2\n\n');
      const gone = once(stream, 'close');
      reader.destroy();
      await gone;
    });

    it.each([
      ['takes a body of 32 MiB', 32, 200],
      ['refuses a larger one', 33, 413],
    ])('%s', async (_, mebibytes, status) => {
      handle = (request, response) => {
        request.resume();
        request.on('error', () => {});
        request.on('end', () => response.end());
      };
      const body = Array.from({ length: mebibytes }, () => Buffer.alloc(MEBIBYTE));
      const response = await caddy.request('/gateway/api/v1/events', { method: 'POST' }, body);
      response.resume();
      expect(response.statusCode).toBe(status);
    });

    it('refuses a request whose headers are larger than any of ours', async () => {
      handle = (_, response) => void response.end();
      const statusOf = async (bytes: number) => (await caddy.get('/', { cookie: 'x'.repeat(bytes) })).status;
      expect([await statusOf(6_000), await statusOf(16_000)]).toEqual([200, 431]);
    });

    it('closes the connection of a client that does not finish its headers', async () => {
      const socket = connectTls({ host: '127.0.0.1', port: caddy.port, servername: 'localhost', ca: caddy.ca });
      socket.on('error', () => {});
      socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n');
      await new Promise((resolve) => socket.resume().once('close', resolve));
    });

    it('tells the API who really asks, whatever a client pretends', async () => {
      let seen: IncomingMessage['headers'] = {};
      handle = (request, response) => {
        seen = request.headers;
        response.end();
      };
      await caddy.get('/api/v1/me', { 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'http' });
      expect(seen).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'https' });
    });

    it('leaves to HAProxy what has a body, and can be sent once only, since DNS may name an API that is not there', async () => {
      network.name('api', [network.address()]);
      handle = (request, response) => void request.pipe(response);
      for (let n = 0; n < 10; n++) {
        const answer = await caddy.request('/gateway/api/v1/readings', { method: 'POST' }, [Buffer.from('hello')]);
        expect([answer.statusCode, await text(answer)]).toEqual([200, 'hello']);
      }
    });
  },
);
