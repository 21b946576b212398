import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { recordAudit } from '../../db/audit.ts';
import { showModel } from '../../db/catalogue-views.ts';
import type { Db } from '../../db/database.ts';
import { lockRow } from '../../db/locks.ts';
import { deleteImage, putImage } from '../../db/model-images.ts';
import { StepCloudError } from '../../errors.ts';
import type { App } from '../app.ts';
import { actorOf } from '../guards.ts';
import { IMAGE_TYPES, readImageHead } from '../images.ts';
import { failures } from '../problems.ts';
import { closed, Id } from '../schemas.ts';
import { imageContent, Model, toModel } from '../user/catalogue.ts';
import type { AdminRouteOptions } from './options.ts';

const MAX_BYTES = 512 * 1024;
const MAX_PIXELS_ASIDE = 4_096;

/** The picture of a device model: a body of its own, by its own content type, and nothing else is read here. */
export function modelImages(app: App, { db, clock, caller }: AdminRouteOptions): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    [...IMAGE_TYPES],
    { parseAs: 'buffer', bodyLimit: MAX_BYTES },
    async (_: unknown, body: Buffer) => body,
  );
  const common = { tags: ['catalogue'], params: closed({ modelId: Id }), querystring: closed({}) };
  const refusals = ['REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN', 'NOT_FOUND'] as const;

  const put = {
    ...common,
    summary: 'Set the picture of a device model',
    description: `The body is a PNG, JPEG or WebP, as its content type says, of at most ${MAX_BYTES / 1024} KiB and ${MAX_PIXELS_ASIDE} pixels in width and height.`,
    body: { content: imageContent },
    response: { 200: Model, ...failures(...refusals, 'TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED') },
  };
  app.put('/device-models/:modelId/image', { schema: put, bodyLimit: MAX_BYTES }, async (request) => {
    const content = request.body as Buffer;
    const contentType = requireImage(content, request.headers['content-type']);
    const hash = createHash('sha256').update(content).digest();
    return change(
      request,
      (tx, id) => putImage(tx, id, { contentType, content, hash }, new Date(clock())),
      content.length,
    );
  });

  const remove = {
    ...common,
    summary: 'Take the picture of a device model away',
    response: { 204: Type.Null({ description: 'The model has no picture.' }), ...failures(...refusals) },
  };
  app.delete('/device-models/:modelId/image', { schema: remove }, async (request, reply) => {
    await change(request, async (tx, id) => {
      if (!(await deleteImage(tx, id))) throw new StepCloudError('NOT_FOUND', 'the model has no picture');
    });
    return reply.code(204).send(null);
  });

  async function change(
    request: FastifyRequest<{ Params: { modelId: string } }>,
    write: (tx: Db, id: string) => Promise<void>,
    imageBytes = 0,
  ) {
    const { modelId } = request.params;
    return db.transaction().execute(async (tx) => {
      const before = (await lockRow(tx, 'device_model', modelId)) && (await showModel(tx, modelId));
      if (!before) throw new StepCloudError('NOT_FOUND', 'there is no such device model');
      const { id, name } = before;
      await write(tx, id);
      const actor = actorOf(caller(request), request);
      const subject = { kind: 'device_model', id, name };
      const at = new Date(clock());
      await recordAudit(tx, { at, actor, action: 'device_model.changed', subject, detail: { imageBytes } });
      return toModel({ ...before, hasImage: imageBytes > 0 });
    });
  }
}

/** Its content type. Throws REQUEST_INVALID for what is not the picture that it says it is. */
function requireImage(content: Buffer, said = ''): string {
  const head = Buffer.isBuffer(content) ? readImageHead(content) : undefined;
  if (head?.type !== said.split(';')[0]?.trim().toLowerCase())
    throw new StepCloudError('REQUEST_INVALID', 'the body is not a picture of the kind that its content type says');
  const { type, width, height } = head as NonNullable<typeof head>;
  if (Math.min(width, height) < 1 || Math.max(width, height) > MAX_PIXELS_ASIDE)
    throw new StepCloudError(
      'REQUEST_INVALID',
      `the picture has ${width} × ${height} pixels: ${MAX_PIXELS_ASIDE} are the most`,
    );
  return type;
}
