import { type Kysely, sql } from 'kysely';

/** Tokens that people make for their scripts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // A token opens what its owner may at the moment of a request, within one customer or office and up to a role; so a
  // membership that ends needs no change here. office_id null means every office of the customer. Revoked rows stay, for
  // who reads the audit; expired ones are shown to their owner, who wonders why a script stopped.
  await sql`
    CREATE TABLE api_token (
      id uuid PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES "user" ON DELETE CASCADE,
      customer_id uuid NOT NULL REFERENCES customer ON DELETE CASCADE,
      office_id uuid,
      role text NOT NULL CHECK (role IN ('viewer', 'operator', 'manager')),
      name text NOT NULL,
      hash bytea NOT NULL UNIQUE,
      created_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      last_used_at timestamptz,
      last_address text,
      revoked_at timestamptz,
      FOREIGN KEY (customer_id, office_id) REFERENCES office (customer_id, id) ON DELETE CASCADE
    )`.execute(db);
  await sql`CREATE INDEX ON api_token (user_id, id)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DROP TABLE api_token`.execute(db);
}
