import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Running } from '../../src/roles.ts';
import { JOBS } from '../../src/worker/jobs.ts';
import { startProcess } from '../support/process.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';

const WAIT = { timeout: 15_000, interval: 50 };

let world: World;
let gateway: TestGateway;
let broker: Running;
let worker: Running;

beforeAll(async () => {
  world = await createWorld({ roles: [], env: { METRICS_PORT: '0' } });
  broker = await world.start('broker');
  worker = await world.start('worker');
  gateway = await world.createGateway();
});
afterAll(() => world.close());

async function scrape(role: Running): Promise<Map<string, number>> {
  const text = await (await fetch(`http://127.0.0.1:${role.metricsPort}/metrics`)).text();
  return new Map(
    text.split('\n').flatMap((line) => {
      const [, name, value] = /^(stepcloud_\S+) (\S+)$/.exec(line) ?? [];
      return name ? [[name, Number(value)] as const] : [];
    }),
  );
}

it('counts a message at every station, and what is counted adds up to what was sent', async () => {
  const client = await world.connect(gateway);
  const path = `v1/gateways/${gateway.id}/devices/counted`;
  const ts = Date.now() - 10_000;
  for (let n = 0; n < 10; n++) {
    await client.publishAsync(`${path}/readings`, JSON.stringify({ ts: ts + n, values: { n, label: 'text' } }), {
      qos: 1,
    });
  }
  await client.publishAsync(`${path}/readings`, JSON.stringify({ ts, values: { n: 0 } }), { qos: 1 });
  await client.publishAsync(`${path}/readings`, JSON.stringify({ ts, values: { n: 7 } }), { qos: 1 });
  const stranger = await world.createGateway();
  for (const [topic, payload] of [
    [`${path}/readings`, '{"ts": 1, "values"'],
    [`${path}/unheard-of`, 'anything'],
    [`v1/gateways/${stranger.id}/devices/counted/readings`, JSON.stringify({ ts, values: { n: 0 } })],
  ] as const)
    await client.publishAsync(topic, payload, { qos: 1 });
  await vi.waitFor(async () => {
    const stored = await scrape(worker);
    expect(stored.get('stepcloud_worker_items_total{outcome="stored"}')).toBe(20);
    expect(stored.get('stepcloud_worker_items_total{outcome="duplicate"}')).toBe(1);
    expect(stored.get('stepcloud_worker_items_total{outcome="rejected"}')).toBe(4);
    for (const code of ['VALUE_CONFLICT', 'PAYLOAD_NOT_JSON', 'TOPIC_UNKNOWN', 'TOPIC_FOREIGN'])
      expect([code, stored.get(`stepcloud_worker_dead_letters_total{code="${code}"}`)]).toEqual([code, 1]);
    for (const name of ['store', 'transaction', 'end_to_end'])
      expect([name, stored.get(`stepcloud_worker_${name}_seconds_count`)]).toEqual([
        name,
        stored.get('stepcloud_worker_batches_total{outcome="stored"}'),
      ]);
    expect(stored.get('stepcloud_worker_losses_total')).toBe(0);
  }, WAIT);
  const taken = await scrape(broker);
  expect(taken.get('stepcloud_broker_connections')).toBe(1);
  expect(taken.get('stepcloud_broker_connects_total{outcome="accepted"}')).toBe(1);
  expect(taken.get('stepcloud_broker_refused_total{code="TOPIC_UNKNOWN"}')).toBe(1);
  expect(taken.get('stepcloud_broker_refused_total{code="TOPIC_FOREIGN"}')).toBe(1);
  for (const name of ['accepted_total', 'acknowledged_total', 'batch_messages_sum'])
    expect([name, taken.get(`stepcloud_ingest_${name}`)]).toEqual([name, 15]);
  expect(taken.get('stepcloud_ingest_given_up_total')).toBe(0);
  // A job goes a moment after what it brought is stored.
  await vi.waitFor(async () => {
    const queue = await scrape(broker);
    expect(queue.get('stepcloud_queue_waiting_jobs')).toBe(0);
    expect(queue.get('stepcloud_queue_failed_jobs')).toBe(0);
    expect(queue.get('stepcloud_queue_oldest_job_seconds')).toBe(0);
  }, WAIT);
});

it('counts the connections to Postgres, by what they are for', async () => {
  const { poolSize, workerConcurrency } = world.config; // and one shard
  const limits = [
    [broker, { queries: poolSize, maintenance: 0, queue: 3 }],
    [worker, { queries: workerConcurrency + 2, maintenance: JOBS.length + 2, queue: workerConcurrency + 3 + 3 }],
  ] as const;
  for (const [role, pools] of limits) {
    const counted = await scrape(role);
    for (const [pool, limit] of Object.entries(pools)) {
      const of = (name: string, more = '') => counted.get(`stepcloud_database_pool_${name}{pool="${pool}"${more}}`);
      expect([pool, of('limit')]).toEqual([pool, limit]);
      expect(of('waiting')).toBeGreaterThanOrEqual(0);
      const [idle = -1, busy = -1] = ['idle', 'busy'].map((state) => of('connections', `,state="${state}"`));
      expect(Math.min(idle, busy)).toBeGreaterThanOrEqual(0);
      expect(idle + busy).toBeGreaterThanOrEqual(Math.min(1, limit));
      expect(idle + busy).toBeLessThanOrEqual(limit);
    }
  }
});

it.each(['healthz', 'readyz'])('answers /%s when the role runs', async (page) => {
  for (const role of [broker, worker]) {
    await vi.waitFor(
      async () => expect((await fetch(`http://127.0.0.1:${role.metricsPort}/${page}`)).status).toBe(200),
      WAIT,
    );
  }
});

it('logs one id of a message from its PUBLISH to its row', async () => {
  const traced = await startProcess(world, 'broker', { LOG_LEVEL: 'trace', METRICS_PORT: '0' });
  const storing = await startProcess(world, 'worker', { LOG_LEVEL: 'trace', METRICS_PORT: '0' });
  await worker.close();
  try {
    const port = await traced.port();
    const client = await world.connect(gateway, { port });
    const topic = `v1/gateways/${gateway.id}/devices/traced/readings`;
    await client.publishAsync(topic, JSON.stringify({ ts: Date.now(), values: { n: 1 } }), { qos: 1 });
    const line = await vi.waitFor(() => {
      const lines = traced
        .output()
        .split('\n')
        .filter((text) => text.includes('message in the queue'));
      expect(lines).toHaveLength(1);
      return JSON.parse(lines[0] as string) as { message: string; topic: string };
    }, WAIT);
    expect(line.topic).toBe(topic);
    await vi.waitFor(() => expect(storing.output()).toMatch(new RegExp(`${line.message}.*message committed`)), WAIT);
  } finally {
    await traced.kill();
    await storing.kill();
  }
});

it('knows no other page', async () => {
  expect((await fetch(`http://127.0.0.1:${broker.metricsPort}/`)).status).toBe(404);
});
