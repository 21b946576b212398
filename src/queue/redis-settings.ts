import { Redis } from 'ioredis';
import { withDeadline } from './deadline.ts';

const TIMEOUT_MS = 5_000;

/** What a Redis says of itself that the queue depends on; undefined where it does not tell. */
export interface RedisSettings {
  readonly version: string;
  readonly appendOnly: string | undefined;
  readonly appendFsync: string | undefined;
  readonly maxMemoryPolicy: string | undefined;
  readonly maxMemoryBytes: number;
  readonly usedMemoryBytes: number;
  readonly now: Date;
}

/** Asks one; rejects when it does not answer within five seconds. Managed ones may forbid CONFIG: then INFO tells some of it. */
export async function readRedisSettings(url: string): Promise<RedisSettings> {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  redis.on('error', () => {});
  try {
    return await withDeadline(ask(redis), TIMEOUT_MS);
  } finally {
    redis.disconnect();
  }
}

async function ask(redis: Redis): Promise<RedisSettings> {
  await redis.connect();
  const info = await redis.info();
  const told = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(info)?.[1];
  const configured = async (name: string): Promise<string | undefined> => {
    const answer = (await redis.config('GET', name).catch(() => [])) as string[];
    return answer[1];
  };
  const [seconds, micros] = await redis.time();
  const aof = told('aof_enabled');
  return {
    version: told('redis_version') ?? '',
    appendOnly: (await configured('appendonly')) ?? (aof && (aof === '1' ? 'yes' : 'no')),
    appendFsync: await configured('appendfsync'),
    maxMemoryPolicy: (await configured('maxmemory-policy')) ?? told('maxmemory_policy'),
    maxMemoryBytes: Number(told('maxmemory') ?? 0),
    usedMemoryBytes: Number(told('used_memory') ?? 0),
    now: new Date(Number(seconds) * 1000 + Number(micros) / 1000),
  };
}
