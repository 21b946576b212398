import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Action,
  areasOf,
  type Document,
  fill,
  type Screen,
  screenOf,
  targetOf,
} from '../../web/src/platform/document.ts';
import { toBody } from '../../web/src/platform/forms.ts';
import { outcomeOf } from '../../web/src/platform/outcome.ts';
import { createScene, type Scene } from '../api/scene.ts';

let scene: Scene;
let document: Document;

beforeAll(async () => {
  scene = await createScene();
  document = (await scene.get('/admin/docs/json')).body;
});
afterAll(() => scene?.close());

const BASE = '/admin/api/v1';

const summaries = ({ create, change, remove, actions, bulkActions, rowActions, uploads }: Screen): string[] =>
  [create, change, remove, ...actions, ...bulkActions, ...rowActions, ...uploads].flatMap(
    (action) => action?.operation.summary ?? [],
  );
const screen = (path: string): Screen => screenOf(document, path) as Screen;

describe('the screens that are made of the admin API', () => {
  it('show everything that it shows, and offer everything that it offers', () => {
    const templates = Object.keys(document.paths).map((path) => path.replace(BASE, ''));
    const shown = templates.filter((path) => document.paths[BASE + path]?.get);
    const offered = new Set(shown.flatMap((template) => summaries(screen(template))));
    expect(shown.filter((template) => screen(template).template !== template)).toEqual([]);
    const operations = templates
      .flatMap((path) => Object.entries(document.paths[BASE + path] ?? {}))
      .filter(([method]) => method !== 'get')
      .map(([, { summary }]) => summary);
    expect(operations.filter((summary) => !offered.has(summary))).toEqual([]);
  });

  it('are reached from an area, or from another screen', () => {
    const paths = areasOf(document).map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['/overview', '/retention', '/connections', '/queues', '/audit']));
    expect(screen('/customers').rowScreen).toBe('/customers/{customerId}');
    expect(screen('/devices/1').parts.map(({ path }) => path)).toEqual(['/devices/1/sensors']);
  });

  it.each([
    ['/customers', ['Create a customer']],
    ['/devices/1/sensors', ['Change a sensor']],
    ['/connections', ['End a connection']],
    ['/maintenance', ['Run a maintenance job now']],
    ['/queues/failed', ['Retry all failed batches', 'Retry a failed batch']],
    ['/dead-letters', ['Discard many dead letters', 'Replay many dead letters']],
    ['/retention', []],
  ])('%s offers %j', (path, offered) => {
    expect(summaries(screen(path))).toEqual(offered);
  });

  it('send what is done to a row to where the row is', () => {
    const [change] = screen('/devices/1/sensors').rowActions;
    expect(change && targetOf(change, { deviceId: '1' }, { label: 'a b' })).toBe('/devices/1/sensors?label=a+b');
    expect(fill('/customers/{customerId}', {}, { id: 'x/y' })).toBe('/customers/x%2Fy');
  });
});

describe('what came of an action', () => {
  const action = (path: string, summary: string): Action => {
    const { actions, bulkActions, rowActions } = screen(path);
    return [...actions, ...bulkActions, ...rowActions].find(({ operation }) => operation.summary === summary) as Action;
  };
  const failed = { shard: 1, job: 2, batch: '3', reason: 'no disk', attempts: 4, addedAt: '', failedAt: '', bytes: 5 };

  it.each([
    ['/queues/failed', 'Retry all failed batches', { retried: 3 }, 'They wait again.', { retried: 3 }],
    ['/queues/failed', 'Retry a failed batch', failed, 'It waits again; this is how it was.', undefined],
    ['/dead-letters', 'Replay many dead letters', { items: [{ id: '1' }] }, 'What became of each.', [{ id: '1' }]],
    ['/customers/1', 'Suspend a customer', { id: '1' }, undefined, undefined],
    ['/connections', 'End a connection', undefined, 'The broker is told.', undefined],
  ])('%s: %s', (path, summary, answer, text, value) => {
    expect(outcomeOf(action(path, summary), screen(path).schema, answer)).toMatchObject({ summary, text, value });
  });
});

describe('a form', () => {
  const text = { type: 'string' };
  const schema = { properties: { name: text, city: { type: ['string', 'null'] } }, required: ['name'] };

  it.each([
    ['a new one: what is filled in', { name: 'A', city: '' }, undefined, { name: 'A' }],
    ['a change: what differs', { name: 'A', city: 'B' }, { name: 'A', city: null }, { city: 'B' }],
    ['a change that empties', { name: 'A', city: '' }, { name: 'A', city: 'B' }, { city: null }],
    ['no change', { name: 'A' }, { name: 'A', city: null }, {}],
  ])('sends of %s', (_, values, before, body) => {
    expect(toBody(schema, values, before)).toEqual(body);
  });
});
