import type { EventEmitter } from 'node:events';
import { Aedes, type AedesOptions, type Client, type PublishPacket } from 'aedes';
import type { BrokerSettings, Config } from '../config.ts';
import { findAccessChanges } from '../db/connections.ts';
import type { Database } from '../db/database.ts';
import type { EndReason } from '../db/presence.ts';
import { StepCloudError } from '../errors.ts';
import type { Tokens } from '../identity/tokens.ts';
import type { Backlog } from '../ingest/backlog.ts';
import type { Ingest } from '../ingest/ingest.ts';
import { createPacing } from '../ingest/pacing.ts';
import type { SignalHandlers } from '../signals/signals.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { watchAccess } from './access.ts';
import { createClaims } from './claims.ts';
import { configFeed } from './config-feed.ts';
import { createAuthenticate, createPreConnect } from './connect.ts';
import { createConnections } from './connections.ts';
import { watchDelays } from './delays.ts';
import { createDownlink } from './downlink.ts';
import { errorsFeed } from './errors-feed.ts';
import { startFeed } from './feeds.ts';
import { openListeners } from './listeners.ts';
import { createAuthorizePublish } from './publish.ts';
import { receiptsFeed } from './receipts-feed.ts';
import { startSessionMessages } from './session.ts';
import { createAuthorizeSubscribe } from './subscribe.ts';

/** A client that does not read what we send it is closed after this time, so that it cannot hold up others. */
const DRAIN_TIMEOUT_MS = 5_000;

export interface BrokerOptions {
  processId: string;
  listen: Config['mqtt'];
  settings: BrokerSettings;
  db: Database;
  tokens: Tokens;
  ingest: Ingest;
  backlog: Backlog;
  clock: () => number;
  metrics: Metrics;
  log: Log;
}

export interface Broker {
  readonly port: number;
  readonly webSocketPort: number | undefined;
  readonly tlsPort: number | undefined;
  /** What to do at the signals that the broker heeds. */
  readonly handlers: SignalHandlers;
  /** Puts the open connections back into the database, which took this process for dead. */
  restoreConnections(): Promise<void>;
  close(): Promise<void>;
}

type Done = (error?: Error) => void;

/** In place of Aedes' own, which also takes the client it came from: no client hears another, so what the queue holds has arrived. */
function deliverToNobody(_packet: PublishPacket, client: Client | Done | null, done?: Done): void {
  (typeof client === 'function' ? client : done)?.();
}

/** What a fault that Aedes reports means for its connection. */
function reasonOf(error: Error): EndReason {
  if (error instanceof StepCloudError && error.code === 'QUEUE_UNAVAILABLE') return 'queue_unavailable';
  return 'syscall' in error || error.message === 'drain timeout' ? 'connection_lost' : 'protocol_error';
}

/** MQTT in. Nothing is kept here: clean sessions, no retained messages, no client that hears another. */
export async function startBroker({
  processId,
  listen,
  settings,
  db,
  tokens,
  ingest,
  backlog,
  clock,
  metrics,
  log,
}: BrokerOptions): Promise<Broker> {
  const { until: since } = await findAccessChanges(db, processId, undefined); // first: the database may be away
  const aedes = new Aedes({
    connectTimeout: settings.connectTimeoutMs,
    drainTimeout: DRAIN_TIMEOUT_MS,
  });
  aedes.publish = deliverToNobody;
  await aedes.listen();
  const monotonic = () => performance.now();
  const isShut = () => backlog.level() === 'refuse';
  const connections = createConnections({ aedes, settings, isShut, clock, monotonic, metrics, log });
  const pacing = createPacing({ rates: settings.rates, backlog, monotonic, metrics: metrics.ingest });
  const { maxPacketBytes, connectTimeoutMs: deadlineMs } = settings;
  const claims = createClaims({ db, processId, clock, monotonic, metrics: metrics.broker });
  const access = watchAccess({ connections, claims, db, tokens, processId, since, monotonic, log });
  const downlink = createDownlink(aedes, connections);
  const delays = watchDelays({ pacing, db, processId, metrics: metrics.broker, log });
  const sessionMessages = startSessionMessages({ connections, downlink, db, tokens, settings, pacing, clock, log });
  const feedOptions = { connections, downlink, monotonic, log };
  const feeds = {
    complaints: startFeed(errorsFeed({ db, downlink, clock }), feedOptions),
    receipts: startFeed(receiptsFeed({ db, downlink }), feedOptions),
    devices: startFeed(configFeed({ db, downlink }), feedOptions),
  };
  const closeFeeds = () => Promise.all(Object.values(feeds).map((feed) => feed.close()));
  let draining = false;

  const connecting = { connections, claims, db, tokens, clock, monotonic, deadlineMs, metrics, log };
  const authorizePublish = createAuthorizePublish({ ingest, connections, maxPacketBytes, clock, metrics, log });
  Object.assign(aedes, {
    preConnect: createPreConnect(connecting),
    authenticate: createAuthenticate(connecting),
    // A broker that stops answers nothing any more: what it did not take stays with its sender.
    authorizePublish: (...call: Parameters<typeof authorizePublish>) =>
      draining ? undefined : authorizePublish(...call),
    authorizeSubscribe: createAuthorizeSubscribe({ connections, downlink, db, log }),
    authorizeForward: downlink.authorizeForward,
  } satisfies AedesOptions);

  aedes.on('clientReady', (client: Client) => {
    const connection = connections.of(client);
    if (connection?.identity) connection.guard.open(connection.keepaliveMs, pacing.of(connection.identity));
    log.info({ client: client.id, address: connection?.address }, 'gateway connected');
  });
  aedes.on('clientDisconnect', (client: Client) => log.info({ client: client.id }, 'gateway disconnected'));
  aedes.on('clientError', (client: Client, error: Error) => {
    const connection = connections.of(client);
    if (connection) connection.endReason ??= reasonOf(error);
    const level = connection?.identity ? 'info' : 'debug'; // of who was refused the log has a line already
    log[level]({ client: client.id, reason: error.message }, 'connection closed');
  });
  aedes.on('connectionError', (client: Client, error: Error) => {
    log.debug({ address: connections.of(client)?.address, reason: error.message }, 'connection closed before CONNACK');
  });
  (aedes as EventEmitter).on('error', (error: Error) => log.error({ reason: error.message }, 'Aedes reports a fault'));

  const listening = { listen, settings, accept: connections.accept, metrics: metrics.broker, log };
  const listeners = await openListeners(listening).catch(async (error: unknown) => {
    sessionMessages.close();
    pacing.close();
    await delays.close();
    await closeFeeds();
    await access.close();
    throw error;
  });
  return {
    port: listeners.tcp.port,
    webSocketPort: listeners.webSocket?.port,
    tlsPort: listeners.tls?.port,
    handlers: {
      access: access.look,
      complaints: feeds.complaints.hint,
      receipts: feeds.receipts.hint,
      devices: feeds.devices.hint,
    },
    restoreConnections: claims.restore,
    async close() {
      listeners.close();
      draining = true;
      await ingest.flush();
      sessionMessages.close();
      pacing.close();
      await delays.close();
      await connections.close();
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
      await closeFeeds();
      await access.close();
      await claims.close().catch((error: Error) => {
        log.warn({ reason: error.message }, 'the connections of this process stay in the database');
      });
    },
  };
}
