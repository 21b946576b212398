import { Aedes, type Client } from 'aedes';
import type { BrokerSettings } from '../config.ts';
import type { Db } from '../db/database.ts';
import type { GatewayIdentity } from '../identity/sessions.ts';
import type { Tokens } from '../identity/tokens.ts';
import type { Ingest } from '../ingest/ingest.ts';
import type { Log } from '../telemetry/log.ts';
import { addressOf, createAuthenticate, preConnect } from './connect.ts';
import { listenTcp } from './listeners.ts';
import { createAuthorizePublish } from './publish.ts';

/** A client that does not read what we send it is closed after this time, so that it cannot hold up others. */
const DRAIN_TIMEOUT_MS = 5_000;
/** CONNECT and what a client sends right behind it, before its token is checked. */
const QUEUED_BEFORE_CONNACK = 1000;
const MAX_TOPIC_LEVELS = 16;

export interface BrokerOptions {
  listen: { host: string; port: number };
  settings: BrokerSettings;
  db: Db;
  tokens: Tokens;
  ingest: Ingest;
  clock: () => number;
  log: Log;
}

export interface Broker {
  readonly port: number;
  close(): Promise<void>;
}

/** MQTT in. Nothing is kept here: clean sessions, no retained messages, no subscriptions between clients. */
export async function startBroker({
  listen,
  settings,
  db,
  tokens,
  ingest,
  clock,
  log,
}: BrokerOptions): Promise<Broker> {
  const connections = new WeakMap<Client, GatewayIdentity>();
  const sockets = new Set<Client>();
  let draining = false;
  const authorizePublish = createAuthorizePublish({
    ingest,
    connections,
    maxPacketBytes: settings.maxPacketBytes,
    clock,
    log,
  });

  const aedes = new Aedes({
    connectTimeout: settings.connectTimeoutMs,
    drainTimeout: DRAIN_TIMEOUT_MS,
    queueLimit: QUEUED_BEFORE_CONNACK,
    maxTopicLevels: MAX_TOPIC_LEVELS,
    preConnect,
    authenticate: createAuthenticate({ db, tokens, clock, deadlineMs: settings.connectTimeoutMs, log }, connections),
    // A broker that stops answers nothing any more: what it did not take stays with its sender.
    authorizePublish: (client, packet, done) => (draining ? undefined : authorizePublish(client, packet, done)),
    authorizeSubscribe: (_client, _subscription, done) => done(null, null), // 0x80, [MQTT-3.9.3-2]
    authorizeForward: () => null,
  });
  await aedes.listen();
  aedes.on('clientReady', (client: Client) => {
    const identity = connections.get(client);
    log.info({ gateway: identity?.gatewayId, client: client.id, address: addressOf(client) }, 'gateway connected');
  });
  aedes.on('clientDisconnect', (client: Client) => log.info({ client: client.id }, 'gateway disconnected'));
  aedes.on('clientError', (client: Client, error: Error) =>
    log.info({ client: client.id, reason: error.message }, 'connection closed'),
  );
  aedes.on('connectionError', (client: Client, error: Error) => {
    log.debug({ address: addressOf(client), reason: error.message }, 'connection closed before CONNECT was accepted');
  });
  aedes.on(
    'error' as 'closed',
    ((error: Error) => log.error({ reason: error.message }, 'Aedes reports a fault')) as () => void,
  );

  const listener = await listenTcp(listen, (socket) => {
    const client = aedes.handle(socket);
    sockets.add(client);
    socket.once('close', () => sockets.delete(client));
  });

  return {
    port: listener.port,
    async close() {
      await listener.close();
      draining = true;
      await ingest.flush();
      for (const client of sockets) client.close();
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
    },
  };
}
