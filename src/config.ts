import { existsSync } from 'node:fs';
import { isIP, isIPv6 } from 'node:net';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createJiti } from 'jiti';
import { type Static, Type } from 'typebox';
import type { TLocalizedValidationError } from 'typebox/error';
import { Value } from 'typebox/value';
import { StepCloudError } from './errors.ts';

const count = (fallback: number, description: string, maximum = 1_000_000_000) =>
  Type.Integer({ minimum: 1, maximum, default: fallback, description });
const days = (fallback: number | null, description: string) =>
  Type.Unsafe<number | null>({
    type: ['integer', 'null'],
    minimum: 1,
    maximum: 24_000,
    default: fallback,
    description,
  });
const strict = { additionalProperties: false, default: {} };
const rate = (messagesPerSecond: number, bytesPerSecond: number, description: string) =>
  Type.Object(
    {
      messagesPerSecond: count(messagesPerSecond, 'messages in a second, on average'),
      bytesPerSecond: count(bytesPerSecond, 'bytes in a second, on average; packets as they are sent'),
    },
    { ...strict, description },
  );

/** What an operator may set in broker.config.ts. Every value has a default; sizes are bytes, times milliseconds. */
const BrokerSettings = Type.Object(
  {
    maxPacketBytes: count(
      1024 * 1024,
      'largest PUBLISH that is taken in; a larger one becomes a dead letter',
      16 << 20,
    ),
    connectTimeoutMs: count(10_000, 'time a new connection has to send CONNECT and to be authenticated'),
    ackTimeoutMs: count(10_000, 'how long a PUBACK waits for the queue before the connection is closed'),
    maxInflightMessages: count(1000, 'messages of one connection that wait for their PUBACK together'),
    batch: Type.Object(
      {
        maxMessages: count(2000, 'messages in one job', 60_000),
        maxBytes: count(512 * 1024, 'payload bytes in one job'),
        lingerMs: Type.Integer({
          minimum: 0,
          maximum: 1000,
          default: 3,
          description: 'how long a busy broker gathers before the next job; a lone message never waits',
        }),
      },
      strict,
    ),
    shards: count(1, 'queues; a gateway always uses the same one', 64),
    time: Type.Object(
      {
        horizonDays: count(3653, 'how far back a measurement may lie', 24_000),
        aheadMs: count(5 * 60_000, 'how far ahead of the server a clock may run'),
      },
      strict,
    ),
    limits: Type.Object(
      {
        maxConnections: count(20_000, 'MQTT connections of one broker process'),
        maxConnectionsPerAddress: count(2_000, 'MQTT connections from one address; a load balancer is one address'),
        pendingDevicesPerGateway: count(1000, 'devices of a gateway that nobody approved yet'),
        sensorsPerDevice: count(2000, 'sensors of one device'),
        deadLettersPerGateway: count(10_000, 'dead letters kept of one gateway; more are only counted'),
      },
      strict,
    ),
    rates: Type.Object(
      {
        gateway: rate(1_000, 2 << 20, 'what one gateway may send; who sends more is delayed'),
        customer: rate(10_000, 20 << 20, 'what all gateways of one customer may send together'),
        burstSeconds: count(
          60,
          'how much may be saved up for the time after an outage, in seconds of the rate',
          86_400,
        ),
      },
      strict,
    ),
    backlog: Type.Object(
      {
        delayJobs: count(50_000, 'jobs in the queue from which on all gateways are delayed'),
        delayAgeMs: count(600_000, 'how long the next job may have waited before all gateways are delayed'),
        refuseJobs: count(200_000, 'jobs in the queue from which on no new connections are taken'),
      },
      { ...strict, description: 'when workers are too far behind' },
    ),
    webSocketOrigins: Type.Array(Type.String(), {
      default: [],
      description: 'origins of web pages that may connect over WebSocket; clients that are no browsers send none',
    }),
    http: Type.Object(
      {
        origins: Type.Array(Type.String({ pattern: '^https?://[^/\\s*]+$' }), {
          default: [],
          description: 'origins of web pages on other hosts that may use the REST APIs, as in https://app.example.org',
        }),
        requestsPerMinute: Type.Object(
          {
            user: count(1200, 'requests a minute of one user, or of one API token'),
            gateway: count(6000, 'requests a minute of one gateway'),
            address: count(6000, 'requests a minute from one address of who has no credentials, or wrong ones'),
          },
          { ...strict, description: 'what each process of the API takes' },
        ),
      },
      strict,
    ),
    partitionSpan: Type.Enum(['month', 'week', 'day'], {
      default: 'month',
      description: 'span of the partitions to come: month for a workshop, day for hundreds',
    }),
    retentionDays: Type.Object(
      {
        readings: days(null, 'readings; what is older is refused, too'),
        events: days(null, 'events with all their parts; what is older is refused, too'),
        logs: days(null, 'logs of events; the events stay; older ones are refused, too'),
        rollups: days(null, 'rollups of readings, which may outlive the readings'),
        deadLetters: days(30, 'dead letters, since their fault was last seen'),
        audit: days(730, 'who did what'),
        sessions: days(90, 'sessions and enrolments that have ended, and refresh tokens that were used'),
        ledger: days(730, 'the books of accepted messages'),
        connectivity: days(400, 'times in which gateways were online'),
        receipts: days(1, 'receipts that their gateway did not fetch'),
        warnings: days(30, 'warnings of what gateways send, since that was last seen'),
        batches: days(90, 'ids of stored batches, by which a second run of a job is known'),
      },
      { ...strict, description: 'for how many days data is kept, by kind; null: for ever' },
    ),
    disk: Type.Object(
      {
        warnFreePercent: count(10, 'warn when less than this part of the disk of the database is free', 99),
        warnDaysLeft: count(14, 'warn when the disk of the database will be full sooner than this, in days', 3650),
      },
      { ...strict, description: 'when to warn of a disk that fills up' },
    ),
  },
  strict,
);
export type BrokerSettings = Static<typeof BrokerSettings>;

type DeepPartial<T> = { [K in keyof T]?: T[K] extends object ? DeepPartial<T[K]> : T[K] };

/** Types broker.config.ts; what it leaves out has the default of `BrokerSettings`. */
export function defineConfig(settings: DeepPartial<BrokerSettings>): DeepPartial<BrokerSettings> {
  return settings;
}

export interface Config {
  /** Keys, the embedded database and whatever else this installation keeps on disk. */
  readonly dataDir: string;
  readonly databaseUrl: string;
  /** A folder on the disk of the database. Undefined: that is not mounted here, and nobody watches it. */
  readonly databaseDir: string | undefined;
  /** Set: the queue lives in Redis. Not set: in the database. */
  readonly redisUrl: string | undefined;
  readonly keysFile: string;
  readonly mqtt: {
    readonly host: string;
    readonly port: number;
    /** Undefined: no WebSocket. */
    readonly webSocketPort: number | undefined;
    /** Where gateways reach it from outside, for documents; none: where it listens. */
    readonly publicUrls: readonly string[];
    /** Undefined: no TLS. */
    readonly tls: { readonly port: number; readonly certFile: string; readonly keyFile: string } | undefined;
  };
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** Addresses and networks (CIDR) of proxies whose X-Forwarded-For is believed. */
    readonly trustedProxies: readonly string[];
  };
  /** Where people and gateways reach the API, without a slash at its end. Undefined: where it listens. */
  readonly publicUrl: string | undefined;
  readonly mail: {
    /** Undefined: mail is not sent, and in development shown in the log. */
    readonly smtpUrl: string | undefined;
    readonly from: string;
  };
  readonly isDevelopment: boolean;
  /** Where metrics and health are served; undefined: nowhere. */
  readonly metrics: { readonly host: string; readonly port: number } | undefined;
  readonly log: { readonly level: string; readonly pretty: boolean };
  /** How long a process counts as alive after it last said so. */
  readonly leaseMs: number;
  /** Connections of this process to Postgres. */
  readonly poolSize: number;
  /** Jobs that one worker process stores side by side. */
  readonly workerConcurrency: number;
  readonly settings: BrokerSettings;
}

const PROJECT = fileURLToPath(new URL(import.meta.url.includes('/dist/') ? '../..' : '..', import.meta.url));
const SELF = fileURLToPath(import.meta.url);
const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/**
 * Reads the environment and broker.config.ts (of the working folder, else the one that ships with StepCloud) into one
 * frozen Config. Throws CONFIG_INVALID that names every fault at once. `DATABASE_URL` may be missing only where the
 * caller brings its own (`stepcloud up` and its embedded Postgres).
 */
export async function loadConfig(env: NodeJS.ProcessEnv = process.env): Promise<Config> {
  const faults: string[] = [];
  const read = environment(env, faults);
  const dataDir = resolve(read.text('STEPCLOUD_DATA_DIR', '.stepcloud'));
  const config: Config = {
    dataDir,
    databaseUrl: read.url('DATABASE_URL', ['postgres:', 'postgresql:']),
    databaseDir: env.STEPCLOUD_DATABASE_DIR ? resolve(env.STEPCLOUD_DATABASE_DIR) : undefined,
    redisUrl: env.REDIS_URL ? read.url('REDIS_URL', ['redis:', 'rediss:']) : undefined,
    keysFile: resolve(read.text('STEPCLOUD_KEYS_FILE', `${dataDir}/keys.json`)),
    mqtt: {
      host: read.text('MQTT_HOST', '127.0.0.1'),
      port: read.integer('MQTT_PORT', 1883, 0, 65_535),
      webSocketPort: env.MQTT_WS_PORT ? read.integer('MQTT_WS_PORT', 0, 0, 65_535) : undefined,
      publicUrls: read.urls('MQTT_PUBLIC_URLS', ['mqtt:', 'mqtts:', 'ws:', 'wss:']),
      tls: readTls(read),
    },
    http: {
      host: read.text('HTTP_HOST', '127.0.0.1'),
      port: read.integer('HTTP_PORT', 8080, 0, 65_535),
      trustedProxies: read.networks('HTTP_TRUSTED_PROXIES'),
    },
    publicUrl: env.STEPCLOUD_PUBLIC_URL
      ? read.url('STEPCLOUD_PUBLIC_URL', ['http:', 'https:']).replace(/\/+$/, '')
      : undefined,
    mail: {
      smtpUrl: env.SMTP_URL ? read.url('SMTP_URL', ['smtp:', 'smtps:']) : undefined,
      from: read.sender('MAIL_FROM', 'StepCloud <stepcloud@localhost>'),
    },
    isDevelopment: env.NODE_ENV !== 'production',
    metrics: env.METRICS_PORT
      ? { host: read.text('METRICS_HOST', '127.0.0.1'), port: read.integer('METRICS_PORT', 0, 0, 65_535) }
      : undefined,
    log: {
      level: read.oneOf('LOG_LEVEL', 'info', LEVELS),
      pretty: read.oneOf('LOG_FORMAT', process.stdout.isTTY ? 'pretty' : 'json', ['pretty', 'json']) === 'pretty',
    },
    leaseMs: read.integer('STEPCLOUD_LEASE_MS', 20_000, 1_000, 600_000),
    poolSize: read.integer('DATABASE_POOL_SIZE', 4, 2, 100),
    workerConcurrency: read.integer('WORKER_CONCURRENCY', 4, 1, 32),
    settings: await loadSettings(env, faults),
  };
  if (faults.length > 0) throw new StepCloudError('CONFIG_INVALID', faults.join('\n'));
  return freeze(config);
}

/** TLS is on when its port is set; then it needs certificate and key. */
function readTls(read: ReturnType<typeof environment>): Config['mqtt']['tls'] {
  if (read.text('MQTT_TLS_PORT', '') === '') return undefined;
  const port = read.integer('MQTT_TLS_PORT', 0, 0, 65_535);
  return { port, certFile: read.required('MQTT_TLS_CERT_FILE'), keyFile: read.required('MQTT_TLS_KEY_FILE') };
}

async function loadSettings(env: NodeJS.ProcessEnv, faults: string[]): Promise<BrokerSettings> {
  const found =
    env.STEPCLOUD_BROKER_CONFIG || ['broker.config.ts', `${PROJECT}/broker.config.ts`].find((path) => existsSync(path));
  const file = found && resolve(found);
  let given: unknown = {};
  try {
    if (file)
      given = await createJiti(PROJECT, { alias: { 'stepcloud/config': SELF } }).import(file, { default: true });
  } catch (error) {
    faults.push(`${file}: ${(error as Error).message}`);
  }
  const settings = Value.Default(BrokerSettings, Value.Clone(given));
  for (const fault of Value.Errors(BrokerSettings, settings)) {
    if (fault.keyword !== 'additionalProperties')
      faults.push(`${file}: ${fault.instancePath || '/'} ${explain(fault)}`);
  }
  return settings as BrokerSettings;
}

/** TypeBox tells of an unknown setting twice: by its own path as the schema `false`, and at its group without its name. */
function explain({ keyword, params, message }: TLocalizedValidationError): string {
  if (keyword === 'boolean') return 'is no setting';
  return keyword === 'enum' ? `${message}: ${params.allowedValues.join(', ')}` : message;
}

/** Readers of environment variables; each reports its fault and returns the default, so that all faults are seen at once. */
function environment(env: NodeJS.ProcessEnv, faults: string[]) {
  const text = (name: string, fallback: string): string => env[name] || fallback;
  const list = (name: string): string[] =>
    text(name, '')
      .split(',')
      .map((value) => value.trim())
      .filter(Boolean);
  return {
    text,
    required(name: string): string {
      if (!env[name]) faults.push(`${name} is not set`);
      return text(name, '');
    },
    integer(name: string, fallback: number, minimum: number, maximum: number): number {
      const value = Number(text(name, String(fallback)));
      if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
      faults.push(`${name} must be a whole number from ${minimum} to ${maximum}, not "${env[name]}"`);
      return fallback;
    },
    oneOf(name: string, fallback: string, allowed: readonly string[]): string {
      const value = text(name, fallback);
      if (allowed.includes(value)) return value;
      faults.push(`${name} must be one of ${allowed.join(', ')}, not "${value}"`);
      return fallback;
    },
    url(name: string, protocols: readonly string[]): string {
      const value = text(name, '');
      if (isUrl(value, protocols)) return value;
      faults.push(
        value === '' ? `${name} is not set` : `${name} must be a URL that begins ${protocols.join('// or ')}//`,
      );
      return value;
    },
    urls(name: string, protocols: readonly string[]): string[] {
      const values = list(name);
      for (const value of values.filter((one) => !isUrl(one, protocols)))
        faults.push(
          `${name} must be URLs that begin ${protocols.join('// or ')}//, separated by commas, not "${value}"`,
        );
      return values;
    },
    networks(name: string): string[] {
      const values = list(name);
      for (const value of values.filter((one) => !isNetwork(one)))
        faults.push(`${name} must be addresses or networks as in 172.16.0.0/12, separated by commas, not "${value}"`);
      return values;
    },
    sender(name: string, fallback: string): string {
      const value = text(name, fallback);
      if (/^([^<>\p{Cc}]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/u.test(value)) return value;
      faults.push(`${name} must be an address as in ${fallback}, not ${JSON.stringify(value)}`);
      return fallback;
    },
  };
}

function isUrl(value: string, protocols: readonly string[]): boolean {
  return URL.canParse(value) && protocols.includes(new URL(value).protocol);
}

/** An IP address, or one with a prefix length (CIDR). */
function isNetwork(value: string): boolean {
  const [, address = '', prefix = '1'] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(value) ?? [];
  return isIP(address) > 0 && Number(prefix) >= 1 && Number(prefix) <= (isIPv6(address) ? 128 : 32);
}

function freeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) freeze(part);
  return Object.freeze(value);
}
