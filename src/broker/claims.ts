import type { Client } from 'aedes';
import { v7 as uuid } from 'uuid';
import { claimClientIds, deleteConnections, type NewConnection } from '../db/connections.ts';
import type { Db } from '../db/database.ts';
import { StepCloudError } from '../errors.ts';
import { signal } from '../signals/signals.ts';
import type { Connection } from './connections.ts';
import { inTime } from './hooks.ts';

const MAX_TOGETHER = 500;
const DEADLINE_MS = 5_000;

/** The client id that a connection holds, and since when by the process's own clock. */
export interface Claim {
  readonly holder: string;
  readonly since: number;
}

/** Which connection of a client id stands: the one that the database, which all processes ask, let in last. */
export interface Claims {
  /** Throws CREDENTIALS_INVALID when the session is gone. */
  claim(client: Client, connection: Connection): Promise<void>;
  of(client: Client): Claim | undefined;
  /** Deletes what the database has of connections that have ended. */
  forgetEnded(): Promise<void>;
  /** Deletes all of it. */
  close(): Promise<void>;
}

export interface ClaimsOptions {
  db: Db;
  processId: string;
  clock: () => number;
  monotonic: () => number;
}

interface Waiting {
  readonly client: Client;
  readonly row: NewConnection;
  readonly done: (error?: unknown) => void;
}

/**
 * While one statement is under way the next claims gather: a thousand gateways that come back together cost a few
 * statements. Those of one gateway go one after the other, in the order in which Aedes sees them.
 */
export function createClaims({ db, processId, clock, monotonic }: ClaimsOptions): Claims {
  const held = new WeakMap<Client, Claim>();
  /** Rows that the database may have. */
  const rows = new Map<Client, string>();
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    while (waiting.length > 0) await claimTogether(takeBatch());
    running = undefined;
  }

  function takeBatch(): Waiting[] {
    const batch = new Map<string, Waiting>();
    waiting = waiting.filter((one) => {
      if (batch.size >= MAX_TOGETHER || batch.has(one.row.gatewayId)) return true;
      if (one.client.closed) one.done();
      else batch.set(one.row.gatewayId, one);
      return false;
    });
    return [...batch.values()];
  }

  async function claimTogether(batch: readonly Waiting[]): Promise<void> {
    const claimed = batch.map(({ row }) => row);
    try {
      const now = new Date(clock());
      const found = await inTime('claim', DEADLINE_MS, () => claimClientIds(db, processId, claimed, now));
      const holders = new Map(found.map(({ id, holder }) => [id, holder]));
      const since = monotonic();
      for (const { client, row, done } of batch) {
        const holder = holders.get(row.id);
        if (holder !== undefined) held.set(client, { holder, since });
        done(holder === undefined ? new StepCloudError('CREDENTIALS_INVALID', 'the session is gone') : undefined);
      }
      if (found.some(({ isTakenOver }) => isTakenOver)) signal(db, 'access').catch(() => {});
    } catch (error) {
      for (const { done } of batch) done(error);
    } finally {
      for (const { client, row } of batch) rows.set(client, row.id);
    }
  }

  async function forget(ended: readonly (readonly [Client, string])[]): Promise<void> {
    if (ended.length === 0) return;
    const ids = ended.map(([, id]) => id);
    await deleteConnections(db, ids);
    for (const [client] of ended) rows.delete(client);
  }

  return {
    claim(client, { identity, address }) {
      if (!identity) return Promise.resolve();
      const { gatewayId, sessionId } = identity;
      const clientId = client.id.slice(gatewayId.length + 1);
      return new Promise((resolve, reject) => {
        const done = (error?: unknown): void => (error ? reject(error) : resolve());
        waiting.push({ client, row: { id: uuid(), gatewayId, clientId, sessionId, address }, done });
        running ??= run();
      });
    },
    of: (client) => held.get(client),
    forgetEnded: () => forget([...rows].filter(([client]) => client.closed)),
    async close() {
      await running;
      await forget([...rows]);
    },
  };
}
