import { Type } from 'typebox';
import { listModels, listSuppliers, MODEL_ORDER, SUPPLIER_ORDER, showModel } from '../../db/catalogue-views.ts';
import { StepCloudError } from '../../errors.ts';
import type { App } from '../app.ts';
import { anyOf, listQuery, readPage, search } from '../lists.ts';
import { failures } from '../problems.ts';
import { closed, Id, page, text } from '../schemas.ts';
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

export function catalogue(app: App, { db }: UserRouteOptions): void {
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
  app.get('/device-models', { config, schema: models }, ({ query }) =>
    readPage(query, (page) => listModels(db, query, page)),
  );

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
