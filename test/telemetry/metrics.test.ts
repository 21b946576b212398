import { expect, it } from 'vitest';
import { createCountedPools, createMetrics } from '../../src/telemetry/metrics.ts';

it('the age of the oldest job is asked for at each scrape, is 0 of an empty queue, and stays while the queue is away', async () => {
  let answer: () => Promise<number | undefined> = async () => Date.now() - 90_000;
  const { registry } = createMetrics({ depth: async () => ({ waiting: 0, failed: 0 }), oldestJob: () => answer() });
  const age = async () => {
    const text = await registry.getSingleMetricAsString('stepcloud_queue_oldest_job_seconds');
    return Number(/^stepcloud\S+ (\S+)$/m.exec(text)?.[1]);
  };
  const first = await age();
  expect(first).toBeGreaterThanOrEqual(90);
  expect(first).toBeLessThan(100);
  answer = () => Promise.reject(new Error('away'));
  expect(await age()).toBe(first);
  answer = async () => undefined;
  expect(await age()).toBe(0);
});

it('the first scrape has what there is then of the queue, asked once, and of pools that are open', async () => {
  let asked = 0;
  const depth = async () => ({ waiting: 3, failed: ++asked });
  const pools = createCountedPools();
  const pool = { totalCount: 3, idleCount: 1, waitingCount: 2, ended: false, options: { max: 4 } };
  pools.queries.add(pool).add({ ...pool, ended: true });
  const { registry } = createMetrics({ depth, oldestJob: async () => undefined }, pools);
  const text = await registry.metrics();
  for (const line of [
    'stepcloud_queue_waiting_jobs 3',
    'stepcloud_queue_failed_jobs 1',
    'stepcloud_database_pool_limit{pool="queries"} 4',
    'stepcloud_database_pool_waiting{pool="queries"} 2',
    'stepcloud_database_pool_connections{pool="queries",state="busy"} 2',
    'stepcloud_database_pool_connections{pool="queries",state="idle"} 1',
  ])
    expect(text.split('\n')).toContain(line);
  expect(await registry.metrics()).toContain('stepcloud_queue_failed_jobs 2');
});
