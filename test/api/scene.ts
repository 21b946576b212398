import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { v7 as uuid } from 'uuid';
import { startLive } from '../../src/api/live/live.ts';
import { type ApiOptions, buildApi } from '../../src/api/server.ts';
import { loadConfig } from '../../src/config.ts';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { type DeadLetter, recordDeadLetters } from '../../src/db/dead-letters.ts';
import type { Role } from '../../src/db/memberships.ts';
import { ensurePartitions } from '../../src/db/partitions.ts';
import { insertReadings, insertTextReadings, moveLatest } from '../../src/db/readings.ts';
import { createSensors, findSensors, type ValueType } from '../../src/db/sensors.ts';
import { type Keys, loadKeys } from '../../src/identity/keys.ts';
import { openSession } from '../../src/identity/sessions.ts';
import { createTokens, type Tokens } from '../../src/identity/tokens.ts';
import type { Backlog } from '../../src/ingest/backlog.ts';
import { createIngest } from '../../src/ingest/ingest.ts';
import { createPacing } from '../../src/ingest/pacing.ts';
import { openMailer } from '../../src/mail/mailer.ts';
import type { Queue, QueueDesk } from '../../src/queue/batch.ts';
import { postgresStore } from '../../src/queue/postgres.ts';
import { openQueue } from '../../src/queue/send.ts';
import { createLog, type Log } from '../../src/telemetry/log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { createDatabase } from '../support/database.ts';
import { type Mailbox, openMailbox } from '../support/mailbox.ts';

export const NOW = Date.parse('2026-11-23T09:15:00.000Z');
const HOUR = 3_600_000;
/** As in broker.config.ts. */
const SETTINGS = {
  maxPacketBytes: 1024 * 1024,
  ackTimeoutMs: 10_000,
  shards: 1,
  batch: { maxMessages: 2000, maxBytes: 512 * 1024, lingerMs: 3 },
};
export const DAY = 24 * HOUR;

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any;
  headers: Record<string, unknown>;
  text: string;
}

export interface Home {
  customerId: string;
  officeId: string;
}

/** An API on a database of its own, at a time that stands still, and makers of what it shows. */
export interface Scene {
  readonly app: FastifyInstance;
  readonly db: Database;
  readonly databaseUrl: string;
  readonly tokens: Tokens;
  readonly keys: Keys;
  readonly queue: Queue & QueueDesk;
  readonly log: Log;
  /** What the API is made of, for a test that replaces a part. */
  readonly parts: ApiOptions;
  /** What the API sent, with `createScene({ mail: true })`; it arrives a little later than the answer. */
  readonly mails: Mailbox['mails'];
  /** The API's clock; tests may move it. */
  clock: { now: number };
  request(options: InjectOptions & { token?: string }): Promise<Answer>;
  get(url: string, token?: string): Promise<Answer>;
  /** Every item of a paged list, page after page; `between` runs after each page. */
  getAll(url: string, token: string, between?: (page: number) => Promise<unknown>): Promise<Answer['body'][]>;
  createCustomer(name?: string): Promise<string>;
  createOffice(customerId: string, name?: string): Promise<Home>;
  createUser(options?: {
    /** Where the user is a member; as a viewer, unless another role is said. */
    homes?: readonly { customerId: string; officeId: string | null; role?: Role }[];
    isAdmin?: boolean;
    active?: boolean;
    passwordHash?: string;
  }): Promise<{ id: string; email: string }>;
  signIn(user: { id: string }): Promise<string>;
  createGateway(home: Home, label?: string): Promise<string>;
  gatewayToken(gatewayId: string): Promise<string>;
  createDevice(home: Home, key: string, heardBy?: string): Promise<string>;
  /** Stores values at times, as the worker does, and makes the newest one the latest. */
  store(deviceId: string, label: string, values: readonly [number, number | boolean | string][]): Promise<void>;
  createDeadLetter(home: Home, gatewayId: string, letter?: Partial<DeadLetter>): Promise<string>;
  close(): Promise<void>;
}

/** With `mail` there is a mail server; without, none is configured. */
export async function createScene({ mail = false } = {}): Promise<Scene> {
  const database = await createDatabase();
  const log = createLog('test', { level: 'silent', pretty: false });
  const db = openDatabase({ url: database.url, poolSize: 4, log });
  const keysFile = join(tmpdir(), `stepcloud-keys-${uuid()}.json`);
  const keys = await loadKeys(keysFile);
  const clock = { now: NOW };
  const tokens = createTokens(keys, () => clock.now);
  const queue = openQueue({ store: postgresStore({ url: database.url, log }), shards: 1, log });
  const settings = structuredClone((await loadConfig({ DATABASE_URL: database.url })).settings);
  const metrics = createMetrics();
  const backlog: Pick<Backlog, 'level'> = { level: () => 'none' };
  const ingest = createIngest({ queue, brokerId: uuid(), settings: SETTINGS, metrics: metrics.ingest, log });
  const mailbox = mail ? await openMailbox() : undefined;
  const from = 'StepCloud <stepcloud@example.org>';
  const mailer = openMailer({ smtpUrl: mailbox?.url, from, isDevelopment: false, log });
  const parts: ApiOptions = {
    db,
    reader: db,
    tokens,
    keys,
    queue,
    ingest,
    pacing: createPacing({
      rates: settings.rates,
      backlog,
      monotonic: () => performance.now(),
      metrics: metrics.ingest,
    }),
    maxPacketBytes: SETTINGS.maxPacketBytes,
    timeLimits: () => ({ horizonMs: 3653 * DAY, aheadMs: 300_000 }),
    live: startLive({ db, log }),
    settings,
    http: { origins: [], requestsPerMinute: { user: 1e9, gateway: 1e9, address: 1e9 } },
    mailer,
    publicUrl: () => 'https://iot.example.org',
    mqttUrls: ['mqtts://iot.example.org:8883', 'wss://iot.example.org/mqtt'],
    trustedProxies: [],
    clock: () => clock.now,
    metrics: metrics.api,
    log,
    version: '1.2.3',
  };
  const app = await buildApi(parts);

  const scene: Scene = {
    app,
    db,
    databaseUrl: database.url,
    tokens,
    keys,
    queue,
    log,
    parts,
    mails: mailbox?.mails ?? [],
    clock,

    async request({ token, ...options }) {
      const headers = { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...options.headers };
      const response = await app.inject({ ...options, headers });
      const text = response.body;
      const isJson = /[/+]json/.test(String(response.headers['content-type']));
      return { status: response.statusCode, headers: response.headers, text, body: isJson ? JSON.parse(text) : text };
    },

    get: (url, token) => scene.request({ url, ...(token === undefined ? {} : { token }) }),

    async getAll(url, token, between = async () => {}) {
      const items = [];
      let cursor: string | null = '';
      for (let page = 0; cursor !== null; page++) {
        const next: string = cursor === '' ? url : `${url}${url.includes('?') ? '&' : '?'}cursor=${cursor}`;
        const { status, body, text } = await scene.get(next, token);
        if (status !== 200) throw new Error(text);
        items.push(...body.items);
        cursor = body.nextCursor;
        await between(page);
      }
      return items;
    },

    async createCustomer(name = 'A customer') {
      const id = uuid();
      await db.insertInto('customer').values({ id, name }).execute();
      return id;
    },

    async createOffice(customerId, name = 'An office') {
      const officeId = uuid();
      await db.insertInto('office').values({ id: officeId, customer_id: customerId, name }).execute();
      return { customerId, officeId };
    },

    async createUser({ homes = [], isAdmin = false, active = true, passwordHash } = {}) {
      const id = uuid();
      const email = `${id}@example.org`;
      const user = { id, email, is_admin: isAdmin, active, first_name: 'Ada', password_hash: passwordHash ?? null };
      await db.insertInto('user').values(user).execute();
      for (const { customerId, officeId, role = 'viewer' } of homes) {
        const membership = { id: uuid(), user_id: id, customer_id: customerId, office_id: officeId, role };
        await db.insertInto('membership').values(membership).execute();
      }
      return { id, email };
    },

    async signIn({ id }) {
      return (await openSession(db, tokens, 'user', id, { now: clock.now, lifetimeMs: HOUR })).token;
    },

    async createGateway({ customerId, officeId }, label = 'A gateway') {
      const id = uuid();
      await db.insertInto('gateway').values({ id, customer_id: customerId, office_id: officeId, label }).execute();
      return id;
    },

    async gatewayToken(gatewayId) {
      return (await openSession(db, tokens, 'gateway', gatewayId, { now: clock.now, lifetimeMs: DAY })).token;
    },

    async createDevice({ customerId, officeId }, key, heardBy) {
      const id = uuid();
      await db
        .insertInto('device')
        .values({ id, customer_id: customerId, office_id: officeId, key, state: 'active' })
        .execute();
      if (heardBy) {
        const at = new Date(clock.now);
        const heard = { device_id: id, gateway_id: heardBy, first_heard_at: at, last_heard_at: at };
        await db.insertInto('device_gateway').values(heard).execute();
      }
      return id;
    },

    async store(deviceId, label, values) {
      const valueType = typeof values[0]?.[1] as ValueType;
      await createSensors(db, [{ deviceId, label, valueType }]);
      const sensor = (await findSensors(db, [deviceId])).find((known) => known.label === label);
      const sensorId = sensor?.id as number;
      const times = values.map(([at]) => at);
      await ensurePartitions(db, valueType === 'string' ? 'reading_text' : 'reading', times, 'month');
      const rows = values
        .map(([recordedAt, value]) => ({ sensorId, recordedAt, receivedAt: recordedAt + 2_000, value }))
        .sort((a, b) => a.recordedAt - b.recordedAt);
      const numbers = rows.map((row) => ({ ...row, value: Number(row.value) }));
      const texts = rows.map((row) => ({ ...row, value: String(row.value) }));
      await (valueType === 'string' ? insertTextReadings(db, texts) : insertReadings(db, numbers));
      const last = rows.at(-1);
      if (!last) return;
      const stored =
        valueType === 'string' ? { value: null, text: String(last.value) } : { value: Number(last.value), text: null };
      await moveLatest([{ ...last, ...stored }]).execute(db);
    },

    async createDeadLetter({ customerId }, gatewayId, letter = {}) {
      const id = uuid();
      const full: DeadLetter = {
        id,
        customerId,
        gatewayId,
        fingerprint: createHash('sha256').update(id).digest().subarray(0, 16),
        code: 'PAYLOAD_INVALID',
        path: '/values/x',
        detail: 'must be a value',
        topic: `v1/gateways/${gatewayId}/devices/d/readings`,
        deviceKey: 'd',
        ref: undefined,
        item: Buffer.from('{}'),
        size: 2,
        messageId: uuid(),
        receivedAt: new Date(clock.now),
        seen: 1,
        ...letter,
      };
      await recordDeadLetters(db, [full], 10_000);
      return full.id;
    },

    async close() {
      await app.close();
      await ingest.flush();
      await mailer.close();
      await mailbox?.close();
      await queue.close();
      await db.destroy();
      await database.drop();
      await rm(keysFile, { force: true });
    },
  };
  return scene;
}
