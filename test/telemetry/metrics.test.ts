import { expect, it } from 'vitest';
import { createMetrics } from '../../src/telemetry/metrics.ts';

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
