import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { createWebSocketStream, WebSocketServer } from 'ws';
import type { BrokerSettings, Config } from '../config.ts';
import type { Transport } from '../db/connections.ts';
import { StepCloudError } from '../errors.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { type Certificate, watchCertificate } from './certificate.ts';
import type { Connections, Origin } from './connections.ts';

/** A frame may hold several packets, or one that the guard drains; ws keeps a whole frame in memory. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;
/** So nobody sends more than this before his CONNACK. */
const MAX_EARLY_BYTES = 64 * 1024;
/** Connections that the kernel accepts ahead of us; one too many would try again after a second. */
const BACKLOG = 4096;
const WEBSOCKET_PATH = '/mqtt';
/** [MQTT-6.0.0-3] */
const SUBPROTOCOL = 'mqtt';
const HTTP_HEADERS_TIMEOUT_MS = 10_000;
const TLS: TlsOptions = { minVersion: 'TLSv1.2' };

export interface Listener {
  readonly port: number;
  /** Takes no more connections; those that stand are left alone. */
  close(): void;
}

export interface Listeners {
  readonly tcp: Listener;
  readonly webSocket: Listener | undefined;
  readonly tls: Listener | undefined;
  close(): void;
}

type Accept = Connections['accept'];

export interface ListenersOptions {
  listen: Config['mqtt'];
  settings: BrokerSettings;
  accept: Accept;
  metrics: Metrics['broker'];
  log: Log;
  /** How often the files of the certificate are looked at. */
  lookIntervalMs?: number;
}

/** Opens what the configuration asks for; all or none. Throws CONFIG_INVALID for a port that is taken. */
export async function openListeners(options: ListenersOptions): Promise<Listeners> {
  const { settings, accept } = options;
  const { host, port, webSocketPort, tls } = options.listen;
  const open: Listener[] = [];
  const add = async (listener: Promise<Listener>): Promise<Listener> => {
    open.push(await listener);
    return open.at(-1) as Listener;
  };
  try {
    return {
      tcp: await add(listenTcp(host, port, accept)),
      webSocket:
        webSocketPort === undefined ? undefined : await add(listenWebSocket(host, webSocketPort, settings, accept)),
      tls: tls && (await add(listenTls(tls, options))),
      close: () => {
        for (const listener of open) listener.close();
      },
    };
  } catch (error) {
    for (const listener of open) listener.close();
    throw error;
  }
}

async function listenTcp(host: string, port: number, accept: Accept): Promise<Listener> {
  const server = createTcpServer({ noDelay: true }, (socket) => accept(socket, originOf(socket, 'tcp')));
  return listen('MQTT', server, host, port);
}

/**
 * With the certificate that its files have at the moment, for each new connection. While there is none, connections fail:
 * Caddy makes it once it runs, and it starts after the broker.
 */
async function listenTls(tls: NonNullable<Config['mqtt']['tls']>, options: ListenersOptions): Promise<Listener> {
  const {
    listen: { host },
    accept,
    metrics,
    log,
    lookIntervalMs: intervalMs,
  } = options;
  const server = createTlsServer({ ...TLS, handshakeTimeout: HTTP_HEADERS_TIMEOUT_MS, noDelay: true }, (socket) =>
    accept(socket, originOf(socket, 'tls')),
  );
  server.on('tlsClientError', () => {}); // ends the connection, and that is all there is to do
  const listener = await listen('MQTT over TLS', server, host, tls.port);
  const serve = ({ cert, key, expiresAt }: Certificate): void => {
    server.setSecureContext({ ...TLS, cert, key });
    metrics.certificateExpires.set(expiresAt / 1000);
  };
  const watch = await watchCertificate({ files: tls, serve, log, intervalMs });
  return {
    port: listener.port,
    close() {
      watch.close();
      listener.close();
    },
  };
}

/** MQTT over WebSocket at /mqtt, MQTT 3.1.1 section 6. A browser may come only from the origins of the settings. */
async function listenWebSocket(
  host: string,
  port: number,
  settings: BrokerSettings,
  accept: Accept,
): Promise<Listener> {
  const http = createHttpServer({ headersTimeout: HTTP_HEADERS_TIMEOUT_MS }, (_request, response) =>
    response.writeHead(426).end(),
  );
  const server = new WebSocketServer({
    server: http,
    path: WEBSOCKET_PATH,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    handleProtocols: (protocols) => protocols.has(SUBPROTOCOL) && SUBPROTOCOL,
    verifyClient: ({ origin, req }: { origin?: string; req: IncomingMessage }) =>
      (origin === undefined || settings.webSocketOrigins.includes(origin)) &&
      (req.headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/).includes(SUBPROTOCOL),
  });
  server.on('connection', (socket, request) => {
    const stream = createWebSocketStream(socket);
    stream.on('error', () => {}); // Aedes takes its own listener away at the end, and a late error would end the process
    accept(stream, originOf(request.socket, 'websocket'), limitBytes(request.socket, MAX_EARLY_BYTES));
  });
  return listen('MQTT over WebSocket', http, host, port);
}

/** Ends a socket that sends more than it may, until the returned function is called. */
function limitBytes(socket: Socket, maxBytes: number): () => void {
  let bytes = 0;
  const count = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > maxBytes) socket.destroy();
  };
  socket.on('data', count);
  return () => void socket.off('data', count);
}

async function listen(what: string, server: Server, host: string, port: number): Promise<Listener> {
  server.listen({ port, host, backlog: BACKLOG });
  try {
    await once(server, 'listening');
  } catch (error) {
    const reason = (error as Error).message;
    throw new StepCloudError('CONFIG_INVALID', `cannot listen for ${what} on ${host}:${port}: ${reason}`, {
      cause: error,
    });
  }
  server.on('error', () => {}); // of single connections; those have their own listeners
  return { port: (server.address() as { port: number }).port, close: () => void server.close() };
}

function originOf({ remoteAddress }: Socket, transport: Transport): Origin {
  return { address: remoteAddress ?? 'unknown', transport };
}
