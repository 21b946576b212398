import { sql } from 'kysely';
import { Client } from 'pg';
import type { Db } from '../db/database.ts';
import type { Log } from '../telemetry/log.ts';

/**
 * Hints between processes. They carry no data and may be lost: who waits for something looks for it in the database, now
 * and then by itself, and at once when a hint comes.
 */
export const SIGNALS = {
  access: 'a session was revoked, a gateway deleted, a customer suspended, or a connection taken over',
} as const;
export type SignalName = keyof typeof SIGNALS;

const CHANNEL = 'stepcloud';
const RECONNECT_AFTER_MS = 1_000;

/** Tells every process; within a transaction, when that commits. */
export async function signal(db: Db, name: SignalName): Promise<void> {
  await sql`SELECT pg_notify(${CHANNEL}, ${name})`.execute(db);
}

export interface Signals {
  close(): Promise<void>;
}

/**
 * Calls the handlers whenever their signal comes, and each of them whenever the connection was made again, since signals
 * may have been missed. It has a connection of its own: LISTEN does not go through a pool.
 */
export function listen({ url, log }: { url: string; log: Log }, handlers: Record<SignalName, () => void>): Signals {
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
      if (payload !== undefined && Object.hasOwn(handlers, payload)) handlers[payload as SignalName]();
    });
    current
      .connect()
      .then(() => current.query(`LISTEN ${CHANNEL}`))
      .then(() => {
        for (const handler of Object.values(handlers)) handler();
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
