import { type Kysely, sql } from 'kysely';

/** Tokens that renew and can be taken back, gateways that ask to come in, and who did what. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // A session that does not renew ends with its one token. `client` is what the other side says of itself: a browser's
  // User-Agent, a gateway's software version.
  await sql`
    ALTER TABLE session
      ADD COLUMN renewable boolean NOT NULL DEFAULT false,
      ADD COLUMN label text,
      ADD COLUMN client text,
      ADD COLUMN issued_by uuid REFERENCES "user" ON DELETE SET NULL,
      ADD COLUMN last_used_at timestamptz,
      ADD COLUMN last_address text,
      ADD COLUMN revoked_reason text`.execute(db);
  // Revocations are polled by the time at which they were made.
  await sql`CREATE INDEX ON session (revoked_at) WHERE revoked_at IS NOT NULL`.execute(db);
  await sql`CREATE INDEX ON gateway (deleted_at) WHERE deleted_at IS NOT NULL`.execute(db);

  // successor = HMAC(token, successor_salt): whoever repeats a token gets the same successor, for as long as the salt
  // stands; it goes when the successor is used. The database alone has neither.
  await sql`
    CREATE TABLE refresh_token (
      hash bytea PRIMARY KEY,
      session_id uuid NOT NULL REFERENCES session ON DELETE CASCADE,
      issued_at timestamptz NOT NULL,
      used_at timestamptz,
      successor_salt bytea
    )`.execute(db);
  await sql`CREATE INDEX ON refresh_token (session_id)`.execute(db);

  await sql`
    CREATE TABLE password_reset (
      hash bytea PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES "user" ON DELETE CASCADE,
      created_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL
    )`.execute(db);
  await sql`CREATE INDEX ON password_reset (user_id)`.execute(db);

  // Counts that may be lost in a crash, and cost no write-ahead log.
  await sql`
    CREATE UNLOGGED TABLE throttle (
      key text PRIMARY KEY,
      count int4 NOT NULL,
      counted_since timestamptz NOT NULL,
      blocked_until timestamptz
    )`.execute(db);

  // office_id null means any office of the customer.
  await sql`
    CREATE TABLE enrolment_key (
      id uuid PRIMARY KEY,
      customer_id uuid NOT NULL REFERENCES customer ON DELETE CASCADE,
      office_id uuid,
      label text,
      hash bytea NOT NULL UNIQUE,
      max_gateways int4 NOT NULL,
      enrolled int4 NOT NULL DEFAULT 0 CHECK (enrolled <= max_gateways),
      created_at timestamptz NOT NULL,
      created_by uuid REFERENCES "user" ON DELETE SET NULL,
      expires_at timestamptz NOT NULL,
      revoked_at timestamptz,
      FOREIGN KEY (customer_id, office_id) REFERENCES office (customer_id, id) ON DELETE CASCADE
    )`.execute(db);
  await sql`CREATE INDEX ON enrolment_key (customer_id)`.execute(db);

  // A gateway that asks to come in: by a code for a user to approve (then it belongs to nobody yet), or by the key of a
  // customer. Once approved, its device code is the first refresh token of its session.
  await sql`
    CREATE TABLE enrolment (
      id uuid PRIMARY KEY,
      device_code_hash bytea NOT NULL UNIQUE,
      user_code text UNIQUE,
      enrolment_key_id uuid REFERENCES enrolment_key ON DELETE CASCADE,
      customer_id uuid REFERENCES customer ON DELETE CASCADE,
      office_id uuid REFERENCES office ON DELETE CASCADE,
      state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'approved', 'denied')),
      proposed_gateway_id uuid,
      serial_number text,
      software_version text,
      hardware_version text,
      address text,
      created_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      polled_at timestamptz,
      decided_at timestamptz,
      decided_by uuid REFERENCES "user" ON DELETE SET NULL,
      gateway_id uuid REFERENCES gateway ON DELETE CASCADE,
      CHECK ((user_code IS NULL) <> (enrolment_key_id IS NULL)),
      CHECK ((state = 'approved') = (gateway_id IS NOT NULL))
    )`.execute(db);
  await sql`CREATE INDEX ON enrolment (customer_id, state)`.execute(db);
  await sql`CREATE INDEX ON enrolment (expires_at)`.execute(db);

  // Open MQTT connections: one row for each client id of a gateway, held by the process that accepted it last.
  await sql`
    CREATE TABLE connection (
      id uuid PRIMARY KEY,
      gateway_id uuid NOT NULL REFERENCES gateway ON DELETE CASCADE,
      client_id text NOT NULL,
      session_id uuid NOT NULL REFERENCES session ON DELETE CASCADE,
      process_id uuid NOT NULL,
      address text,
      connected_at timestamptz NOT NULL
    )`.execute(db);
  await sql`CREATE UNIQUE INDEX connection_client ON connection (gateway_id, md5(client_id))`.execute(db);
  await sql`CREATE INDEX ON connection (connected_at)`.execute(db);

  // Ids without foreign keys: an entry outlives what it is about. Never a secret in it.
  await sql`
    CREATE TABLE audit_entry (
      id uuid PRIMARY KEY,
      at timestamptz NOT NULL,
      actor_kind text NOT NULL CHECK (actor_kind IN ('user', 'gateway', 'operator', 'nobody')),
      actor_id uuid,
      actor_name text,
      action text NOT NULL,
      subject_kind text,
      subject_id uuid,
      subject_name text,
      customer_id uuid,
      office_id uuid,
      address text,
      detail jsonb NOT NULL DEFAULT '{}'
    )`.execute(db);
  await sql`CREATE INDEX ON audit_entry (customer_id, id)`.execute(db);
  await sql`CREATE INDEX ON audit_entry (actor_id, id)`.execute(db);
  await sql`CREATE INDEX ON audit_entry (subject_id, id)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
    DROP TABLE audit_entry, connection, enrolment, enrolment_key, throttle, password_reset, refresh_token`.execute(db);
  await sql`DROP INDEX gateway_deleted_at_idx`.execute(db);
  await sql`
    ALTER TABLE session DROP COLUMN renewable, DROP COLUMN label, DROP COLUMN client, DROP COLUMN issued_by,
      DROP COLUMN last_used_at, DROP COLUMN last_address, DROP COLUMN revoked_reason`.execute(db);
}
