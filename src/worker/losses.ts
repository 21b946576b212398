import { type FoundLoss, recordLosses } from '../db/losses.ts';
import type { Job, JobContext } from './job.ts';

/** How far the clocks of brokers and workers may be apart; a hole younger than this is never called lost. */
const MARGIN_MS = 5 * 60_000;

/** Finds numbers of gateways that no job in the queue can bring any more (docs/decisions/0008-what-a-loss-is.md). */
export const findLossesJob: Job = {
  name: 'find-losses',
  everyMs: 60_000,
  async run(context) {
    const losses = await findLosses(context);
    const messages = losses.reduce((sum, { lost }) => sum + lost, 0);
    return messages > 0 ? { messages, gateways: new Set(losses.map(({ gatewayId }) => gatewayId)).size } : undefined;
  },
};

/** The queue is asked before the books are read: a job that is not in it any more has left its numbers there, or is gone. */
export async function findLosses({
  db,
  queue,
  clock,
  metrics,
  log,
}: Pick<JobContext, 'db' | 'queue' | 'clock' | 'metrics' | 'log'>): Promise<FoundLoss[]> {
  const oldestJob = await queue.oldestJob();
  const now = clock();
  const settledBefore = new Date(Math.min(oldestJob ?? now, now) - MARGIN_MS);
  const losses = await recordLosses(db, { now: new Date(now), settledBefore });
  for (const { gatewayId, brokerId, hour, numbers, lost } of losses) {
    metrics.losses.inc(lost);
    log.error({ gateway: gatewayId, broker: brokerId, hour, lost, numbers }, 'acknowledged messages are lost');
  }
  return losses;
}
