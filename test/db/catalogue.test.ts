import { afterAll, beforeAll, expect, it } from 'vitest';
import { findModel } from '../../src/db/catalogue.ts';
import { SIMULATED_DEVICES } from '../../src/simulator/index.ts';
import { type Own, ownDatabase } from './tenant.ts';

let own: Own;
beforeAll(async () => {
  own = await ownDatabase();
});
afterAll(() => own?.close());

const MODELS = [
  ['Asiga', 'MAX Mini'],
  ['Asiga', 'MAX UV365'],
  ['Asiga', 'MAX UV385'],
  ['Asiga', 'PRO 2 UV385'],
  ['Asiga', 'PRO 4K UV385'],
  ['EMAG', 'Emmi-30 HC'],
  ['NK-Optik', 'Otoflash G171'],
] as const;

it('a freshly migrated database knows seven models, each identified by its own name', async () => {
  const models = await own.db
    .selectFrom('device_model')
    .innerJoin('supplier', 'supplier.id', 'device_model.supplier_id')
    .leftJoin('model_identifier', 'model_identifier.device_model_id', 'device_model.id')
    .select(['supplier.name as supplier', 'device_model.name', 'identifier'])
    .orderBy('supplier.name')
    .orderBy('device_model.name')
    .execute();
  expect(models).toEqual(MODELS.map(([supplier, name]) => ({ supplier, name, identifier: name })));
});

it('an identifier finds its model, exactly as it is written', async () => {
  const { id } = await own.db
    .selectFrom('device_model')
    .where('name', '=', 'Otoflash G171')
    .select('id')
    .executeTakeFirstOrThrow();
  expect(await findModel(own.db, 'Otoflash G171')).toBe(id);
  expect(await findModel(own.db, 'otoflash g171')).toBeUndefined();
});

it('every simulated device that names a model is of the catalogue', async () => {
  const models = SIMULATED_DEVICES.map(({ model }) => model).filter((model) => model !== '');
  expect(models.length).toBeGreaterThan(0);
  for (const model of models) expect(await findModel(own.db, model), model).toBeDefined();
});
