import type { EventEmitter } from 'node:events';
import { Aedes, type AedesOptions, type Client, type PublishPacket } from 'aedes';
import type { BrokerSettings, Config } from '../config.ts';
import type { Db } from '../db/database.ts';
import type { Tokens } from '../identity/tokens.ts';
import type { Ingest } from '../ingest/ingest.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { createAuthenticate, createPreConnect } from './connect.ts';
import { createConnections } from './connections.ts';
import { openListeners } from './listeners.ts';
import { createAuthorizePublish } from './publish.ts';
import { createAuthorizeSubscribe } from './subscribe.ts';

/** A client that does not read what we send it is closed after this time, so that it cannot hold up others. */
const DRAIN_TIMEOUT_MS = 5_000;

export interface BrokerOptions {
  listen: Config['mqtt'];
  settings: BrokerSettings;
  db: Db;
  tokens: Tokens;
  ingest: Ingest;
  clock: () => number;
  metrics: Metrics;
  log: Log;
}

export interface Broker {
  readonly port: number;
  readonly webSocketPort: number | undefined;
  readonly tlsPort: number | undefined;
  close(): Promise<void>;
}

type Done = (error?: Error) => void;

/** In place of Aedes' own, which also takes the client it came from: no client hears another, so what the queue holds has arrived. */
function deliverToNobody(_packet: PublishPacket, client: Client | Done | null, done?: Done): void {
  (typeof client === 'function' ? client : done)?.();
}

/** MQTT in. Nothing is kept here: clean sessions, no retained messages, no client that hears another. */
export async function startBroker({
  listen,
  settings,
  db,
  tokens,
  ingest,
  clock,
  metrics,
  log,
}: BrokerOptions): Promise<Broker> {
  const aedes = new Aedes({
    connectTimeout: settings.connectTimeoutMs,
    drainTimeout: DRAIN_TIMEOUT_MS,
  });
  const monotonic = () => performance.now();
  const connections = createConnections({ aedes, settings, clock, monotonic, metrics, log });
  let draining = false;

  const connecting = { connections, db, tokens, clock, deadlineMs: settings.connectTimeoutMs, metrics, log };
  const { maxPacketBytes } = settings;
  const authorizePublish = createAuthorizePublish({ ingest, connections, maxPacketBytes, clock, metrics, log });
  Object.assign(aedes, {
    preConnect: createPreConnect(connecting),
    authenticate: createAuthenticate(connecting),
    // A broker that stops answers nothing any more: what it did not take stays with its sender.
    authorizePublish: (...call: Parameters<typeof authorizePublish>) =>
      draining ? undefined : authorizePublish(...call),
    authorizeSubscribe: createAuthorizeSubscribe(connections),
    authorizeForward: () => null,
  } satisfies AedesOptions);
  aedes.publish = deliverToNobody;
  await aedes.listen();

  aedes.on('clientReady', (client: Client) => {
    const connection = connections.of(client);
    connection?.guard.open(connection.keepaliveMs);
    log.info({ client: client.id, address: connection?.address }, 'gateway connected');
  });
  aedes.on('clientDisconnect', (client: Client) => log.info({ client: client.id }, 'gateway disconnected'));
  aedes.on('clientError', (client: Client, error: Error) => {
    log.info({ client: client.id, reason: error.message }, 'connection closed');
  });
  aedes.on('connectionError', (client: Client, error: Error) => {
    log.debug({ address: connections.of(client)?.address, reason: error.message }, 'connection closed before CONNACK');
  });
  (aedes as EventEmitter).on('error', (error: Error) => log.error({ reason: error.message }, 'Aedes reports a fault'));

  const listeners = await openListeners(listen, settings, connections.accept);
  return {
    port: listeners.tcp.port,
    webSocketPort: listeners.webSocket?.port,
    tlsPort: listeners.tls?.port,
    async close() {
      listeners.close();
      draining = true;
      await ingest.flush();
      connections.close();
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
    },
  };
}
