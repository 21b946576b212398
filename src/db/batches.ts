import type { Db } from './database.ts';

/** Marks a batch as stored; false when it was already. The first statement of the batch's transaction. */
export async function claimBatch(tx: Db, id: string): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('ingest_batch')
    .values({ id })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}
