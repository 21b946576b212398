import type { AedesOptions, Client, ConnectPacket } from 'aedes';
import type { Db } from '../db/database.ts';
import { StepCloudError } from '../errors.ts';
import { authenticateGateway, type GatewayIdentity } from '../identity/sessions.ts';
import type { Tokens } from '../identity/tokens.ts';
import type { Log } from '../telemetry/log.ts';
import { answerOnce } from './hooks.ts';

const MAX_KEEPALIVE_S = 1200;
const MAX_TIMER_MS = 2 ** 31 - 1;
/** CONNACK return codes, [MQTT-3.2.2-5]. */
const BAD_CREDENTIALS = 4;
const NOT_AUTHORIZED = 5;

type AuthenticateAnswer = Parameters<NonNullable<AedesOptions['authenticate']>>[3];

export interface ConnectOptions {
  db: Db;
  tokens: Tokens;
  clock: () => number;
  deadlineMs: number;
  log: Log;
}

/** Who stands behind a connection; undefined until CONNECT was accepted. */
export type Connections = WeakMap<Client, GatewayIdentity>;

/**
 * Every session is a clean one without a Will, so that nothing of a client outlives its connection: brokers stay
 * stateless, and what leaks from one tenant to another through sessions or retained messages cannot exist.
 */
export function preConnect(
  _client: Client,
  packet: ConnectPacket,
  done: (error: Error | null, accepted: boolean) => void,
): void {
  packet.clean = true;
  delete packet.will;
  packet.keepalive = Math.min(packet.keepalive || MAX_KEEPALIVE_S, MAX_KEEPALIVE_S);
  done(null, true);
}

/** CONNECT: user name is the gateway's id, password its access token; the session behind the token must stand. */
export function createAuthenticate({ db, tokens, clock, deadlineMs, log }: ConnectOptions, connections: Connections) {
  return (
    client: Client,
    username: string | undefined,
    password: Buffer | undefined,
    done: AuthenticateAnswer,
  ): void => {
    const answer = (error: Error | null): void => {
      if (!error) return done(null, true);
      const address = addressOf(client);
      if (!(error instanceof StepCloudError)) {
        // Closed without a CONNACK: MQTT.js never comes back after "server unavailable".
        log.warn({ address, reason: error.message }, 'CONNECT cannot be checked now; the connection is closed');
        client.close();
      } else {
        log.info({ gateway: username?.slice(0, 36), address, reason: error.message }, 'CONNECT refused');
      }
      done(Object.assign(error, { returnCode: username && password ? NOT_AUTHORIZED : BAD_CREDENTIALS }), false);
    };
    answerOnce('authenticate', log, deadlineMs, answer, async () => {
      const identity = await authenticateGateway(db, tokens, password?.toString('utf8') ?? '', clock());
      if (username?.toLowerCase() !== identity.gatewayId) {
        throw new StepCloudError(
          'CREDENTIALS_INVALID',
          'the user name is not the id of the gateway that owns the token',
        );
      }
      // The id a client chooses is its own affair: inside, nobody can take over the connection of another gateway.
      (client as { id: string }).id = `${identity.gatewayId}/${client.id}`;
      connections.set(client, identity);
      closeAt(client, identity.expiresAt, clock);
    });
  };
}

/** Closes the connection when its token ends; in steps, since a longer timer than 24.8 days fires at once. */
function closeAt(client: Client, expiresAt: number, clock: () => number): void {
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    const left = expiresAt - clock();
    if (left <= 0) return client.close();
    timer = setTimeout(arm, Math.min(left, MAX_TIMER_MS));
    timer.unref();
  };
  arm();
  client.conn.once('close', () => clearTimeout(timer));
}

export function addressOf(client: Client): string | undefined {
  return (client.conn as { remoteAddress?: string }).remoteAddress;
}
