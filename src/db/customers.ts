import { sql } from 'kysely';
import type { Db } from './database.ts';

/** All customers by id, from behind `after`. */
export async function listCustomers(db: Db, { after, limit }: { after: string | undefined; limit: number }) {
  return selectCustomers(db)
    .$if(after !== undefined, (query) => query.where('id', '>', after as string))
    .orderBy('id')
    .limit(limit)
    .execute();
}

export async function findCustomer(db: Db, customerId: string) {
  return selectCustomers(db).where('id', '=', customerId).executeTakeFirst();
}

function selectCustomers(db: Db) {
  return db.selectFrom('customer').select(['id', 'name', 'created_at as createdAt', 'suspended_at as suspendedAt']);
}

/** By the database's clock, since every broker looks for what was suspended since it looked last. False when it was already. */
export async function suspendCustomer(db: Db, customerId: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('customer')
    .set({ suspended_at: sql<Date>`now()` })
    .where('id', '=', customerId)
    .where('suspended_at', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** False when it was not suspended. */
export async function resumeCustomer(db: Db, customerId: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('customer')
    .set({ suspended_at: null })
    .where('id', '=', customerId)
    .where('suspended_at', 'is not', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}
