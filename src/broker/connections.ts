import type { Duplex } from 'node:stream';
import type { Aedes, Client } from 'aedes';
import type { BrokerSettings } from '../config.ts';
import type { GatewayIdentity } from '../identity/sessions.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { createGuard, type Guard } from './guard.ts';
import { sparing } from './sparing.ts';

const TICK_MS = 500;

/** One connection, from the accepted socket to its end. */
export interface Connection {
  readonly guard: Guard;
  readonly address: string;
  /** What the client asked for in CONNECT, within our limits. */
  keepaliveMs: number;
  /** Undefined until its token was checked, and again when that was taken back: nothing more is taken from it then. */
  identity: GatewayIdentity | undefined;
}

/** Every connection of this process, whatever listener it came through. */
export interface Connections {
  /** Hands a new connection to Aedes behind a guard; ends it at once where there are too many. `onOpen`: it is let in. */
  accept(stream: Duplex, address: string, onOpen?: () => void): void;
  of(client: Client): Connection | undefined;
  readonly open: ReadonlyMap<Client, Connection>;
  /** Ends one from which nothing more may be stored, its Will included. */
  revoke(client: Client, reason: string): void;
  /** Ends all of them. */
  close(): void;
}

export interface ConnectionsOptions {
  aedes: Aedes;
  settings: BrokerSettings;
  clock: () => number;
  monotonic: () => number;
  metrics: Metrics;
  log: Log;
}

export function createConnections({
  aedes,
  settings,
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
    for (const [client, { guard, identity }] of open) {
      guard.tick();
      if (identity && identity.expiresAt <= now) client.close(); // its token has ended
    }
  }, TICK_MS);
  ticking.unref();

  return {
    accept(stream, address, onOpen = () => {}) {
      const refusal = refusalOf(address);
      if (refusal) {
        metrics.broker.closed.inc();
        logRefused({ address }, `connection refused: ${refusal}`);
        stream.destroy();
        return;
      }
      const onClose = (reason: string): void => {
        metrics.broker.closed.inc();
        logClosed({ address, client: client?.id }, `connection closed: ${reason}`);
      };
      const guard = createGuard(stream, { ...settings, monotonic, onOpen, onClose });
      const client: Client = aedes.handle(stream);
      const connection = { guard, address, keepaliveMs: 0, identity: undefined };
      connections.set(client, connection);
      open.set(client, connection);
      metrics.broker.connections.set(open.size);
      perAddress.set(address, (perAddress.get(address) ?? 0) + 1);
      stream.once('close', () => forget(client, address));
    },
    of: (client) => connections.get(client),
    open,
    revoke(client, reason) {
      const connection = connections.get(client);
      if (connection) connection.identity = undefined;
      client.close();
      log.info({ address: connection?.address, client: client.id }, `connection closed: ${reason}`);
    },
    close() {
      clearInterval(ticking);
      for (const client of open.keys()) client.close();
    },
  };

  function refusalOf(address: string): string | undefined {
    if (open.size >= maxConnections) return `${maxConnections} connections are open`;
    if ((perAddress.get(address) ?? 0) >= maxConnectionsPerAddress) {
      return `${maxConnectionsPerAddress} connections from this address are open`;
    }
    return undefined;
  }

  function forget(client: Client, address: string): void {
    open.delete(client);
    metrics.broker.connections.set(open.size);
    const left = (perAddress.get(address) ?? 1) - 1;
    if (left > 0) perAddress.set(address, left);
    else perAddress.delete(address);
  }
}
