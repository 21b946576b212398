import type { AedesOptions, Client, ConnectPacket } from 'aedes';
import type { Db } from '../db/database.ts';
import { StepCloudError } from '../errors.ts';
import { authenticateGateway } from '../identity/sessions.ts';
import type { Tokens } from '../identity/tokens.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Claims } from './claims.ts';
import type { Connections } from './connections.ts';
import { answerOnce } from './hooks.ts';
import { sparing } from './sparing.ts';

const MAX_KEEPALIVE_S = 1200;
/** CONNACK return codes, [MQTT-3.2.2-5]. */
const BAD_CREDENTIALS = 4;
const NOT_AUTHORIZED = 5;

type AuthenticateAnswer = Parameters<NonNullable<AedesOptions['authenticate']>>[3];
type PreConnectAnswer = Parameters<NonNullable<AedesOptions['preConnect']>>[2];

export interface ConnectOptions {
  connections: Connections;
  claims: Claims;
  db: Db;
  tokens: Tokens;
  clock: () => number;
  monotonic: () => number;
  deadlineMs: number;
  metrics: Metrics;
  log: Log;
}

/**
 * Every session is a clean one, so that nothing of a client outlives its connection: brokers stay stateless, and what
 * leaks from one tenant to another through sessions or retained messages cannot exist. A Will may only be the gateway's
 * own status; another one (stock bridges set one) is dropped. Silence is watched by the guard, which knows when it is we
 * who do not read; so Aedes gets no keepalive.
 */
export function createPreConnect({ connections }: Pick<ConnectOptions, 'connections'>) {
  return (client: Client, packet: ConnectPacket, done: PreConnectAnswer): void => {
    const connection = connections.of(client);
    if (!connection) return done(new Error('the connection is not known'), false);
    connection.keepaliveMs = Math.min(packet.keepalive || MAX_KEEPALIVE_S, MAX_KEEPALIVE_S) * 1000;
    packet.keepalive = 0;
    packet.clean = true;
    if (packet.will && !isOwnStatus(packet)) delete packet.will;
    done(null, true);
  };
}

/** The user name is only a claim here; CONNECT is refused later where it is not the gateway of the token. */
function isOwnStatus({ will, username }: ConnectPacket): boolean {
  const own = `v1/gateways/${username?.toLowerCase()}/status`;
  return will?.topic.toLowerCase() === own && (will.qos ?? 0) <= 2;
}

/** CONNECT: user name is the gateway's id, password its access token; the session behind the token must stand. */
export function createAuthenticate(options: ConnectOptions) {
  const { connections, claims, db, tokens, clock, monotonic, deadlineMs, metrics, log } = options;
  const logRefused = sparing((fields, message) => log.info(fields, message), monotonic);
  const logUnavailable = sparing((fields, message) => log.warn(fields, message), monotonic);

  return (
    client: Client,
    username: string | undefined,
    password: Buffer | undefined,
    done: AuthenticateAnswer,
  ): void => {
    const connection = connections.of(client);
    const answer = (error: Error | null): void => {
      const outcome = error ? (error instanceof StepCloudError ? 'refused' : 'unavailable') : 'accepted';
      metrics.broker.connects.inc({ outcome });
      if (!error) return done(null, true);
      const seen = { gateway: username?.slice(0, 36), address: connection?.address, reason: error.message };
      if (outcome === 'refused') {
        logRefused(seen, 'CONNECT refused');
      } else {
        // Closed without a CONNACK: MQTT.js never comes back after "server unavailable".
        logUnavailable(seen, 'CONNECT cannot be checked now; the connection is closed');
        client.close();
      }
      done(Object.assign(error, { returnCode: username && password ? NOT_AUTHORIZED : BAD_CREDENTIALS }), false);
    };
    answerOnce('authenticate', log, deadlineMs, answer, async () => {
      const identity = await authenticateGateway(db, tokens, password?.toString('utf8') ?? '', clock());
      if (username?.toLowerCase() !== identity.gatewayId) {
        throw new StepCloudError('CREDENTIALS_INVALID', 'the user name is not the gateway that the token belongs to');
      }
      if (!connection) throw new Error('the connection is not known');
      // The id a client chooses is its own affair: inside, nobody can take over the connection of another gateway.
      (client as { id: string }).id = `${identity.gatewayId}/${client.id}`;
      connection.identity = identity;
      await claims.claim(client, connection);
    });
  };
}
