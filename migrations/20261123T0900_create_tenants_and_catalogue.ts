import { type Kysely, sql } from 'kysely';

/** Who owns what: customers with offices, the people who may look, and the catalogue of device models. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE customer (
      id uuid PRIMARY KEY,
      name text NOT NULL,
      vat_id text,
      contract_level text,
      created_at timestamptz NOT NULL DEFAULT now(),
      suspended_at timestamptz
    )`.execute(db);

  await sql`
    CREATE TABLE office (
      id uuid PRIMARY KEY,
      customer_id uuid NOT NULL REFERENCES customer,
      name text NOT NULL,
      department text,
      sub_department text,
      street text,
      additional_address text,
      zip text,
      city text,
      country text,
      time_zone text NOT NULL DEFAULT 'UTC',
      created_at timestamptz NOT NULL DEFAULT now(),
      UNIQUE (customer_id, id)
    )`.execute(db);

  // The hash may be null: such a user signs in elsewhere (single sign-on) or not yet (invited). Email is stored in
  // lower case, so that one person cannot have two accounts by spelling.
  await sql`
    CREATE TABLE "user" (
      id uuid PRIMARY KEY,
      email text NOT NULL UNIQUE CHECK (email = lower(email)),
      password_hash text,
      first_name text,
      last_name text,
      is_admin boolean NOT NULL DEFAULT false,
      active boolean NOT NULL DEFAULT true,
      created_at timestamptz NOT NULL DEFAULT now()
    )`.execute(db);

  // office_id null means every office of the customer.
  await sql`
    CREATE TABLE membership (
      id uuid PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES "user" ON DELETE CASCADE,
      customer_id uuid NOT NULL REFERENCES customer ON DELETE CASCADE,
      office_id uuid,
      role text NOT NULL CHECK (role IN ('viewer', 'operator', 'manager')),
      FOREIGN KEY (customer_id, office_id) REFERENCES office (customer_id, id) ON DELETE CASCADE,
      UNIQUE NULLS NOT DISTINCT (user_id, customer_id, office_id)
    )`.execute(db);
  await sql`CREATE INDEX ON membership (customer_id)`.execute(db);

  await sql`CREATE TABLE supplier (id uuid PRIMARY KEY, name text NOT NULL UNIQUE)`.execute(db);
  await sql`
    CREATE TABLE device_model (
      id uuid PRIMARY KEY,
      supplier_id uuid NOT NULL REFERENCES supplier,
      name text NOT NULL,
      image_path text,
      UNIQUE (supplier_id, name)
    )`.execute(db);
  await sql`
    CREATE TABLE model_identifier (
      identifier text PRIMARY KEY,
      device_model_id uuid NOT NULL REFERENCES device_model ON DELETE CASCADE
    )`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DROP TABLE model_identifier, device_model, supplier, membership, "user", office, customer`.execute(db);
}
