import { type Kysely, sql } from 'kysely';

/** The device models that a fresh installation knows, each identified by its own name. */
const MODELS = [
  ['Asiga', 'MAX UV385'],
  ['Asiga', 'MAX Mini'],
  ['Asiga', 'PRO 2 UV385'],
  ['Asiga', 'MAX UV365'],
  ['Asiga', 'PRO 4K UV385'],
  ['EMAG', 'Emmi-30 HC'],
  ['NK-Optik', 'Otoflash G171'],
] as const;

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [supplier, model] of MODELS) {
    await sql`INSERT INTO supplier (id, name) VALUES (gen_random_uuid(), ${supplier}) ON CONFLICT DO NOTHING`.execute(
      db,
    );
    await sql`
      INSERT INTO device_model (id, supplier_id, name)
      SELECT gen_random_uuid(), id, ${model} FROM supplier WHERE name = ${supplier}
      ON CONFLICT DO NOTHING`.execute(db);
    await sql`
      INSERT INTO model_identifier (identifier, device_model_id)
      SELECT ${model}, device_model.id FROM device_model JOIN supplier ON supplier.id = supplier_id
      WHERE supplier.name = ${supplier} AND device_model.name = ${model}
      ON CONFLICT DO NOTHING`.execute(db);
  }
}

/** Nothing to take back: the tables go with their own migration, and what is theirs may be in use. */
export async function down(): Promise<void> {}
