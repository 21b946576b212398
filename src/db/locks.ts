import { sql } from 'kysely';
import type { Db } from './database.ts';

/** Holds a row until the transaction ends, so that nothing comes to refer to it meanwhile. False when it is gone. */
export async function lockRow(
  tx: Db,
  table: 'customer' | 'office' | 'user' | 'supplier' | 'device_model' | 'model_identifier',
  id: string,
): Promise<boolean> {
  const { rows } = await sql`SELECT FROM ${sql.table(table)} WHERE id = ${id} FOR UPDATE`.execute(tx);
  return rows.length === 1;
}
