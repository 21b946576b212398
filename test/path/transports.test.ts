import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type IClientOptions } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { makeCertificate } from '../support/certificate.ts';
import { missing } from '../support/found.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';

const WAIT = { timeout: 15_000, interval: 50 };
const ORIGIN = 'https://stepcloud.example';

async function publishOver(
  url: string,
  world: World,
  gateway: TestGateway,
  options: IClientOptions = {},
): Promise<void> {
  const device = new URL(url).protocol.replace(':', '');
  const login = { username: gateway.id, password: gateway.token, reconnectPeriod: 0 };
  const client = await connectAsync(url, { ...login, ...options });
  const payload = JSON.stringify({ ts: Date.now() - 1000, values: { n: 1 } });
  await client.publishAsync(`v1/gateways/${gateway.id}/devices/${device}/readings`, payload, { qos: 1 });
  await client.endAsync();
  await vi.waitFor(
    async () => expect((await world.readings()).some((reading) => reading.device === device)).toBe(true),
    WAIT,
  );
}

describe('MQTT over WebSocket', () => {
  let world: World;
  beforeAll(async () => {
    const settings = (all: World['config']['settings']) => ({ ...all, webSocketOrigins: [ORIGIN] });
    world = await createWorld({ env: { MQTT_WS_PORT: '0' }, settings });
  });
  afterAll(() => world.close());

  it('takes what a gateway publishes', async () => {
    await publishOver(`ws://127.0.0.1:${world.broker.webSocketPort}/mqtt`, world, await world.createGateway());
  });

  it.each([
    ['another path', '/other', 'mqtt', undefined, false],
    ['another subprotocol', '/mqtt', 'soap', undefined, false],
    ['no subprotocol', '/mqtt', undefined, undefined, false],
    ['a page of another origin', '/mqtt', 'mqtt', 'https://elsewhere.example', false],
    ['a page of an origin of the settings', '/mqtt', 'mqtt', ORIGIN, true],
  ])('with %s', async (_, path, protocol, origin, accepted) => {
    const url = `ws://127.0.0.1:${world.broker.webSocketPort}${path}`;
    const socket = new WebSocket(url, protocol ? [protocol] : [], origin === undefined ? {} : { origin });
    const opened = await new Promise<boolean>((resolve) => {
      socket.once('open', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.terminate();
    expect(opened).toBe(accepted);
  });
});

describe.skipIf(missing('openssl'))('MQTT over TLS, with a certificate by openssl', () => {
  let folder: string;
  let world: World;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stepcloud-tls-'));
    const { cert, key } = makeCertificate(folder);
    world = await createWorld({ env: { MQTT_TLS_PORT: '0', MQTT_TLS_CERT_FILE: cert, MQTT_TLS_KEY_FILE: key } });
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('takes what a gateway publishes that trusts the certificate', async () => {
    const ca = await readFile(join(folder, 'new.crt'));
    await publishOver(`mqtts://127.0.0.1:${world.broker.tlsPort}`, world, await world.createGateway(), { ca });
  });
});
