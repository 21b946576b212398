import { sql } from 'kysely';
import type { Db } from './database.ts';

export interface Overview {
  postgresVersion: string;
  migrations: number;
  customers: number;
  gateways: number;
  devices: number;
  sensors: number;
}

/** What an installation holds, over all customers: for admins only. */
export async function countEverything(db: Db): Promise<Overview> {
  const { rows } = await sql<Overview>`
    SELECT current_setting('server_version') AS "postgresVersion",
      (SELECT count(*)::int4 FROM kysely_migration) AS migrations,
      (SELECT count(*)::int4 FROM customer) AS customers,
      (SELECT count(*)::int4 FROM gateway WHERE deleted_at IS NULL) AS gateways,
      (SELECT count(*)::int4 FROM device) AS devices,
      (SELECT count(*)::int4 FROM sensor) AS sensors`.execute(db);
  return rows[0] as Overview;
}

/** When the newest of all current values came, which is how far the data reach; for operators only. */
export async function newestReceipt(db: Db): Promise<Date | undefined> {
  const { at } = await db
    .selectFrom('sensor_latest')
    .select(({ fn }) => fn.max('received_at').as('at'))
    .executeTakeFirstOrThrow();
  return at ?? undefined;
}
