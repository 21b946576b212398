import { expect, it } from 'vitest';
import { describeBackends } from '../support/backends.ts';
import { runFaults } from './run.ts';

/**
 * Promises 1 and 2, by force. In the suite a short run; `npm run test:faults` is a longer one, and what is set in the
 * environment makes it as long as one likes (docs/reliability.md).
 */
const { env } = process;
const number = (name: string, fallback: number) => Number(env[`STEPCLOUD_FAULTS_${name}`] ?? fallback);
const OPTIONS = {
  messages: number('MESSAGES', 600),
  workers: number('WORKERS', 1),
  kills: number('KILLS', 1),
  pauseMs: number('PAUSE_MS', 200),
  seconds: number('SECONDS', 2),
  seed: number('SEED', 1),
};
const backends = (env.STEPCLOUD_FAULTS_BACKEND ?? 'Postgres,Redis').split(',');

describeBackends('an installation whose processes are killed and stopped at random', (backend) => {
  it.runIf(backends.includes(backend))(
    'loses nothing, doubles nothing, and recovers by itself',
    {
      timeout: 120_000 + OPTIONS.seconds * 5_000,
    },
    async () => {
      const report = await runFaults({ backend, ...OPTIONS });
      console.log(`faults: queue on ${backend}, seed ${OPTIONS.seed}: ${JSON.stringify(report)}`);
      expect(report).toMatchObject({ lost: 0, doubled: 0, uncaught: [] });
      expect(report.acknowledged).toBe(report.sent);
      expect(report.rows + report.deadLetters).toBe(report.acknowledged);
      expect(report.deadLetters).toBeGreaterThan(0);
      for (const { kills } of Object.values(report.faults)) expect(kills).toBe(OPTIONS.kills);
    },
  );
});
