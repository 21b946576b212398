import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { parseRedisUrl } from '../config/redis-url.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const MAX_RECONNECT_MS = 1_000;
const retryStrategy = (attempt: number): number => Math.min(attempt * 50, MAX_RECONNECT_MS);

/** How a connection takes it that Redis is away. */
export type Patience = Pick<
  RedisOptions,
  'maxRetriesPerRequest' | 'enableOfflineQueue' | 'autoResendUnfulfilledCommands'
>;

/** A client of whatever REDIS_URL names, not connected yet; it reconnects by itself, to a new master too. */
export function createRedis(url: string, patience: Patience): Redis | Cluster {
  const { mode, nodes, master, tls, username, password, db } = parseRedisUrl(url);
  const options: RedisOptions = {
    ...patience,
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    ...(tls ? { tls: {} } : {}),
    connectTimeout: CONNECT_TIMEOUT_MS,
    // One that became a replica meanwhile: whoever is the master now takes the next command.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  };
  if (mode === 'cluster') {
    return new Cluster([...nodes], {
      redisOptions: options,
      lazyConnect: true,
      enableOfflineQueue: patience.enableOfflineQueue ?? true,
      clusterRetryStrategy: retryStrategy,
    });
  }
  const place =
    mode === 'sentinel'
      ? {
          sentinels: [...nodes],
          name: master,
          sentinelRetryStrategy: retryStrategy,
          ...(password ? { sentinelPassword: password } : {}),
          ...(tls ? { enableTLSForSentinelMode: true, sentinelTLS: {} } : {}),
        }
      : nodes[0];
  return new Redis({ ...options, ...place, db, lazyConnect: true, retryStrategy });
}
