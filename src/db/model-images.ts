import type { Db } from './database.ts';

export interface ModelImage {
  readonly contentType: string;
  readonly content: Buffer;
  /** SHA-256 of the content. */
  readonly hash: Buffer;
}

/** What a cache asks for: the hash alone. */
export async function findImageHash(db: Db, modelId: string): Promise<Buffer | undefined> {
  const query = db.selectFrom('device_model_image').where('device_model_id', '=', modelId).select('hash');
  return (await query.executeTakeFirst())?.hash;
}

export async function findImage(db: Db, modelId: string): Promise<ModelImage | undefined> {
  return db
    .selectFrom('device_model_image')
    .where('device_model_id', '=', modelId)
    .select(['content_type as contentType', 'content', 'hash'])
    .executeTakeFirst();
}

/** In the place of one that is there. */
export async function putImage(db: Db, modelId: string, image: ModelImage, at: Date): Promise<void> {
  const { contentType, content, hash } = image;
  const row = { content_type: contentType, content, hash, changed_at: at };
  await db
    .insertInto('device_model_image')
    .values({ device_model_id: modelId, ...row })
    .onConflict((conflict) => conflict.column('device_model_id').doUpdateSet(row))
    .execute();
}

/** False when there is none. */
export async function deleteImage(db: Db, modelId: string): Promise<boolean> {
  const query = db.deleteFrom('device_model_image').where('device_model_id', '=', modelId);
  return (await query.executeTakeFirstOrThrow()).numDeletedRows === 1n;
}
