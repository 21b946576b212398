import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { Aedes, type AedesOptions } from 'aedes';
import { onTestFinished } from 'vitest';
import { type Connections, createConnections } from '../../src/broker/connections.ts';
import { createAuthorizePublish } from '../../src/broker/publish.ts';
import { type BrokerSettings, loadConfig } from '../../src/config.ts';
import type { GatewayIdentity } from '../../src/identity/sessions.ts';
import type { Held, Ingest } from '../../src/ingest/ingest.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { openRaw } from './raw.ts';
import { connect } from './wire.ts';

/** Who is connected to what `startHeld` starts. */
export const GATEWAY = '6f1f8a52-27c4-4d5e-9b5c-0a4b9a1f0c11';

/** Aedes on a port of its own, with the hooks of a test. */
export async function startAedes(
  hooks: (aedes: Aedes) => AedesOptions,
  accept?: (aedes: Aedes) => (socket: Socket) => void,
) {
  const aedes = new Aedes();
  Object.assign(aedes, hooks(aedes));
  await aedes.listen();
  aedes.on('clientError', () => {});
  aedes.on('connectionError', () => {});
  const server = createServer(accept?.(aedes) ?? ((socket) => aedes.handle(socket)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
  });
  return { aedes, port: (server.address() as { port: number }).port };
}

/**
 * The real hook of PUBLISH behind the real guard, over an ingest that a test holds in its hand: `accept` gets every
 * message with what acknowledges it. With a client that is in.
 */
export async function startHeld(accept: (held: Held, topic: string) => void, changes: Partial<BrokerSettings> = {}) {
  const log = createLog('test', { level: 'silent', pretty: false });
  const metrics = createMetrics();
  const loaded = await loadConfig({ DATABASE_URL: 'postgres://nowhere/none' });
  const settings = { ...loaded.settings, ...changes };
  const { maxPacketBytes } = settings;
  const ingest: Ingest = {
    accept: ({ topic }, held) => accept(held, topic),
    pass: (_gatewayId, held) => accept(held, ''),
    flush: async () => {},
  };
  let connections: Connections | undefined;
  const { aedes, port } = await startAedes(
    (aedes) => {
      const made = createConnections({
        aedes,
        settings,
        clock: Date.now,
        monotonic: () => performance.now(),
        metrics,
        log,
      });
      connections = made;
      aedes.on('clientReady', (client) => made.of(client)?.guard.open(60_000));
      return {
        authenticate: (client, _username, _password, done) => {
          const connection = made.of(client);
          if (connection)
            connection.identity = { gatewayId: GATEWAY, expiresAt: Number.POSITIVE_INFINITY } as GatewayIdentity;
          done(null, true);
        },
        authorizePublish: createAuthorizePublish({
          ingest,
          connections: made,
          maxPacketBytes,
          clock: Date.now,
          metrics,
          log,
        }),
      };
    },
    () => (socket) => connections?.accept(socket, { address: '127.0.0.1', transport: 'tcp' }),
  );
  onTestFinished(() => connections?.close());
  const client = await openRaw(port);
  client.send(connect());
  await client.until('connack');
  return { aedes, client, connections: connections as unknown as Connections };
}
