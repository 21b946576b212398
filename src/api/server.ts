import { type AddressInfo, isIPv6, type Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { BrokerSettings } from '../config.ts';
import type { Database } from '../db/database.ts';
import { StepCloudError } from '../errors.ts';
import type { Keys } from '../identity/keys.ts';
import type { Tokens } from '../identity/tokens.ts';
import type { Ingest } from '../ingest/ingest.ts';
import type { Pacing } from '../ingest/pacing.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { TimeLimits } from '../messages/kind.ts';
import type { Queue, QueueDesk } from '../queue/batch.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { adminApi } from './admin/api.ts';
import { countAnswers } from './answer-metrics.ts';
import { type App, createApp } from './app.ts';
import { asyncApi } from './asyncapi/routes.ts';
import { allowOrigins } from './cors.ts';
import { gatewayApi } from './gateway/api.ts';
import { health } from './health.ts';
import { jwks } from './jwks.ts';
import type { Live } from './live/live.ts';
import { pages } from './pages.ts';
import { createRateLimits } from './rate-limits.ts';
import { userApi } from './user/api.ts';
import { webPage } from './web-page.ts';

/** A client that does not finish its request is cut off after this time when the process stops. */
const CLOSE_TIMEOUT_MS = 5_000;

export interface ApiOptions {
  db: Database;
  /** For what is much to read and may be a moment old; a replica, where there is one. */
  reader: Database;
  tokens: Tokens;
  keys: Keys;
  queue: Queue & QueueDesk;
  ingest: Ingest;
  pacing: Pacing;
  /** Largest message of a gateway that is taken in, but for events. */
  maxPacketBytes: number;
  mailer: Mailer;
  timeLimits: () => TimeLimits;
  /** Closed with the API. */
  live: Live;
  /** Where gateways reach MQTT. */
  mqttUrls: readonly string[];
  settings: BrokerSettings;
  http: BrokerSettings['http'];
  /** Where people and gateways reach this API, without a slash at its end. */
  publicUrl: () => string;
  /** Addresses and networks whose X-Forwarded-For is believed. */
  trustedProxies: readonly string[];
  clock: () => number;
  metrics: Metrics['api'];
  log: Log;
  version: string;
}

/** All routes of the three APIs, for `inject` or to listen with. */
export async function buildApi(options: ApiOptions): Promise<FastifyInstance> {
  const app = await createApp(options.log, options.trustedProxies);
  countAnswers(app, options.metrics);
  allowOrigins(app, options.http.origins);
  const rateLimits = createRateLimits({
    perMinute: options.http.requestsPerMinute,
    clock: options.clock,
    log: options.log,
  });
  app.addHook('preClose', () => options.live.close()); // or it would wait for streams that have no end
  health(app, options);
  jwks(app, options);
  await app.register(async (scope) => userApi(scope as App, { ...options, rateLimits }));
  await app.register(async (scope) => adminApi(scope as App, { ...options, rateLimits }));
  await app.register(async (scope) => gatewayApi(scope as App, { ...options, rateLimits }));
  await pages(app);
  asyncApi(app, options);
  await webPage(app, options);
  await app.ready();
  return app as unknown as FastifyInstance;
}

/** HTTP in, JSON out. Throws CONFIG_INVALID when the port is taken. */
export async function startApi(
  options: Omit<ApiOptions, 'publicUrl'> & {
    listen: { host: string; port: number };
    /** Undefined: where it listens. */
    publicUrl: string | undefined;
  },
): Promise<{ port: number; close(): Promise<void> }> {
  const { host } = options.listen;
  const port = (): number => (app.server.address() as AddressInfo).port;
  const ownUrl = (): string => `http://${isIPv6(host) ? `[${host}]` : host}:${port()}`;
  const app: FastifyInstance = await buildApi({ ...options, publicUrl: () => options.publicUrl ?? ownUrl() });
  const silent = trackSilent(app.server);
  await listen(app, options.listen);
  return {
    port: port(),
    async close() {
      for (const socket of silent) socket.destroy();
      const impatience = setTimeout(() => app.server.closeAllConnections(), CLOSE_TIMEOUT_MS);
      await app.close().finally(() => clearTimeout(impatience));
    },
  };
}

/** The connections on which no request came yet: Node takes them for busy, and would not end them when it closes. */
function trackSilent(server: FastifyInstance['server']): ReadonlySet<Socket> {
  const silent = new Set<Socket>();
  server.on('connection', (socket) => {
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
  });
  server.on('request', ({ socket }) => silent.delete(socket));
  return silent;
}

async function listen(app: FastifyInstance, { host, port }: { host: string; port: number }): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw new StepCloudError(
      'CONFIG_INVALID',
      `cannot listen for HTTP on ${host}:${port}: ${(error as Error).message}`,
      { cause: error },
    );
  }
}
