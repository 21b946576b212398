import { hide, integer, type Kind, maskUrl, networks, oneOf, path, port, sender, text, url, urls } from './kinds.ts';
import { maskRedisUrl, redisUrl } from './redis-url.ts';

export interface Variable {
  kind: Kind<unknown>;
  /** As one would set it. */
  default?: string;
  /** In words, what holds where it is neither set nor has a default. */
  otherwise?: string;
  description: string;
  /** Of a secret, how it may be shown. It can be taken from a file, too, which NAME_FILE names. */
  masked?: (value: string) => string;
}

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Every environment variable of the roles. docs/configuration.md has the same table, held to this one by a test. */
export const VARIABLES = {
  DATABASE_URL: {
    kind: url('postgres:', 'postgresql:'),
    otherwise: '`stepcloud up` runs a Postgres of its own',
    description: 'Postgres 15 or newer, as in `postgres://user:password@host:5432/stepcloud`',
    masked: maskUrl,
  },
  DATABASE_PASSWORD: {
    kind: text,
    otherwise: 'that of the URL',
    description: 'the password, as it is, where `DATABASE_URL` has none',
    masked: hide,
  },
  DATABASE_READ_URL: {
    kind: url('postgres:', 'postgresql:'),
    otherwise: '`DATABASE_URL`',
    description:
      'a replica that the API reads from what is much to read and may be a moment old; without a password it gets `DATABASE_PASSWORD`',
    masked: maskUrl,
  },
  STEPCLOUD_DATABASE_DIR: {
    kind: path,
    otherwise: 'with `stepcloud up`, that of its own Postgres',
    description:
      'a folder on the disk of the database, where a worker can see it: then it warns before the disk is full',
  },
  REDIS_URL: {
    kind: redisUrl,
    otherwise: 'the queue is in the database',
    description:
      'the queue in Redis (AOF on, `maxmemory-policy noeviction`): one server as in `redis://host:6379`, or several, of Sentinel or Cluster',
    masked: maskRedisUrl,
  },
  STEPCLOUD_DATA_DIR: { kind: path, default: '.stepcloud', description: 'keys and the embedded database' },
  STEPCLOUD_KEYS_FILE: {
    kind: path,
    otherwise: '`keys.json` in the data folder',
    description:
      'signing keys (JWKS, mode 0600), made at the first start; all processes of an installation need the same',
  },
  STEPCLOUD_BROKER_CONFIG: {
    kind: path,
    otherwise: '`broker.config.ts` of the working folder, else that of StepCloud',
    description: 'the file with the settings below',
  },
  MQTT_HOST: { kind: text, default: '127.0.0.1', description: 'where the broker listens' },
  MQTT_PORT: { kind: port, default: '1883', description: 'its port for plain MQTT' },
  MQTT_WS_PORT: { kind: port, otherwise: 'no WebSocket', description: 'its port for MQTT over WebSocket, at `/mqtt`' },
  MQTT_TLS_PORT: { kind: port, otherwise: 'no TLS', description: 'its port for MQTT over TLS (1.2 or newer)' },
  MQTT_TLS_CERT_FILE: {
    kind: text,
    otherwise: 'TLS needs it',
    description:
      'the certificate of that port with its chain (PEM), looked at each second; `*` stands for any one folder',
  },
  MQTT_TLS_KEY_FILE: { kind: text, otherwise: 'TLS needs it', description: 'the key of the certificate (PEM)' },
  MQTT_PUBLIC_URLS: {
    kind: urls('mqtt:', 'mqtts:', 'ws:', 'wss:'),
    otherwise: 'where the broker listens',
    description:
      'where gateways reach MQTT, as in `mqtts://iot.example.org:8883,wss://iot.example.org/mqtt`: stands in the AsyncAPI document',
  },
  HTTP_HOST: { kind: text, default: '127.0.0.1', description: 'where the API listens' },
  HTTP_PORT: { kind: port, default: '8080', description: 'its port' },
  HTTP_TRUSTED_PROXIES: {
    kind: networks,
    otherwise: 'none',
    description:
      'addresses and networks (`172.16.0.0/12`), separated by commas, of the proxies in front of the API: their `X-Forwarded-For` says who asks',
  },
  STEPCLOUD_PUBLIC_URL: {
    kind: url('http:', 'https:'),
    otherwise: 'where the API listens',
    description: 'where people and gateways reach the API: stands in links, in mails too',
  },
  SMTP_URL: {
    kind: url('smtp:', 'smtps:'),
    otherwise: 'no mail is sent; in development the log shows it',
    description: 'the mail server, as in `smtps://user:password@mail.example.com`',
    masked: maskUrl,
  },
  MAIL_FROM: {
    kind: sender,
    default: 'StepCloud <stepcloud@localhost>',
    description: 'who the mail comes from',
  },
  NODE_ENV: {
    kind: text,
    otherwise: 'development',
    description: '`production` (as in the image): what is made easy for development is off',
  },
  METRICS_HOST: {
    kind: text,
    default: '127.0.0.1',
    description: 'where a role serves `/metrics` (Prometheus), `/healthz` and `/readyz`',
  },
  METRICS_PORT: { kind: port, otherwise: 'they are not served', description: 'the port for that' },
  STEPCLOUD_LEASE_MS: {
    kind: integer(1_000, 600_000),
    default: '20000',
    description: 'how long a process counts as alive after it last said so',
  },
  DATABASE_POOL_SIZE: {
    kind: integer(2, 100),
    default: '4',
    description: 'connections to Postgres that the pool of a broker or an API has at most',
  },
  WORKER_CONCURRENCY: {
    kind: integer(1, 32),
    default: '4',
    description: 'jobs of each shard that one worker stores side by side',
  },
  LOG_LEVEL: { kind: oneOf(...LEVELS), default: 'info', description: `one of ${LEVELS.join(', ')}` },
  LOG_FORMAT: {
    kind: oneOf('pretty', 'json'),
    otherwise: '`pretty` at a terminal, else `json`',
    description: 'lines for people, or for collectors of logs',
  },
} as const satisfies Record<string, Variable>;

export type VariableName = keyof typeof VARIABLES;
