import type { Db } from '../db/database.ts';
import { DELAY_REASONS, type Delay, type DelayReason, readShares, replaceDelays } from '../db/delays.ts';
import { inTime } from '../deadline.ts';
import type { Pacing } from '../ingest/pacing.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';

const LOOK_INTERVAL_MS = 2_000;
const LOOK_DEADLINE_MS = 5_000;

export interface DelaysOptions {
  pacing: Pacing;
  db: Db;
  processId: string;
  metrics: Metrics['broker'];
  log: Log;
}

/**
 * Tells the database which gateways are delayed here, so that their customers can see it, and asks it which part of a
 * customer's rate is ours, where other brokers serve the same customer. While it is away, what was known stays.
 */
export function watchDelays({ pacing, db, processId, metrics, log }: DelaysOptions): { close(): Promise<void> } {
  let told = '';
  let looking: Promise<void> | undefined;
  let isAway = false;
  const timer = setInterval(() => {
    looking ??= lookSafely().finally(() => {
      looking = undefined;
    });
  }, LOOK_INTERVAL_MS);
  timer.unref();

  async function lookSafely(): Promise<void> {
    const delays = pacing.delays();
    for (const reason of Object.keys(DELAY_REASONS) as DelayReason[])
      metrics.delayed.set({ reason }, delays.filter((one) => one.reason === reason).length);
    try {
      await inTime('noting delays', LOOK_DEADLINE_MS, () => look(delays));
      isAway = false;
    } catch (error) {
      if (!isAway) log.warn({ reason: (error as Error).message }, 'cannot note which gateways are delayed now');
      isAway = true;
    }
  }

  async function look(delays: readonly Delay[]): Promise<void> {
    const key = delays.map(({ gatewayId, reason }) => `${gatewayId} ${reason}`).join();
    if (key !== told) await replaceDelays(db, processId, delays);
    told = key;
    pacing.setShares(await readShares(db, processId));
  }

  return {
    async close() {
      clearInterval(timer);
      await looking;
    },
  };
}
