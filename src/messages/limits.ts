import type { BrokerSettings } from '../config.ts';
import type { TimeLimits } from './kind.ts';

const DAY = 86_400_000;

/** Which times are taken now. What is kept for some days is taken for as long: it never brings back what was deleted. */
export function timeLimits(
  { time, retentionDays }: Pick<BrokerSettings, 'time' | 'retentionDays'>,
  now: number,
): TimeLimits {
  const since = (days: number | null) => (days === null ? undefined : now - days * DAY);
  const { readings, events, logs } = retentionDays;
  return {
    horizonMs: time.horizonDays * DAY,
    aheadMs: time.aheadMs,
    keptFrom: { readings: since(readings), events: since(events), logs: since(logs) },
  };
}
