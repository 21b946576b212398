import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Aedes, Client } from 'aedes';
import type { BrokerSettings } from '../config.ts';
import type { Transport } from '../db/connections.ts';
import type { EndReason } from '../db/presence.ts';
import type { GatewayIdentity } from '../identity/sessions.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { createGuard, type Guard } from './guard.ts';
import { sparing } from './sparing.ts';

const TICK_MS = 500;
/** Who has not closed its side by then, when the process stops, is cut off. */
const END_TIMEOUT_MS = 1_000;

/** Where a connection comes from, and by what. */
export interface Origin {
  readonly address: string;
  readonly transport: Transport;
}

/** One connection, from the accepted socket to its end. */
export interface Connection extends Origin {
  readonly guard: Guard;
  /** What the client asked for in CONNECT, within our limits. */
  keepaliveMs: number;
  /** Undefined until its token was checked, and again when that was taken back: nothing more is taken from it then. */
  identity: GatewayIdentity | undefined;
  /** Why it ended or is about to, as the first who knew it said. */
  endReason: EndReason | undefined;
  /** When it ended, by the process's own clock. */
  endedAt: number | undefined;
}

/** Every connection of this process, whatever listener it came through. */
export interface Connections {
  /** Hands a new connection to Aedes behind a guard; ends it at once where there are too many. `onOpen`: it is let in. */
  accept(stream: Duplex, origin: Origin, onOpen?: () => void): void;
  of(client: Client): Connection | undefined;
  readonly open: ReadonlyMap<Client, Connection>;
  /** Ends one from which nothing more may be stored, its Will included; `why` is for the log. */
  revoke(client: Client, why: string, reason?: EndReason): void;
  /** Ends all of them, once they have what they were answered. */
  close(): Promise<void>;
}

export interface ConnectionsOptions {
  aedes: Aedes;
  settings: BrokerSettings;
  /** Whether no more connections are taken at all, since the queue is away or too full. */
  isShut?: () => boolean;
  clock: () => number;
  monotonic: () => number;
  metrics: Metrics;
  log: Log;
}

export function createConnections({
  aedes,
  settings,
  isShut = () => false,
  clock,
  monotonic,
  metrics,
  log,
}: ConnectionsOptions): Connections {
  const { maxConnections, maxConnectionsPerAddress } = settings.limits;
  const connections = new WeakMap<Client, Connection>();
  const open = new Map<Client, Connection>();
  const perAddress = new Map<string, number>();
  const logRefused = sparing((fields, message) => log.warn(fields, message), monotonic);
  const logClosed = sparing((fields, message) => log.info(fields, message), monotonic);
  const ticking = setInterval(() => {
    const now = clock();
    for (const [client, connection] of open) {
      connection.guard.tick();
      if (connection.identity && connection.identity.expiresAt <= now) end(client, connection, 'token_expired');
    }
  }, TICK_MS);
  ticking.unref();

  return {
    accept(stream, origin, onOpen = () => {}) {
      const { address } = origin;
      const refusal = refusalOf(address);
      if (refusal) {
        metrics.broker.closed.inc();
        logRefused({ address }, `connection refused: ${refusal}`);
        stream.destroy();
        return;
      }
      const onClose = (why: string, reason: EndReason): void => {
        connection.endReason ??= reason;
        metrics.broker.closed.inc();
        logClosed({ address, client: client?.id }, `connection closed: ${why}`);
      };
      const onDisconnect = (): void => {
        connection.endReason ??= 'disconnected';
      };
      const guard = createGuard(stream, { ...settings, monotonic, onOpen, onClose, onDisconnect });
      const client: Client = aedes.handle(stream);
      const unknown = { identity: undefined, endReason: undefined, endedAt: undefined };
      const connection: Connection = { guard, ...origin, keepaliveMs: 0, ...unknown };
      connections.set(client, connection);
      open.set(client, connection);
      metrics.broker.connections.set(open.size);
      perAddress.set(address, (perAddress.get(address) ?? 0) + 1);
      stream.once('close', () => forget(client, connection));
    },
    of: (client) => connections.get(client),
    open,
    revoke(client, why, reason = 'access_revoked') {
      const connection = connections.get(client);
      if (!connection) return;
      connection.identity = undefined;
      end(client, connection, reason);
      log.info({ address: connection.address, client: client.id }, `connection closed: ${why}`);
    },
    async close() {
      clearInterval(ticking);
      const going = [...open.values()].map((connection) => {
        connection.endReason ??= 'broker_stopped';
        return connection.guard.end();
      });
      const impatience = new AbortController();
      await Promise.race([Promise.all(going), delay(END_TIMEOUT_MS, undefined, { signal: impatience.signal })]).catch(
        () => {},
      );
      impatience.abort();
      for (const client of open.keys()) client.close();
    },
  };

  function refusalOf(address: string): string | undefined {
    if (isShut()) return 'the queue takes no more';
    if (open.size >= maxConnections) return `${maxConnections} connections are open`;
    if ((perAddress.get(address) ?? 0) >= maxConnectionsPerAddress) {
      return `${maxConnectionsPerAddress} connections from this address are open`;
    }
    return undefined;
  }

  function end(client: Client, connection: Connection, reason: EndReason): void {
    connection.endReason ??= reason;
    client.close();
  }

  function forget(client: Client, connection: Connection): void {
    const { address } = connection;
    connection.endReason ??= 'connection_lost';
    connection.endedAt = monotonic();
    open.delete(client);
    metrics.broker.connections.set(open.size);
    const left = (perAddress.get(address) ?? 1) - 1;
    if (left > 0) perAddress.set(address, left);
    else perAddress.delete(address);
  }
}
