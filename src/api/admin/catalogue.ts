import {
  countModelContents,
  countSupplierContents,
  deleteIdentifier,
  deleteModel,
  deleteSupplier,
  insertIdentifier,
  insertModel,
  insertSupplier,
  updateIdentifier,
  updateModel,
  updateSupplier,
} from '../../db/catalogue-changes.ts';
import {
  IDENTIFIER_ORDER,
  listIdentifiers,
  showIdentifier,
  showModel,
  showSupplier,
} from '../../db/catalogue-views.ts';
import type { Db } from '../../db/database.ts';
import { StepCloudError } from '../../errors.ts';
import type { App } from '../app.ts';
import { anyOf, listQuery, readPage, search } from '../lists.ts';
import { failures } from '../problems.ts';
import { closed, Id, page, text } from '../schemas.ts';
import { Model, Supplier, toModel } from '../user/catalogue.ts';
import { crud } from './crud.ts';
import type { AdminRouteOptions } from './options.ts';

const Name = text(128, { examples: ['MAX UV385'] });
const IdentifierText = text(128, {
  description: 'What gateways may call the model when they register a device.',
  examples: ['MAX UV385'],
});

const Identifier = closed(
  { id: Id, identifier: IdentifierText, modelId: Id },
  { description: 'A name by which gateways register devices of a model.' },
);

/** What a device can be; reading it is the same for users. */
export function catalogueChanges(app: App, options: AdminRouteOptions): void {
  const { db } = options;

  crud(app, options, {
    ...{ path: '/suppliers', param: 'supplierId', tag: 'catalogue', what: 'supplier', kind: 'supplier' },
    view: Supplier,
    required: { name: text(128, { examples: ['Asiga'] }) },
    optional: {},
    twin: 'another supplier has this name',
    removal:
      'Its models with their identifiers and pictures go along, which wants `confirm`. One whose models devices are of is kept.',
    nameOf: ({ name }) => name,
    show: showSupplier,
    insert: insertSupplier,
    update: updateSupplier,
    remove: deleteSupplier,
    count: countSupplierContents,
  });

  crud(app, options, {
    ...{ path: '/device-models', param: 'modelId', tag: 'catalogue', what: 'device model', kind: 'device_model' },
    view: Model,
    required: { supplierId: Id, name: Name },
    optional: {},
    twin: 'the supplier has another model of this name',
    removal: 'Its identifiers and its picture go along, which wants `confirm`. One that devices are of is kept.',
    nameOf: ({ name }) => name,
    show: async (tx: Db, id: string) => {
      const row = await showModel(tx, id);
      return row && toModel(row);
    },
    insert: insertModel,
    update: updateModel,
    remove: deleteModel,
    count: countModelContents,
  });

  const refusals = ['REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN'] as const;
  const list = {
    summary: 'List model identifiers',
    description: 'By which names gateways can register devices, and of which models these are.',
    tags: ['catalogue'],
    querystring: closed({
      modelId: anyOf(Id, 'Only identifiers of this model.'),
      identifier: anyOf(text(128), 'Only this one, as it is written.'),
      q: search('identifier'),
      ...listQuery(IDENTIFIER_ORDER, 'identifier'),
    }),
    response: { 200: closed(page(Identifier), { description: 'A page of identifiers.' }), ...failures(...refusals) },
  };
  app.get('/model-identifiers', { schema: list }, ({ query }) =>
    readPage(query, (page) => listIdentifiers(db, query, page)),
  );

  const one = {
    summary: 'Show a model identifier',
    tags: ['catalogue'],
    params: closed({ identifierId: Id }),
    querystring: closed({}),
    response: { 200: Identifier, ...failures(...refusals, 'NOT_FOUND') },
  };
  app.get('/model-identifiers/:identifierId', { schema: one }, async ({ params: { identifierId } }) => {
    const found = await showIdentifier(db, identifierId);
    if (!found) throw new StepCloudError('NOT_FOUND', 'there is no such model identifier');
    return found;
  });

  crud(app, options, {
    ...{ path: '/model-identifiers', param: 'identifierId', tag: 'catalogue', kind: 'model_identifier' },
    what: 'model identifier',
    view: Identifier,
    required: { identifier: IdentifierText, modelId: Id },
    optional: {},
    twin: 'a model has this identifier already',
    removal: 'Registrations by it are refused from then on (MODEL_UNKNOWN); devices keep their model.',
    nameOf: ({ identifier }) => identifier,
    show: showIdentifier,
    insert: insertIdentifier,
    update: updateIdentifier,
    remove: deleteIdentifier,
    count: async () => ({ keeps: {}, goes: {} }),
  });
}
