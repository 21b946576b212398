import type { Client } from 'aedes';
import { v7 as uuid } from 'uuid';
import { claimClientIds, endConnections, type NewConnection, restoreConnections } from '../db/connections.ts';
import type { Db } from '../db/database.ts';
import type { EndReason } from '../db/presence.ts';
import { inTime } from '../deadline.ts';
import { StepCloudError } from '../errors.ts';
import { signal } from '../signals/signals.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Connection } from './connections.ts';

const MAX_TOGETHER = 500;
const DEADLINE_MS = 5_000;
/** A claim that was given up may still arrive at the database, for so long. */
const UNSURE_MS = 60_000;

/** The client id that a connection holds, by which id, and since when by the process's own clock. */
export interface Claim {
  readonly id: string;
  readonly holder: string;
  readonly since: number;
}

/** Which connection of a client id stands: the one that the database, which all processes ask, let in last. */
export interface Claims {
  /** Throws CREDENTIALS_INVALID when the session is gone. */
  claim(client: Client, connection: Connection): Promise<void>;
  of(client: Client): Claim | undefined;
  /** Tells the database which connections have ended. */
  forgetEnded(): Promise<void>;
  /** Puts back into the database those that stand: it took this process for dead. */
  restore(): Promise<void>;
  /** Tells the database that all have ended. */
  close(): Promise<void>;
}

export interface ClaimsOptions {
  db: Db;
  processId: string;
  clock: () => number;
  monotonic: () => number;
  metrics: Metrics['broker'];
}

interface Waiting {
  readonly client: Client;
  readonly connection: Connection;
  readonly row: NewConnection;
  readonly done: (error?: unknown) => void;
}

/** What the database may have of a connection. */
interface Row {
  readonly row: NewConnection;
  readonly connection: Connection;
  /** When it was let in, by the database's clock. */
  readonly connectedAt: Date | undefined;
  /** Until when the row may yet appear there. */
  readonly unsureUntil: number;
}

/**
 * While one statement is under way the next claims gather: a thousand gateways that come back together cost a few
 * statements. Those of one gateway go one after the other, in the order in which Aedes sees them.
 */
export function createClaims({ db, processId, clock, monotonic, metrics }: ClaimsOptions): Claims {
  const held = new WeakMap<Client, Claim>();
  const rows = new Map<Client, Row>();
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;
  let forgetting: Promise<void> | undefined;

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
    let connectedAt = new Map<string, Date>();
    let unsureUntil = 0;
    try {
      // What ended before must be known first: one that holds the same client id would seem to have stood until now.
      await forgetEnded();
      const now = new Date(clock());
      const found = await inTime('claim', DEADLINE_MS, () => claimClientIds(db, processId, claimed, now));
      connectedAt = new Map(found.map((one) => [one.id, one.connectedAt]));
      const holders = new Map(found.map(({ id, holder }) => [id, holder]));
      const since = monotonic();
      for (const { client, row, done } of batch) {
        const holder = holders.get(row.id);
        if (holder !== undefined) held.set(client, { id: row.id, holder, since });
        done(holder === undefined ? new StepCloudError('CREDENTIALS_INVALID', 'the session is gone') : undefined);
      }
      if (found.some(({ isTakenOver }) => isTakenOver)) signal(db, 'access').catch(() => {});
    } catch (error) {
      unsureUntil = monotonic() + UNSURE_MS;
      for (const { done } of batch) done(error);
    } finally {
      for (const { client, connection, row } of batch)
        rows.set(client, { row, connection, connectedAt: connectedAt.get(row.id), unsureUntil });
    }
  }

  function forgetEnded(): Promise<void> {
    const ended = () => [...rows].filter(([client]) => client.closed);
    forgetting ??= inTime('noting what ended', DEADLINE_MS, () => forget(ended())).finally(() => {
      forgetting = undefined;
    });
    return forgetting;
  }

  async function forget(gone: readonly (readonly [Client, Row])[]): Promise<void> {
    if (gone.length === 0) return;
    const now = monotonic();
    const reasonOf = ({ connection }: Row): EndReason => connection.endReason ?? 'connection_lost';
    const agoOf = ({ connection }: Row): number => now - (connection.endedAt ?? now);
    const ended = gone.map(([, one]) => ({ id: one.row.id, reason: reasonOf(one), agoMs: agoOf(one) }));
    const found = await endConnections(db, ended);
    for (const [client, one] of gone) {
      const isThere = found.has(one.row.id);
      if (one.connectedAt) metrics.ended.inc({ reason: isThere ? reasonOf(one) : 'taken_over' });
      if (isThere || one.unsureUntil < now) rows.delete(client);
    }
  }

  return {
    claim(client, connection) {
      const { identity, address, transport } = connection;
      if (!identity) return Promise.resolve();
      const { gatewayId, sessionId } = identity;
      const clientId = client.id.slice(gatewayId.length + 1);
      return new Promise((resolve, reject) => {
        const done = (error?: unknown): void => (error ? reject(error) : resolve());
        const row = { id: uuid(), gatewayId, clientId, sessionId, address, transport };
        waiting.push({ client, connection, row, done });
        running ??= run();
      });
    },
    of: (client) => held.get(client),
    forgetEnded,
    async restore() {
      const standing = [...rows].filter(([client]) => !client.closed);
      const known = standing.flatMap(([, { row, connectedAt }]) => (connectedAt ? { ...row, connectedAt } : []));
      await restoreConnections(db, processId, known);
    },
    async close() {
      await running;
      await forget([...rows]);
    },
  };
}
