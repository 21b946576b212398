import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { type BrokerSettings, type Config, loadConfig } from '../../src/config.ts';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { loadKeys } from '../../src/identity/keys.ts';
import { hashPassword } from '../../src/identity/passwords.ts';
import { openSession } from '../../src/identity/sessions.ts';
import { createTokens, type Tokens } from '../../src/identity/tokens.ts';
import { ROLES, type RoleName, type Running } from '../../src/roles.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createDatabase } from './database.ts';

const HOUR = 3_600_000;

export interface TestGateway {
  id: string;
  token: string;
  customerId: string;
  officeId: string;
}

export interface StoredReading {
  device: string;
  label: string;
  recordedAt: number;
  value: number | string;
}

export interface World {
  readonly config: Config;
  readonly db: Database;
  readonly tokens: Tokens;
  /** Starts another process role in this process; it is closed with the world, or before. */
  start(role: RoleName): Promise<Running>;
  /** The broker that was started last. */
  readonly broker: Running;
  readonly mqttPort: number;
  readonly httpUrl: string;
  createCustomer(): Promise<{ customerId: string; officeId: string }>;
  createGateway(home?: { customerId: string; officeId: string }): Promise<TestGateway>;
  /** A manager of the customer, and a token for the user API. */
  createUser(customerId: string): Promise<{ email: string; password: string; token: string }>;
  connect(gateway: TestGateway, options?: IClientOptions): Promise<MqttClient>;
  /** Everything that is stored, oldest first. */
  readings(): Promise<StoredReading[]>;
  deadLetters(): Promise<{ code: string; path: string; topic: string; item: string; seen: number; detail: string }[]>;
  ledger(gatewayId: string): Promise<{ stored: number; duplicate: number; rejected: number }>;
  close(): Promise<void>;
}

export interface WorldOptions {
  roles?: readonly RoleName[];
  settings?: (settings: BrokerSettings) => BrokerSettings;
  /** What its roles and tokens take for the time. */
  clock?: () => number;
  databaseUrl?: string | undefined;
  redisUrl?: string | undefined;
  /** Further environment variables. */
  env?: NodeJS.ProcessEnv;
}

/** A whole StepCloud on free ports with a database of its own, in this process: its roles as they run in production. */
export async function createWorld({
  roles = ['worker', 'broker'],
  settings,
  clock = Date.now,
  databaseUrl,
  redisUrl,
  env = {},
}: WorldOptions = {}): Promise<World> {
  const database = databaseUrl ? { url: databaseUrl, drop: async () => {} } : await createDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'stepcloud-world-'));
  const log = createLog('test', { level: process.env.LOG_LEVEL ?? 'fatal', pretty: true });
  const loaded = await loadConfig({
    DATABASE_URL: database.url,
    REDIS_URL: redisUrl,
    STEPCLOUD_DATA_DIR: dataDir,
    MQTT_PORT: '0',
    HTTP_PORT: '0',
    ...env,
  });
  const config: Config = settings ? { ...loaded, settings: settings(structuredClone(loaded.settings)) } : loaded;
  const db = openDatabase({ url: database.url, poolSize: 4, log });
  const tokens = createTokens(await loadKeys(config.keysFile, { clock }), clock);
  const running = new Set<Running>();
  const clients: MqttClient[] = [];
  const latest = new Map<RoleName, Running>();

  async function start(role: RoleName): Promise<Running> {
    const started = await ROLES[role]({ config, log, signal: new AbortController().signal, clock });
    const closing = { ...started, close: () => (running.delete(closing) ? started.close() : Promise.resolve()) };
    running.add(closing);
    latest.set(role, started);
    return closing;
  }

  for (const role of roles) await start(role);

  const world: World = {
    config,
    db,
    tokens,
    start,
    get broker() {
      return latest.get('broker') as Running;
    },
    get mqttPort() {
      return latest.get('broker')?.port as number;
    },
    get httpUrl() {
      return `http://127.0.0.1:${latest.get('api')?.port}`;
    },

    async createCustomer() {
      const [customerId, officeId] = [randomUUID(), randomUUID()];
      await db.insertInto('customer').values({ id: customerId, name: 'A customer' }).execute();
      await db.insertInto('office').values({ id: officeId, customer_id: customerId, name: 'An office' }).execute();
      return { customerId, officeId };
    },

    async createGateway(home) {
      const { customerId, officeId } = home ?? (await world.createCustomer());
      const id = randomUUID();
      await db
        .insertInto('gateway')
        .values({ id, customer_id: customerId, office_id: officeId, label: 'A gateway' })
        .execute();
      const { token } = await openSession(db, tokens, 'gateway', id, { now: clock(), lifetimeMs: 24 * HOUR });
      return { id, token, customerId, officeId };
    },

    async createUser(customerId) {
      const [id, email, password] = [randomUUID(), `${randomUUID()}@example.org`, randomUUID()];
      await db
        .insertInto('user')
        .values({ id, email, password_hash: await hashPassword(password) })
        .execute();
      await db
        .insertInto('membership')
        .values({ id: randomUUID(), user_id: id, customer_id: customerId, office_id: null, role: 'manager' })
        .execute();
      const { token } = await openSession(db, tokens, 'user', id, { now: clock(), lifetimeMs: HOUR });
      return { email, password, token };
    },

    async connect(gateway, options = {}) {
      const client = await connectAsync(`mqtt://127.0.0.1:${options.port ?? world.mqttPort}`, {
        username: gateway.id,
        password: gateway.token,
        reconnectPeriod: 0,
        ...options,
      });
      clients.push(client);
      return client;
    },

    async readings() {
      const { rows } = await sql<StoredReading>`
        SELECT device.key AS device, sensor.label, extract(epoch FROM recorded_at)::float8 * 1000 AS "recordedAt", value
        FROM (
          SELECT sensor_id, recorded_at, to_jsonb(value) AS value FROM reading
          UNION ALL SELECT sensor_id, recorded_at, to_jsonb(value) FROM reading_text
        ) AS stored
        JOIN sensor ON sensor.id = sensor_id JOIN device ON device.id = device_id
        ORDER BY recorded_at, device.key, label`.execute(db);
      return rows;
    },

    async deadLetters() {
      const rows = await db.selectFrom('dead_letter').selectAll().orderBy('id').execute();
      return rows.map(({ code, path, topic, item, seen, detail }) => ({
        code,
        path,
        topic,
        item: item.toString(),
        seen: Number(seen),
        detail,
      }));
    },

    async ledger(gatewayId) {
      const { rows } = await sql<{ stored: number; duplicate: number; rejected: number }>`
        SELECT coalesce(sum(stored), 0)::int4 AS stored, coalesce(sum(duplicate), 0)::int4 AS duplicate,
          coalesce(sum(rejected), 0)::int4 AS rejected
        FROM (SELECT * FROM ingest_count UNION ALL SELECT * FROM ingest_ledger) AS books
        WHERE gateway_id = ${gatewayId}`.execute(db);
      return rows[0] as { stored: number; duplicate: number; rejected: number };
    },

    async close() {
      await Promise.all(clients.map((client) => client.endAsync(true)));
      for (const role of [...running].reverse()) await role.close();
      await db.destroy();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  return world;
}
