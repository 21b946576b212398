import { sql } from 'kysely';
import { Client } from 'pg';
import type { Db } from '../db/database.ts';
import type { Log } from '../telemetry/log.ts';

/**
 * Hints between processes. They carry at most the ids of whom they are about and may be lost: who waits for something
 * looks for it in the database, now and then by itself, and at once when a hint comes.
 */
export const SIGNALS = {
  access:
    'a session or an API token was revoked, a gateway deleted, a customer suspended, or a connection taken over or kicked',
  complaints: 'something of these gateways was refused',
  receipts: 'messages of these gateways were stored or refused, and they want to know',
  live: 'there is something new of these devices and gateways, which somebody watches',
  devices: 'devices that these gateways hear are new or were changed',
} as const;
export type SignalName = keyof typeof SIGNALS;

const CHANNEL = 'stepcloud';
const RECONNECT_AFTER_MS = 1_000;
/** NOTIFY takes less than 8,000 bytes. */
const IDS_TOGETHER = 200;

/** Tells every process, about these ids or about whatever it is; within a transaction, when that commits. */
export async function signal(db: Db, name: SignalName, ids: readonly string[] = []): Promise<void> {
  await send(db, toPayloads(name, ids));
}

async function send(db: Db, payloads: readonly string[]): Promise<void> {
  await sql`SELECT pg_notify(${CHANNEL}, payload) FROM unnest(${payloads}::text[]) AS payload`.execute(db);
}

/** The name, and behind a space the ids. */
function toPayloads(name: SignalName, ids: readonly string[]): string[] {
  if (ids.length === 0) return [name];
  const payloads = [];
  for (let from = 0; from < ids.length; from += IDS_TOGETHER) {
    payloads.push(`${name} ${ids.slice(from, from + IDS_TOGETHER).join(',')}`);
  }
  return payloads;
}

export interface Signaller {
  /** Tells every process about these ids, soon; nobody hears whether that succeeded. Without ids it does nothing. */
  send(name: SignalName, ids: Iterable<string>): void;
  /** Resolves when what was sent so far has left. */
  flush(): Promise<void>;
}

/** For signals that nobody waits for: those that come while some are on their way leave together, each id once. */
export function createSignaller(db: Db): Signaller {
  const waiting = new Map<SignalName, Set<string>>();
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    while (waiting.size > 0) {
      const payloads = [...waiting].flatMap(([name, ids]) => toPayloads(name, [...ids]));
      waiting.clear();
      await send(db, payloads).catch(() => {});
    }
    running = undefined;
  }

  return {
    send(name, ids) {
      const known = waiting.get(name) ?? new Set<string>();
      for (const id of ids) known.add(id);
      if (known.size === 0) return;
      waiting.set(name, known);
      running ??= run();
    },
    flush: async () => {
      await running;
    },
  };
}

/** What to do about a signal. Without ids it may be about anything. */
export type SignalHandlers = Partial<Record<SignalName, (ids: readonly string[]) => void>>;

export interface Signals {
  close(): Promise<void>;
}

/**
 * Calls the handlers whenever their signal comes, and each of them whenever the connection was made again, since signals
 * may have been missed. It has a connection of its own: LISTEN does not go through a pool.
 */
export function listen({ url, log }: { url: string; log: Log }, handlers: SignalHandlers): Signals {
  let closed = false;
  let client: Client | undefined;
  let waiting: NodeJS.Timeout | undefined;
  connect();

  function connect(): void {
    const current = new Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: 5_000 });
    client = current;
    let isLost = false;
    const lose = (error?: Error): void => {
      if (isLost) return;
      isLost = true;
      current.end().catch(() => {});
      if (closed) return;
      log.warn({ reason: error?.message ?? 'it ended' }, 'connection for signals lost');
      waiting = setTimeout(connect, RECONNECT_AFTER_MS);
    };
    current.on('error', lose);
    current.on('end', () => lose());
    current.on('notification', ({ payload }) => {
      const [name = '', ids] = payload?.split(' ') ?? [];
      if (Object.hasOwn(handlers, name)) handlers[name as SignalName]?.(ids?.split(',') ?? []);
    });
    current
      .connect()
      .then(() => current.query(`LISTEN ${CHANNEL}`))
      .then(() => {
        for (const handler of Object.values(handlers)) handler([]);
      })
      .catch(lose);
  }

  return {
    async close() {
      closed = true;
      clearTimeout(waiting);
      await client?.end().catch(() => {});
    },
  };
}
