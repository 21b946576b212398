import { type Kysely, sql } from 'kysely';

/** Gateways, the devices they hear, the sensors of those devices, and the sessions of gateways and users. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // customer_id stands here and not only behind the office, since every query asks for it and a gateway never changes it.
  await sql`
    CREATE TABLE gateway (
      id uuid PRIMARY KEY,
      customer_id uuid NOT NULL REFERENCES customer,
      office_id uuid NOT NULL,
      label text,
      serial_number text,
      software_version text,
      hardware_version text,
      created_at timestamptz NOT NULL DEFAULT now(),
      deleted_at timestamptz,
      FOREIGN KEY (customer_id, office_id) REFERENCES office (customer_id, id)
    )`.execute(db);
  await sql`CREATE INDEX ON gateway (customer_id)`.execute(db);

  // A device belongs to the office, not to a gateway: two gateways of one office that hear it mean the same device.
  await sql`
    CREATE TABLE device (
      id uuid PRIMARY KEY,
      customer_id uuid NOT NULL REFERENCES customer,
      office_id uuid NOT NULL,
      key text NOT NULL,
      state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'active', 'blocked', 'archived')),
      device_model_id uuid REFERENCES device_model,
      label text,
      interface_name text,
      network_address text,
      registration_code text,
      serial_number text,
      monitoring boolean NOT NULL DEFAULT true,
      created_at timestamptz NOT NULL DEFAULT now(),
      FOREIGN KEY (customer_id, office_id) REFERENCES office (customer_id, id),
      UNIQUE (office_id, key)
    )`.execute(db);
  await sql`CREATE INDEX ON device (customer_id, id)`.execute(db);

  await sql`
    CREATE TABLE device_gateway (
      device_id uuid NOT NULL REFERENCES device ON DELETE CASCADE,
      gateway_id uuid NOT NULL REFERENCES gateway ON DELETE CASCADE,
      first_heard_at timestamptz NOT NULL,
      last_heard_at timestamptz NOT NULL,
      PRIMARY KEY (device_id, gateway_id)
    )`.execute(db);
  await sql`CREATE INDEX ON device_gateway (gateway_id)`.execute(db);

  // The id is a small integer because it stands in every reading and its index; it never leaves the database.
  await sql`
    CREATE TABLE sensor (
      id int4 PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
      device_id uuid NOT NULL REFERENCES device ON DELETE CASCADE,
      label text NOT NULL,
      unit text,
      value_type text NOT NULL CHECK (value_type IN ('number', 'boolean', 'string')),
      measure text NOT NULL DEFAULT 'gauge' CHECK (measure IN ('gauge', 'counter', 'state')),
      visualization text NOT NULL DEFAULT 'default' CHECK (visualization IN ('default', 'line', 'scatter', 'bar')),
      created_at timestamptz NOT NULL DEFAULT now(),
      UNIQUE (device_id, label)
    )`.execute(db);

  await sql`
    CREATE TABLE session (
      id uuid PRIMARY KEY,
      user_id uuid REFERENCES "user" ON DELETE CASCADE,
      gateway_id uuid REFERENCES gateway ON DELETE CASCADE,
      created_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      revoked_at timestamptz,
      address text,
      CHECK (num_nonnulls(user_id, gateway_id) = 1)
    )`.execute(db);
  await sql`CREATE INDEX ON session (user_id) WHERE user_id IS NOT NULL`.execute(db);
  await sql`CREATE INDEX ON session (gateway_id) WHERE gateway_id IS NOT NULL`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DROP TABLE session, sensor, device_gateway, device, gateway`.execute(db);
}
