import type { ServerSettings } from '../db/server-settings.ts';
import type { RedisSettings } from '../queue/redis-settings.ts';
import { type Finding, fault, fine, warning } from './findings.ts';

const OLDEST_POSTGRES = 150_000;
const OLDEST_REDIS = 6.2;
const BUSY_PART = 0.8;
const SKEW_WARNING_MS = 1_000;
/** The search for losses trusts clocks that are less far apart (docs/decisions/0008). */
const SKEW_FAULT_MS = 5 * 60_000;
const DAY_MS = 86_400_000;
const OLD_KEY_MS = 400 * DAY_MS;
/** Of one that lives for days only: its last quarter, when it should have been renewed. */
const RENEWAL_MS = 14 * DAY_MS;

/** Whether what this Postgres has committed survives a power cut, and whether it has room. */
export function judgePostgres(settings: ServerSettings): Finding[] {
  const { version, usedConnections, maxConnections } = settings;
  const major = Math.floor(version / 10_000);
  const durable = (name: string, value: string, isGood: boolean, meaning: string): Finding =>
    isGood
      ? fine('Postgres', `${name} is ${value}`)
      : fault('Postgres', `${name} is ${value}: ${meaning}`, `ALTER SYSTEM SET ${name} = on; SELECT pg_reload_conf()`);
  return [
    version >= OLDEST_POSTGRES
      ? fine('Postgres', `version ${major}`)
      : fault('Postgres', `version ${major} is too old`, 'upgrade to 15 or newer'),
    durable('fsync', settings.fsync, settings.fsync === 'on', 'a power cut may destroy the whole database'),
    durable(
      'synchronous_commit',
      settings.synchronousCommit,
      settings.synchronousCommit !== 'off',
      'a crash loses the last commits, though their messages were acknowledged',
    ),
    durable(
      'full_page_writes',
      settings.fullPageWrites,
      settings.fullPageWrites === 'on',
      'a power cut may leave pages that are half written',
    ),
    ...(settings.isReadOnly
      ? [fault('Postgres', 'it takes no writes', 'let DATABASE_URL lead to the primary, not to a replica')]
      : []),
    usedConnections < maxConnections * BUSY_PART
      ? fine('Postgres', `${usedConnections} of ${maxConnections} connections are in use`)
      : warning(
          'Postgres',
          `${usedConnections} of ${maxConnections} connections are in use: the next process may find none`,
          'raise max_connections, or lower DATABASE_POOL_SIZE and WORKER_CONCURRENCY',
        ),
  ];
}

/** Whether this Redis keeps the jobs that were acknowledged. */
export function judgeRedis(settings: RedisSettings): Finding[] {
  const { version, appendOnly, appendFsync, maxMemoryPolicy, maxMemoryBytes, usedMemoryBytes, node } = settings;
  const about = node ? `Redis ${node}` : 'Redis';
  const unknown = (name: string) =>
    warning(about, `it does not tell its ${name}`, `see to it in its configuration that it is right`);
  return [
    Number.parseFloat(version) >= OLDEST_REDIS
      ? fine(about, `version ${version}`)
      : fault(about, `version ${version} is too old`, `upgrade to ${OLDEST_REDIS} or newer`),
    appendOnly === undefined
      ? unknown('appendonly')
      : appendOnly === 'yes'
        ? fine(about, 'appendonly is yes')
        : fault(
            about,
            `appendonly is ${appendOnly}: a crash of Redis loses acknowledged messages`,
            'CONFIG SET appendonly yes, and the same in redis.conf',
          ),
    appendFsync === undefined
      ? unknown('appendfsync')
      : appendFsync === 'no'
        ? fault(
            about,
            'appendfsync is no: a power cut loses what the system had not written yet, half a minute or more',
            'CONFIG SET appendfsync everysec (at most a second is lost) or always (nothing), and the same in redis.conf',
          )
        : fine(
            about,
            `appendfsync is ${appendFsync}: a power cut loses ${appendFsync === 'always' ? 'nothing' : 'up to a second'}`,
          ),
    maxMemoryPolicy === undefined
      ? unknown('maxmemory-policy')
      : maxMemoryPolicy === 'noeviction'
        ? fine(about, 'maxmemory-policy is noeviction')
        : fault(
            about,
            `maxmemory-policy is ${maxMemoryPolicy}: when memory runs out Redis throws jobs away`,
            'CONFIG SET maxmemory-policy noeviction, and the same in redis.conf',
          ),
    ...(maxMemoryBytes > 0 && usedMemoryBytes > maxMemoryBytes * BUSY_PART
      ? [
          warning(
            about,
            `${Math.round((usedMemoryBytes / maxMemoryBytes) * 100)} % of maxmemory is in use: when it is full no message is acknowledged`,
            'start more workers, or raise maxmemory',
          ),
        ]
      : []),
    ...judgeReplicas(about, settings),
  ];
}

/** Whether another can take the place of this one, with all that was acknowledged. */
function judgeReplicas(about: string, { node, replicas: { connected, asked } }: RedisSettings): Finding[] {
  if (connected < asked)
    return [
      fault(
        about,
        `REDIS_URL asks for ${asked} replicas, and ${connected} are connected: no message is acknowledged`,
        'start the replicas, or ask for fewer',
      ),
    ];
  if (node === undefined || asked > 0) return [];
  return [
    warning(
      about,
      'when a replica takes its place, what was acknowledged in the moment before may be lost',
      'behind Sentinels end REDIS_URL with ?replicas=1; a Cluster cannot promise more',
    ),
  ];
}

/** Whether another clock agrees with ours; `skewMs` is how far it is ahead. */
export function judgeClock(whose: string, skewMs: number): Finding {
  const seconds = `${Math.abs(skewMs / 1000).toFixed(1)} s ${skewMs > 0 ? 'ahead of' : 'behind'} the clock here`;
  const off = Math.abs(skewMs);
  if (off < SKEW_WARNING_MS) return fine('clocks', `that of ${whose} agrees with the clock here`);
  const mend = 'let NTP set the clocks of all machines';
  if (off < SKEW_FAULT_MS) return warning('clocks', `that of ${whose} is ${seconds}: times of receipt are off`, mend);
  return fault('clocks', `that of ${whose} is ${seconds}: losses may be reported wrongly, tokens refused`, mend);
}

/** `mode` as `stat` has it; `createdAt` of the key that signs. */
export function judgeKeys(file: string, mode: number, createdAt: Date | undefined, now: number): Finding[] {
  const bits = (mode & 0o777).toString(8).padStart(4, '0');
  const age = createdAt && now - createdAt.getTime();
  const days = Math.floor((age ?? 0) / DAY_MS);
  return [
    (mode & 0o077) === 0
      ? fine('keys', `${file} has mode ${bits}`)
      : fault('keys', `${file} has mode ${bits}: who reads it can sign in as anybody`, `chmod 600 ${file}`),
    age !== undefined && age > OLD_KEY_MS
      ? warning('keys', `the key that signs is ${days} days old`, 'stepcloud keys rotate')
      : fine(
          'keys',
          age === undefined ? 'the age of the key that signs is not known' : `the key that signs is ${days} days old`,
        ),
  ];
}

/** Whether the certificate of MQTT over TLS is good for a while; times are epoch milliseconds. */
export function judgeCertificate(from: number, to: number, now: number): Finding {
  const day = new Date(to).toISOString().slice(0, 10);
  const mend = 'renew it; the broker notices by itself (docs/operations.md, MQTT over TLS)';
  if (now > to) return fault('certificate', `that of MQTT over TLS ended on ${day}: no gateway trusts it`, mend);
  if (now < from) return fault('certificate', 'that of MQTT over TLS is not valid yet', 'set the clock right');
  return to - now > Math.min(RENEWAL_MS, (to - from) / 4)
    ? fine('certificate', `that of MQTT over TLS ends on ${day}`)
    : warning('certificate', `that of MQTT over TLS ends on ${day}, and was not renewed yet`, mend);
}

export function judgeDisk(folder: string, freeBytes: number, totalBytes: number, warnFreePercent: number): Finding {
  const percent = Math.floor((freeBytes / totalBytes) * 100);
  const text = `${percent} % of the disk of ${folder} is free (${(freeBytes / 1e9).toFixed(1)} GB)`;
  return percent >= warnFreePercent
    ? fine('disk', text)
    : warning(
        'disk',
        text,
        'keep data for a shorter time (retentionDays), or make the disk larger (docs/operations.md)',
      );
}
