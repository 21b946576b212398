import { resolve } from 'node:path';
import { type Environment, isSet, readEnvironment } from './config/environment.ts';
import type { BrokerSettings } from './config/settings.ts';
import { readSettings, type SettingsFile } from './config/settings-file.ts';
import type { VariableName } from './config/variables.ts';
import { StepCloudError } from './errors.ts';

export { BrokerSettings, defineConfig } from './config/settings.ts';

export interface Config {
  /** Keys, the embedded database and whatever else this installation keeps on disk. */
  readonly dataDir: string;
  readonly databaseUrl: string;
  /** Of a replica, for what is much to read and may be a moment old. Undefined: all is read from the database itself. */
  readonly databaseReadUrl: string | undefined;
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

/**
 * Reads the environment and broker.config.ts into one frozen Config. Throws CONFIG_INVALID that names every fault at once.
 * The database may be missing only where the caller brings its own (`withDatabase`).
 */
export async function loadConfig(env: NodeJS.ProcessEnv = process.env): Promise<Config> {
  const { environment, settingsFile } = await readConfig(env, ['DATABASE_URL']);
  return freeze(assemble(environment.values, settingsFile.settings));
}

/** Whether the environment names a database. */
export function namesDatabase(env: NodeJS.ProcessEnv = process.env): boolean {
  return isSet('DATABASE_URL', env);
}

/** The environment, with this database where it names none. */
export function withDatabase(url: string | undefined, env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return namesDatabase(env) ? env : { ...env, DATABASE_URL: url };
}

/** What a Config is made of. Throws as `loadConfig` does, also where one of the needed variables is missing. */
export async function readConfig(
  env: NodeJS.ProcessEnv,
  needed: readonly VariableName[],
): Promise<{ environment: Environment; settingsFile: SettingsFile }> {
  const faults: string[] = [];
  const environment = readEnvironment(env, faults);
  const { values, sources } = environment;
  const ofTls = sources.has('MQTT_TLS_PORT') ? (['MQTT_TLS_CERT_FILE', 'MQTT_TLS_KEY_FILE'] as const) : [];
  for (const name of [...needed, ...ofTls]) if (!sources.has(name)) faults.push(`${name} is not set`);
  faults.push(...contradictPassword(environment));
  const settingsFile = await readSettings(values.STEPCLOUD_BROKER_CONFIG, faults);
  if (faults.length > 0) throw new StepCloudError('CONFIG_INVALID', faults.join('\n'));
  return { environment, settingsFile };
}

/** A password of its own needs a URL that it fits into. */
function contradictPassword({ values, sources }: Environment): string[] {
  const { DATABASE_URL, DATABASE_PASSWORD } = values;
  if (DATABASE_URL === undefined || DATABASE_PASSWORD === undefined) return [];
  const { hostname, password } = new URL(DATABASE_URL);
  const name = sources.get('DATABASE_PASSWORD');
  if (password !== '') return [`${name} is set, and DATABASE_URL has a password, too`];
  return hostname === '' ? [`${name} is set, and DATABASE_URL names no host`] : [];
}

function assemble(values: Environment['values'], settings: BrokerSettings): Config {
  const { METRICS_HOST, METRICS_PORT, MQTT_TLS_PORT } = values;
  return {
    dataDir: values.STEPCLOUD_DATA_DIR,
    databaseUrl: withPassword(values.DATABASE_URL as string, values.DATABASE_PASSWORD),
    databaseReadUrl: values.DATABASE_READ_URL && withPassword(values.DATABASE_READ_URL, values.DATABASE_PASSWORD),
    databaseDir: values.STEPCLOUD_DATABASE_DIR,
    redisUrl: values.REDIS_URL,
    keysFile: values.STEPCLOUD_KEYS_FILE ?? resolve(values.STEPCLOUD_DATA_DIR, 'keys.json'),
    mqtt: {
      host: values.MQTT_HOST,
      port: values.MQTT_PORT,
      webSocketPort: values.MQTT_WS_PORT,
      publicUrls: values.MQTT_PUBLIC_URLS ?? [],
      tls:
        MQTT_TLS_PORT === undefined
          ? undefined
          : {
              port: MQTT_TLS_PORT,
              certFile: values.MQTT_TLS_CERT_FILE as string,
              keyFile: values.MQTT_TLS_KEY_FILE as string,
            },
    },
    http: { host: values.HTTP_HOST, port: values.HTTP_PORT, trustedProxies: values.HTTP_TRUSTED_PROXIES ?? [] },
    publicUrl: values.STEPCLOUD_PUBLIC_URL?.replace(/\/+$/, ''),
    mail: { smtpUrl: values.SMTP_URL, from: values.MAIL_FROM },
    isDevelopment: values.NODE_ENV !== 'production',
    metrics: METRICS_PORT === undefined ? undefined : { host: METRICS_HOST, port: METRICS_PORT },
    log: {
      level: values.LOG_LEVEL,
      pretty: (values.LOG_FORMAT ?? (process.stdout.isTTY ? 'pretty' : 'json')) === 'pretty',
    },
    leaseMs: values.STEPCLOUD_LEASE_MS,
    poolSize: values.DATABASE_POOL_SIZE,
    workerConcurrency: values.WORKER_CONCURRENCY,
    settings,
  };
}

/** A URL with a password of its own keeps that. */
function withPassword(databaseUrl: string, password: string | undefined): string {
  const url = new URL(databaseUrl);
  if (password === undefined || url.password !== '') return databaseUrl;
  url.password = encodeURIComponent(password);
  return url.href;
}

function freeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) freeze(part);
  return Object.freeze(value);
}
