import { Type } from 'typebox';
import { listModels, listSuppliers, showModel } from '../../db/catalogue-views.ts';
import { StepCloudError } from '../../errors.ts';
import type { App } from '../app.ts';
import { createCursor, toPage } from '../cursor.ts';
import { failures } from '../problems.ts';
import { closed, Id, page, pageQuery, text } from '../schemas.ts';
import type { UserRouteOptions } from './options.ts';

const supplierName = Type.String({ examples: ['Asiga'] });

const Supplier = closed({ id: Id, name: supplierName }, { description: 'A supplier.' });

const Model = closed(
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
  },
  { description: 'A device model.' },
);

const Name = Type.String({ maxLength: 512 });
const supplierCursor = createCursor(closed({ after: Name }));
const modelCursor = createCursor(closed({ supplier: Name, model: Name }));

export function catalogue(app: App, { db }: UserRouteOptions): void {
  const config = { access: 'anybody' } as const;
  const tags = ['catalogue'];
  const refusals = failures('REQUEST_INVALID', 'CREDENTIALS_INVALID');

  const suppliers = {
    summary: 'List suppliers',
    description: 'Who makes the device models of the catalogue, by name.',
    tags,
    querystring: closed({
      text: Type.Optional(text(128, { description: 'Only those with this in their name, in upper or lower case.' })),
      ...pageQuery(),
    }),
    response: { 200: closed(page(Supplier), { description: 'A page of suppliers.' }), ...refusals },
  };
  app.get('/suppliers', { config, schema: suppliers }, async ({ query: { limit, cursor, ...filter } }) => {
    const after = cursor === undefined ? undefined : supplierCursor.decode(cursor).after;
    const rows = await listSuppliers(db, { text: filter.text, after, limit: limit + 1 });
    return toPage(rows, limit, ({ name }) => supplierCursor.encode({ after: name }));
  });

  const models = {
    summary: 'List device models',
    description:
      'What a device can be, by supplier and name. The catalogue is the same for all customers; admins of the installation keep it.',
    tags,
    querystring: closed({
      supplierId: Type.Optional({ ...Id, description: 'Only models of this supplier.' }),
      identifier: Type.Optional(
        text(128, {
          description:
            'Only the model that a registration by this name means: the one with exactly this identifier, else the one where only upper and lower case differ.',
          examples: ['MAX UV385'],
        }),
      ),
      text: Type.Optional(
        text(128, {
          description: 'Only those with this in their name, their supplier or an identifier, in upper or lower case.',
        }),
      ),
      ...pageQuery(),
    }),
    response: { 200: closed(page(Model), { description: 'A page of device models.' }), ...refusals },
  };
  app.get('/device-models', { config, schema: models }, async ({ query: { limit, cursor, ...filter } }) => {
    const after = cursor === undefined ? undefined : modelCursor.decode(cursor);
    const { supplierId, identifier } = filter;
    const rows = await listModels(db, { supplierId, identifier, text: filter.text, after, limit: limit + 1 });
    return toPage(rows, limit, ({ supplier, name }) => modelCursor.encode({ supplier, model: name }));
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
    return model;
  });
}
