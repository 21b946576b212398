import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findModels } from '../../src/db/catalogue.ts';
import { createScene, type Scene } from './scene.ts';

let scene: Scene;
let token: string;
const ids: Record<string, string> = {};

beforeAll(async () => {
  scene = await createScene();
  token = await scene.signIn(await scene.createUser());
  for (const supplier of ['Formlabs', '100 % Print']) {
    ids[supplier] = uuid();
    await scene.db.insertInto('supplier').values({ id: ids[supplier], name: supplier }).execute();
  }
  await addModel('Formlabs', 'Form 4', ['Form 4', 'FORM-4', 'frm4']);
  await addModel('Formlabs', 'Form 4B', ['FRM4', 'Form 4B']);
  await addModel('100 % Print', 'Unnamed', []);
});
afterAll(() => scene?.close());

async function addModel(supplier: string, name: string, identifiers: string[]): Promise<void> {
  const id = uuid();
  ids[name] = id;
  await scene.db
    .insertInto('device_model')
    .values({ id, supplier_id: ids[supplier] as string, name })
    .execute();
  for (const identifier of identifiers)
    await scene.db.insertInto('model_identifier').values({ identifier, device_model_id: id }).execute();
}

async function namesOf(path: string, query: Record<string, string>): Promise<string[]> {
  const { status, body, text } = await scene.get(`/api/v1/${path}?${new URLSearchParams(query)}`, token);
  expect(status, text).toBe(200);
  return body.items.map(({ name }: { name: string }) => name);
}

describe('suppliers', () => {
  it.each([
    ['all, by name', {}, ['100 % Print', 'Asiga', 'EMAG', 'Formlabs', 'NK-Optik']],
    ['with a text in their name, in any case', { q: 'FORM' }, ['Formlabs']],
    ['with a sign in it that searches otherwise know', { q: '%' }, ['100 % Print']],
    ['none', { q: 'nobody' }, []],
  ])('are listed: %s', async (_, query, expected) => {
    expect(await namesOf('suppliers', query)).toEqual(expected);
  });

  it('come in pages', async () => {
    const names = (await scene.getAll('/api/v1/suppliers?limit=2', token)).map(({ name }) => name);
    expect(names).toEqual(await namesOf('suppliers', {}));
  });
});

describe('device models', () => {
  it('are shown with their supplier and what gateways may call them', async () => {
    const expected = {
      id: ids['Form 4'],
      name: 'Form 4',
      supplierId: ids.Formlabs,
      supplier: 'Formlabs',
      imageUrl: null,
      identifiers: expect.toSatisfy((names) => String([...names].sort()) === 'FORM-4,Form 4,frm4'),
    };
    const { items } = (await scene.get(`/api/v1/device-models?supplierId=${ids.Formlabs}`, token)).body;
    expect(items[0]).toEqual(expected);
    expect((await scene.get(`/api/v1/device-models/${ids['Form 4']}`, token)).body).toEqual(expected);
  });

  it.each<[string, () => Record<string, string>, string[]]>([
    ['of a supplier', () => ({ supplierId: ids.Formlabs as string }), ['Form 4', 'Form 4B']],
    ['of a supplier that there is not', () => ({ supplierId: uuid() }), []],
    ['with a text in their name', () => ({ q: '4b' }), ['Form 4B']],
    ['with a text in their supplier', () => ({ q: 'formlabs' }), ['Form 4', 'Form 4B']],
    ['with a text in an identifier', () => ({ q: 'orm-4' }), ['Form 4']],
    ['without an identifier, by their supplier', () => ({ q: '%' }), ['Unnamed']],
    ['with both', () => ({ q: '4', supplierId: ids['100 % Print'] as string }), []],
  ])('are filtered: %s', async (_, query, expected) => {
    expect(await namesOf('device-models', query())).toEqual(expected);
  });

  it.each([
    ['as it is written', 'frm4', ['Form 4']],
    ['as it is written, though another differs in case alone', 'FRM4', ['Form 4B']],
    ['in other case, where one is written so', 'form-4', ['Form 4']],
    ['in part', 'Form', []],
  ])('are found by an identifier %s, as a registration finds them', async (_, identifier, expected) => {
    expect(await namesOf('device-models', { identifier })).toEqual(expected);
    const meant = (await findModels(scene.db, [identifier])).get(identifier);
    expect(meant).toBe(expected[0] && ids[expected[0]]);
  });

  it('come in pages, by supplier and name', async () => {
    const models = await scene.getAll('/api/v1/device-models?limit=3', token);
    expect(models).toHaveLength(10);
    const { body } = await scene.get('/api/v1/device-models?limit=200', token);
    expect(body).toEqual({ items: models, nextCursor: null });
    expect(models.slice(0, 2).map(({ name }) => name)).toEqual(['Unnamed', 'MAX Mini']);
  });

  it('one that there is not answers 404', async () => {
    const { status, body } = await scene.get(`/api/v1/device-models/${uuid()}`, token);
    expect([status, body.code]).toEqual([404, 'NOT_FOUND']);
  });

  it.each(['x', btoa('{"supplier":"a"}'), btoa('{"after":"a"}')])('refuse the cursor %s', async (cursor) => {
    const { status, body } = await scene.get(`/api/v1/device-models?cursor=${cursor}`, token);
    expect([status, body.code]).toEqual([400, 'REQUEST_INVALID']);
  });
});
