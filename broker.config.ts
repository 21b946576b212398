import { defineConfig } from 'stepcloud/config';

/**
 * Operator settings of the broker and of the path from PUBLISH to row. Data only: what is left out has its default
 * (docs/configuration.md lists them all). Sizes are bytes, times milliseconds.
 */
export default defineConfig({
  maxPacketBytes: 1024 * 1024,
  ackTimeoutMs: 10_000,
  batch: { maxMessages: 2000, maxBytes: 512 * 1024, lingerMs: 3 },
  time: { horizonDays: 3653, aheadMs: 5 * 60_000 },
  partitionSpan: 'month',
  // Days; null: for ever.
  retentionDays: { readings: null, events: null, logs: null, rollups: null, deadLetters: 30, audit: 730 },
});
