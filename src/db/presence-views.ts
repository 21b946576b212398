import { sql } from 'kysely';
import type { Db } from './database.ts';
import { type EndReason, lastPeriod } from './presence.ts';
import { inScope, type Scope } from './scope.ts';

/** A time in which a gateway was online. */
export interface PresencePeriod {
  onlineSince: Date;
  /** Null while it lasts. */
  offlineSince: Date | null;
  /** Why its last connection ended; null while it lasts, and where that is not known. */
  endReason: EndReason | null;
  /** How many connections it had, one after the other or side by side. */
  connections: number;
}

export interface PeriodFilter {
  readonly from: Date;
  /** Periods that began before this; exclusive. */
  readonly to: Date;
  readonly limit: number;
}

/** When a gateway was online, newest first: the periods that reach into a span of time, whole. */
export async function listPresence(
  db: Db,
  scope: Scope,
  gatewayId: string,
  { from, to, limit }: PeriodFilter,
): Promise<PresencePeriod[]> {
  const { rows } = await sql<PresencePeriod>`
    SELECT period.* FROM gateway CROSS JOIN LATERAL (
      SELECT last.began_at AS "onlineSince", last."offlineSince", last.connections,
        CASE WHEN NOT last.online THEN last.end_reason END AS "endReason"
      FROM ${lastPeriod('gateway.id')} AS last
      UNION ALL
      SELECT online_since, offline_since, connections, end_reason
      FROM gateway_presence_period WHERE gateway_id = gateway.id
    ) AS period
    WHERE gateway.id = ${gatewayId} AND ${inScope(scope, 'gateway')}
      AND "onlineSince" < ${to} AND coalesce("offlineSince" > ${from}, true)
    ORDER BY "onlineSince" DESC LIMIT ${limit}`.execute(db);
  return rows;
}

export interface OpenConnection {
  clientId: string;
  address: string | null;
  connectedAt: Date;
  processId: string;
}

/** The connections of a gateway to living processes, the newest first. */
export async function listOpenConnections(
  db: Db,
  scope: Scope,
  gatewayId: string,
  limit: number,
): Promise<OpenConnection[]> {
  return db
    .selectFrom('connection')
    .innerJoin('process', 'process.id', 'connection.process_id')
    .innerJoin('gateway', 'gateway.id', 'connection.gateway_id')
    .where('gateway.id', '=', gatewayId)
    .where(inScope(scope, 'gateway'))
    .where('process.expires_at', '>', sql<Date>`now()`)
    .orderBy('connection.connected_at', 'desc')
    .limit(limit)
    .select(['connection.client_id as clientId', 'connection.address', 'connection.connected_at as connectedAt'])
    .select('process.id as processId')
    .execute();
}
