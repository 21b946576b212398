import { type Kysely, sql } from 'kysely';

/** Which processes live, and when gateways were online: by the database's clock, which all of them ask. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // A process that does not renew its lease before it expires is dead, and its connections are ended by whoever notices.
  // connection.process_id has no foreign key to here: a broker of the release before has no lease and connects gateways
  // all the same; what it holds counts for nothing until it is replaced.
  await sql`
    CREATE TABLE process (
      id uuid PRIMARY KEY,
      role text NOT NULL CHECK (role IN ('broker', 'worker', 'api')),
      version text NOT NULL,
      host text NOT NULL,
      started_at timestamptz NOT NULL,
      renewed_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL
    )`.execute(db);

  // The last period in which a gateway was online. Whether it still is, its connections tell, or last_online_at, when one
  // of them last began or ended: one row that is updated in place (no index has what changes), since thousands of gateways
  // may reconnect at once. Milliseconds, so that a page of periods can end at one.
  await sql`
    CREATE TABLE gateway_presence (
      gateway_id uuid PRIMARY KEY REFERENCES gateway ON DELETE CASCADE,
      online_since timestamptz(3) NOT NULL,
      last_online_at timestamptz(3) NOT NULL,
      end_reason text,
      connections int4 NOT NULL
    ) WITH (fillfactor = 50)`.execute(db);

  // The periods before that. A row is written once, when the next period begins: gaps too short to count leave none.
  await sql`
    CREATE TABLE gateway_presence_period (
      gateway_id uuid NOT NULL REFERENCES gateway ON DELETE CASCADE,
      online_since timestamptz(3) NOT NULL,
      offline_since timestamptz(3) NOT NULL,
      end_reason text,
      connections int4 NOT NULL,
      PRIMARY KEY (gateway_id, online_since)
    )`.execute(db);
  await sql`CREATE INDEX ON gateway_presence_period (offline_since)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DROP TABLE gateway_presence_period, gateway_presence, process`.execute(db);
}
