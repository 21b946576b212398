import { sql } from 'kysely';
import type { Db } from './database.ts';

/** What a server of Postgres says of itself that durability depends on. */
export interface ServerSettings {
  /** As in 180004. */
  readonly version: number;
  readonly fsync: string;
  readonly synchronousCommit: string;
  readonly fullPageWrites: string;
  readonly maxConnections: number;
  readonly usedConnections: number;
  readonly isReadOnly: boolean;
  readonly now: Date;
}

export async function readServerSettings(db: Db): Promise<ServerSettings> {
  const { rows } = await sql<ServerSettings>`
    SELECT current_setting('server_version_num')::int4 AS version, current_setting('fsync') AS fsync,
      current_setting('synchronous_commit') AS "synchronousCommit",
      current_setting('full_page_writes') AS "fullPageWrites",
      current_setting('max_connections')::int4 AS "maxConnections",
      (SELECT count(*)::int4 FROM pg_stat_activity WHERE backend_type = 'client backend') AS "usedConnections",
      pg_is_in_recovery() OR current_setting('default_transaction_read_only')::bool AS "isReadOnly",
      clock_timestamp() AS now`.execute(db);
  return rows[0] as ServerSettings;
}
