import { randomUUID } from 'node:crypto';
import { UnrecoverableError } from 'bullmq';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { buildApi } from '../../src/api/server.ts';
import { StepCloudError } from '../../src/errors.ts';
import { consume } from '../../src/queue/consume.ts';
import { postgresStore } from '../../src/queue/postgres.ts';
import { createScene, type Scene } from './scene.ts';

const WAIT = { timeout: 15_000, interval: 20 };

let scene: Scene;
let token: string;
beforeAll(async () => {
  scene = await createScene();
  token = await scene.signIn(await scene.createUser({ isAdmin: true }));
  await vi.waitFor(async () => expect(await scene.queue.isReady()).toBe(true), WAIT);
});
afterAll(() => scene?.close());

const post = (path: string) => scene.request({ method: 'POST', url: `/admin/api/v1/queues/${path}`, token });
const audited = async () => (await scene.get('/admin/api/v1/audit?action=queue.retried', token)).body.items;

/** Sends batches that a worker gives up. */
async function fail(count: number): Promise<string[]> {
  const batches = Array.from({ length: count }, () => randomUUID());
  for (const batch of batches) await scene.queue.send({ v: 1, batch, shard: 0, body: 'AAAA' }, 5_000);
  const store = postgresStore({ url: scene.databaseUrl, log: scene.log });
  const handle = () => Promise.reject(new UnrecoverableError('no such table'));
  const worker = consume({ store, shards: 1, concurrency: 1, log: scene.log, handle });
  await vi.waitFor(async () => expect(await scene.queue.depth()).toEqual({ waiting: 0, failed: count }), WAIT);
  await worker.close(1_000);
  return batches;
}

it('an admin sees the queues, and what they gave up, and has it tried again', async () => {
  const empty = { shard: 0, waiting: 0, active: 0, delayed: 0, failed: 0, paused: false, oldestAt: null };
  expect((await scene.get('/admin/api/v1/queues', token)).body).toEqual({ backend: 'postgres', items: [empty] });

  const batches = await fail(3);
  const [{ failed, oldestAt }] = (await scene.get('/admin/api/v1/queues', token)).body.items;
  expect([failed, oldestAt]).toEqual([3, expect.any(String)]);
  const items = await scene.getAll('/admin/api/v1/queues/failed?limit=2', token);
  expect(items.map(({ batch }) => batch)).toEqual([...batches].reverse());
  expect(items[0]).toEqual({
    ...{ shard: 0, job: expect.any(Number), batch: batches[2], reason: 'no such table', attempts: 1, bytes: 3 },
    ...{ addedAt: expect.any(String), failedAt: expect.any(String) },
  });

  const { shard, job } = items[0];
  expect(await post(`${shard}/failed/${job}/retry`)).toMatchObject({ status: 200, body: items[0] });
  expect(await post(`${shard}/failed/${job}/retry`)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  expect(await post('7/failed/1/retry')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  expect(await post('failed/retry')).toMatchObject({ status: 200, body: { retried: 2 } });
  expect(await post('failed/retry')).toMatchObject({ status: 200, body: { retried: 0 } });
  expect(await scene.queue.depth()).toEqual({ waiting: 3, failed: 0 });

  scene.clock.now += 1_000;
  expect((await audited()).map(({ detail }: { detail: object }) => detail)).toEqual([
    { batches: 2 },
    { shard: 0, batch: batches[2], reason: 'no such table' },
  ]);
});

it('who asks while the queue is away is told so', async () => {
  const away = async () => {
    throw new StepCloudError('QUEUE_UNAVAILABLE', 'the queue is not connected', { retryAfterS: 5 });
  };
  const queue = { ...scene.queue, states: away, listFailed: away, retryAll: away };
  const app = await buildApi({ ...scene.parts, queue });
  const headers = { authorization: `Bearer ${token}` };
  for (const [method, url] of [
    ['GET', '/admin/api/v1/queues'],
    ['GET', '/admin/api/v1/queues/failed'],
    ['POST', '/admin/api/v1/queues/failed/retry'],
  ] as const) {
    const response = await app.inject({ method, url, headers });
    expect([response.statusCode, response.json().code], url).toEqual([503, 'QUEUE_UNAVAILABLE']);
    expect(response.headers['retry-after']).toBe('5');
  }
  await app.close();
});
