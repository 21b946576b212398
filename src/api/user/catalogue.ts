import { Type } from 'typebox';
import {
  listModels,
  listSuppliers,
  MODEL_ORDER,
  type ModelRow,
  SUPPLIER_ORDER,
  showModel,
  showSupplier,
} from '../../db/catalogue-views.ts';
import { findImage, findImageHash } from '../../db/model-images.ts';
import { StepCloudError } from '../../errors.ts';
import type { App } from '../app.ts';
import { ETAG, hasTag, notModified, tagOf } from '../etags.ts';
import { IMAGE_TYPES } from '../images.ts';
import { anyOf, listQuery, readPage, search } from '../lists.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, page, text } from '../schemas.ts';
import { type ResourceOptions, USER_API } from './options.ts';

const supplierName = Type.String({ examples: ['Asiga'] });

export const Supplier = closed({ id: Id, name: supplierName }, { description: 'A supplier.' });

export const Model = closed(
  {
    id: { ...Id, description: 'What a device has as `modelId`.' },
    name: Type.String({ examples: ['MAX UV385'] }),
    supplierId: Id,
    supplier: supplierName,
    identifiers: Type.Array(Type.String(), {
      description:
        'What gateways may call it when they register a device; in upper or lower case, as long as only one model is meant.',
      examples: [['MAX UV385']],
    }),
    imageUrl: nullable(
      Type.String({
        description: 'Where its picture is, for whoever is signed in; null where there is none.',
        examples: ['/api/v1/device-models/01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f/image'],
      }),
    ),
  },
  { description: 'A device model.' },
);

/** As the content of a body or an answer: bytes, of one of these types. */
export const imageContent = Object.fromEntries(
  IMAGE_TYPES.map((type) => [type, { schema: Type.Unsafe<Buffer>({ contentMediaType: type }) }]),
);

/** The routes that read it: the same for users and admins. */
export function catalogue(app: App, { db }: Pick<ResourceOptions, 'db'>): void {
  const config = { access: 'anybody' } as const;
  const tags = ['catalogue'];
  const refusals = failures('REQUEST_INVALID', 'CREDENTIALS_INVALID');

  const suppliers = {
    summary: 'List suppliers',
    description: 'Who makes the device models of the catalogue.',
    tags,
    querystring: closed({ q: search('name'), ...listQuery(SUPPLIER_ORDER, 'name') }),
    response: { 200: closed(page(Supplier), { description: 'A page of suppliers.' }), ...refusals },
  };
  app.get('/suppliers', { config, schema: suppliers }, ({ query }) =>
    readPage(query, (page) => listSuppliers(db, query, page)),
  );

  const supplier = {
    summary: 'Show a supplier',
    tags,
    params: closed({ supplierId: Id }),
    querystring: closed({}),
    response: { 200: Supplier, ...refusals, ...failures('NOT_FOUND') },
  };
  app.get('/suppliers/:supplierId', { config, schema: supplier }, async ({ params: { supplierId } }) => {
    const found = await showSupplier(db, supplierId);
    if (!found) throw new StepCloudError('NOT_FOUND', 'there is no such supplier');
    return found;
  });

  const models = {
    summary: 'List device models',
    description:
      'What a device can be; by supplier, those of one by name. The catalogue is the same for all customers; admins of the installation keep it.',
    tags,
    querystring: closed({
      supplierId: anyOf(Id, 'Only models of this supplier.'),
      identifier: Type.Optional(
        text(128, {
          description:
            'Only the model that a registration by this name means: the one with exactly this identifier, else the one where only upper and lower case differ.',
          examples: ['MAX UV385'],
        }),
      ),
      q: search('name, their supplier or an identifier'),
      ...listQuery(MODEL_ORDER, 'supplier'),
    }),
    response: { 200: closed(page(Model), { description: 'A page of device models.' }), ...refusals },
  };
  app.get('/device-models', { config, schema: models }, async ({ query }) => {
    const { items, nextCursor } = await readPage(query, (page) => listModels(db, query, page));
    return { items: items.map(toModel), nextCursor };
  });

  const one = {
    summary: 'Show a device model',
    tags,
    params: closed({ modelId: Id }),
    querystring: closed({}),
    response: { 200: Model, ...refusals, ...failures('NOT_FOUND') },
  };
  app.get('/device-models/:modelId', { config, schema: one }, async ({ params: { modelId } }) => {
    const model = await showModel(db, modelId);
    if (!model) throw new StepCloudError('NOT_FOUND', 'there is no such model');
    return toModel(model);
  });
}

export function toModel({ hasImage, ...model }: ModelRow) {
  return { ...model, imageUrl: hasImage ? `${USER_API}/device-models/${model.id}/image` : null };
}

/** For users alone: `imageUrl` leads here whoever asks. */
export function modelImage(app: App, { db }: Pick<ResourceOptions, 'db'>): void {
  const schema = {
    summary: 'Show the picture of a device model',
    description:
      'With an `ETag`: send it along as `If-None-Match`, and the answer is 304 while the picture is the same.',
    tags: ['catalogue'],
    params: closed({ modelId: Id }),
    querystring: closed({}),
    response: {
      200: { description: 'The picture.', headers: ETAG, content: imageContent },
      304: notModified('The picture is the one that the caller has.'),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND'),
    },
  };
  app.get('/device-models/:modelId/image', { config: { access: 'anybody' }, schema }, async (request, reply) => {
    const { modelId } = request.params;
    const none = new StepCloudError('NOT_FOUND', 'there is no such model, or it has no picture');
    const known = await findImageHash(db, modelId);
    if (!known) throw none;
    reply.header('cache-control', 'private, no-cache');
    if (hasTag(request.headers['if-none-match'], known))
      return reply.header('etag', tagOf(known)).code(304).send(undefined);
    const image = await findImage(db, modelId);
    if (!image) throw none;
    return reply.header('etag', tagOf(image.hash)).type(image.contentType).send(image.content);
  });
}
