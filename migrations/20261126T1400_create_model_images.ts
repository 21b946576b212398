import { type Kysely, sql } from 'kysely';

/** Pictures of device models, and identifiers that can be named in a URL. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // In the database, since they are few and small, and a backup of it has all there is. The old column for a path of a file
  // stays empty. The hash is that of the content, for caches.
  await sql`
    CREATE TABLE device_model_image (
      device_model_id uuid PRIMARY KEY REFERENCES device_model ON DELETE CASCADE,
      content_type text NOT NULL CHECK (content_type IN ('image/png', 'image/jpeg', 'image/webp')),
      content bytea NOT NULL,
      hash bytea NOT NULL,
      changed_at timestamptz NOT NULL
    )`.execute(db);

  // The identifier itself may have any character, and may be corrected.
  await sql`ALTER TABLE model_identifier ADD COLUMN id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid()`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE model_identifier DROP COLUMN id`.execute(db);
  await sql`DROP TABLE device_model_image`.execute(db);
}
