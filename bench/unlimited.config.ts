import { defineConfig } from 'stepcloud/config';

const UNLIMITED = { messagesPerSecond: 1_000_000_000, bytesPerSecond: 1_000_000_000 };

/** What the benchmarks of ingest run with. */
export default defineConfig({ rates: { gateway: UNLIMITED, customer: UNLIMITED } });
