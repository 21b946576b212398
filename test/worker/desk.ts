import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { BrokerSettings } from '../../src/config.ts';
import type { Database } from '../../src/db/database.ts';
import type { PartitionSpan } from '../../src/db/partitions.ts';
import { type AcceptedMessage, encodeEnvelope } from '../../src/ingest/envelope.ts';
import type { Batch } from '../../src/queue/batch.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { createZeros } from '../../src/worker/boots.ts';
import { createClocks } from '../../src/worker/clocks.ts';
import { decodeBatch } from '../../src/worker/decode.ts';
import { createPartitions } from '../../src/worker/partitions.ts';
import { createReferenceCache } from '../../src/worker/references.ts';
import { type StoreOutcome, storeBatch } from '../../src/worker/store.ts';
import { createWarnings } from '../../src/worker/warnings.ts';
import { type Gateway, type Own, ownDatabase } from '../db/tenant.ts';

const DAY = 86_400_000;
const { transactionSeconds } = createMetrics().worker;
export const NOW = Date.UTC(2026, 10, 23, 12);
export const TIME_LIMITS = { horizonMs: 3653 * DAY, aheadMs: 5 * 60_000 };

/** For what names no power-up. */
export const noZeros = async () => new Map<string, Map<string, number>>();

export type Limits = Pick<
  BrokerSettings['limits'],
  'pendingDevicesPerGateway' | 'sensorsPerDevice' | 'deadLettersPerGateway'
>;

export interface Stored {
  label: string;
  /** Milliseconds after NOW. */
  at: number;
  value: number | string;
}

/** What a worker needs, on a real database: makers of messages and batches, and looks at what became of them. */
export interface Desk extends Own {
  /** The clock of every worker; tests move it. */
  readonly clock: { now: number };
  /** A worker with caches of its own, as in a process of its own. */
  worker(limits?: Partial<Limits>, db?: Database, span?: PartitionSpan): { store(batch: Batch): Promise<StoreOutcome> };
  /** Readings of a device, with their times; texts by label and time like numbers. */
  stored(gateway: Gateway, device: string): Promise<Stored[]>;
  latest(gateway: Gateway, device: string): Promise<Stored[]>;
  letters(gateway: Gateway): Promise<{ code: string; path: string; item: string; size: number; seen: number }[]>;
  books(gateway: Gateway): Promise<Books>;
  deviceState(gateway: Gateway, device: string): Promise<string | undefined>;
  /** Every row of every table, but for those of the tables named. */
  everything(...except: string[]): Promise<Record<string, unknown[]>>;
}

export interface Books {
  stored: number;
  duplicate: number;
  rejected: number;
  items: [stored: number, duplicate: number, rejected: number];
}

export async function createDesk(): Promise<Desk> {
  const own = await ownDatabase(12);
  const clock = { now: NOW };

  const values = async (tables: string, { officeId }: Gateway, device: string): Promise<Stored[]> => {
    const { rows } = await sql<Stored>`
      SELECT sensor.label, (extract(epoch FROM recorded_at) * 1000)::float8 - ${NOW} AS at, found.value
      FROM (${sql.raw(tables)}) AS found (sensor_id, recorded_at, value)
      JOIN sensor ON sensor.id = sensor_id JOIN device ON device.id = device_id
      WHERE office_id = ${officeId} AND key = ${device} ORDER BY recorded_at, sensor.label`.execute(own.db);
    return rows;
  };

  return {
    ...own,
    clock,

    worker(limits = {}, db = own.db, span = 'month') {
      const all = {
        pendingDevicesPerGateway: 1000,
        sensorsPerDevice: 2000,
        deadLettersPerGateway: 1000,
        maxConnections: 1,
        maxConnectionsPerAddress: 1,
        ...limits,
      };
      const options = {
        db,
        references: createReferenceCache(db, all, () => clock.now),
        partitions: createPartitions(db, span),
        noteClocks: createClocks(db, () => {}),
        noteWarnings: createWarnings(db),
        deadLettersPerGateway: all.deadLettersPerGateway,
        transactionSeconds,
      };
      const fixZeros = createZeros(db);
      return { store: async (batch) => storeBatch(options, await decodeBatch(batch, TIME_LIMITS, fixZeros)) };
    },

    stored: (gateway, device) =>
      values(
        `SELECT sensor_id, recorded_at, to_jsonb(value) FROM reading
         UNION ALL SELECT sensor_id, recorded_at, to_jsonb(value) FROM reading_text`,
        gateway,
        device,
      ),

    latest: (gateway, device) =>
      values(
        'SELECT sensor_id, recorded_at, coalesce(to_jsonb(value), to_jsonb(text)) FROM sensor_latest',
        gateway,
        device,
      ),

    async letters(gateway) {
      const rows = await own.db
        .selectFrom('dead_letter')
        .where('gateway_id', '=', gateway.id)
        .selectAll()
        .orderBy('code')
        .orderBy('path')
        .execute();
      return rows.map(({ code, path, item, size, seen }) => ({
        code,
        path,
        item: item.toString(),
        size: Number(size),
        seen: Number(seen),
      }));
    },

    async books(gateway) {
      const { rows } = await sql<Books>`
        SELECT coalesce(sum(stored), 0)::int4 AS stored, coalesce(sum(duplicate), 0)::int4 AS duplicate,
          coalesce(sum(rejected), 0)::int4 AS rejected,
          jsonb_build_array(coalesce(sum(items_stored), 0), coalesce(sum(items_duplicate), 0), coalesce(sum(items_rejected), 0)) AS items
        FROM (SELECT * FROM ingest_count UNION ALL SELECT * FROM ingest_ledger) AS books
        WHERE gateway_id = ${gateway.id}`.execute(own.db);
      return rows[0] as Books;
    },

    async deviceState({ officeId }, device) {
      const row = await own.db
        .selectFrom('device')
        .where('office_id', '=', officeId)
        .where('key', '=', device)
        .select('state')
        .executeTakeFirst();
      return row?.state;
    },

    async everything(...except) {
      const { rows: tables } = await sql<{ name: string }>`
        SELECT relname AS name FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
          AND relname NOT LIKE 'kysely%' ORDER BY 1`.execute(own.db);
      const found: Record<string, unknown[]> = {};
      for (const { name } of tables.filter((table) => !except.includes(table.name))) {
        const { rows } = await sql<{ row: unknown }>`
          SELECT to_jsonb(t) AS row FROM ${sql.table(name)} AS t ORDER BY to_jsonb(t)::text`.execute(own.db);
        found[name] = rows.map(({ row }) => row);
      }
      return found;
    },
  };
}

/** What a gateway says of a device: a payload as a value, a text or bytes. */
export function say(
  gateway: Gateway,
  device: string,
  payload: unknown,
  changed: Partial<AcceptedMessage> & { ref?: string } = {},
): AcceptedMessage {
  const { ref, ...rest } = changed;
  const topic = `v1/gateways/${gateway.id}/devices/${device}/readings${ref === undefined ? '' : `/${ref}`}`;
  const bytes = Buffer.isBuffer(payload)
    ? payload
    : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  return { gatewayId: gateway.id, topic, receivedAt: NOW, payload: bytes, ...rest };
}

/** One value of one moment; `at` in milliseconds after NOW. */
export function reading(gateway: Gateway, device: string, at: number, values: object): AcceptedMessage {
  return say(gateway, device, { ts: NOW + at, values });
}

const numbers = new Map<string, number>();

/** A batch of these messages, numbered as its broker numbers them; another id each time. */
export function batchOf(messages: readonly AcceptedMessage[], voided = new Map<string, [number, number][]>()): Batch {
  const numbered = messages.map((message) => {
    const number = (numbers.get(message.gatewayId) ?? 0) + 1;
    numbers.set(message.gatewayId, number);
    return { ...message, number };
  });
  const body = encodeEnvelope({ brokerId: BROKER, messages: numbered, voided });
  return { v: 1, batch: `${uuid().slice(0, 32)}0000`, shard: 0, body };
}

export const BROKER = randomUUID();
