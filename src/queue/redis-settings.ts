import { Cluster, type Redis } from 'ioredis';
import { parseRedisUrl } from '../config/redis-url.ts';
import { inTime } from '../deadline.ts';
import { createRedis } from './redis-connect.ts';

const TIMEOUT_MS = 5_000;

/** What a Redis says of itself that the queue depends on; undefined where it does not tell. */
export interface RedisSettings {
  /** Where it is, when REDIS_URL does not tell: the master behind Sentinels, a node of a Cluster. */
  readonly node: string | undefined;
  readonly version: string;
  readonly appendOnly: string | undefined;
  readonly appendFsync: string | undefined;
  readonly maxMemoryPolicy: string | undefined;
  readonly maxMemoryBytes: number;
  readonly usedMemoryBytes: number;
  /** Connected now, and asked for by REDIS_URL. */
  readonly replicas: { readonly connected: number; readonly asked: number };
  readonly now: Date;
}

/**
 * Asks the one that takes what is written, or each of a Cluster that does; rejects when they do not answer within five seconds.
 * Managed ones may forbid CONFIG: then INFO tells some of it.
 */
export async function readRedisSettings(url: string): Promise<RedisSettings[]> {
  const { mode, replicas } = parseRedisUrl(url);
  const redis = createRedis(url, { maxRetriesPerRequest: 0 });
  redis.on('error', () => {});
  const askAll = async (): Promise<RedisSettings[]> => {
    await redis.connect();
    const masters = redis instanceof Cluster ? redis.nodes('master') : [redis];
    return Promise.all(masters.map((master) => ask(master, mode !== 'single', replicas)));
  };
  try {
    return await inTime('Redis', TIMEOUT_MS, askAll);
  } finally {
    redis.disconnect();
  }
}

async function ask(redis: Redis, isNamed: boolean, asked: number): Promise<RedisSettings> {
  const info = await redis.info();
  const told = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(info)?.[1];
  const configured = async (name: string): Promise<string | undefined> => {
    const answer = (await redis.config('GET', name).catch(() => [])) as string[];
    return answer[1];
  };
  const [seconds, micros] = await redis.time();
  const aof = told('aof_enabled');
  const { remoteAddress, remotePort } = redis.stream;
  return {
    node: isNamed ? `${remoteAddress}:${remotePort}` : undefined,
    version: told('redis_version') ?? '',
    appendOnly: (await configured('appendonly')) ?? (aof && (aof === '1' ? 'yes' : 'no')),
    appendFsync: await configured('appendfsync'),
    maxMemoryPolicy: (await configured('maxmemory-policy')) ?? told('maxmemory_policy'),
    maxMemoryBytes: Number(told('maxmemory') ?? 0),
    usedMemoryBytes: Number(told('used_memory') ?? 0),
    replicas: { connected: Number(told('connected_slaves') ?? 0), asked },
    now: new Date(Number(seconds) * 1000 + Number(micros) / 1000),
  };
}
