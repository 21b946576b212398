import { sql } from 'kysely';
import type { Db } from './database.ts';

const INVALID_PARAMETER_VALUE = '22023';

/** Whether the database can count in a time zone of this name. */
export async function knowsTimeZone(db: Db, name: string): Promise<boolean> {
  try {
    await sql`SELECT now() AT TIME ZONE ${name}`.execute(db);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === INVALID_PARAMETER_VALUE) return false;
    throw error;
  }
}

/** The time zone of the office of a gateway or device, which must have been found within the caller's scope. */
export async function findOfficeTimeZone(db: Db, { officeId }: { readonly officeId: string }): Promise<string> {
  const { time_zone } = await db
    .selectFrom('office')
    .where('id', '=', officeId)
    .select('time_zone')
    .executeTakeFirstOrThrow();
  return time_zone;
}
