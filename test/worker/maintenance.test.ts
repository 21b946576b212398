import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BrokerSettings } from '../../src/config.ts';
import type { Database } from '../../src/db/database.ts';
import { type JobResult, takeLock } from '../../src/db/maintenance.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import type { Job, JobContext } from '../../src/worker/job.ts';
import { type Maintenance, startMaintenance } from '../../src/worker/maintenance.ts';
import { type Own, ownDatabase } from '../db/tenant.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const HOUR = 3_600_000;
const WAIT = { timeout: 10_000, interval: 10 };
const log = createLog('test', { level: 'silent', pretty: false });

let own: Own;
let now: number;
let started: Maintenance[];
beforeAll(async () => {
  own = await ownDatabase();
});
afterAll(() => own.close());
beforeEach(() => {
  now = NOW;
  started = [];
});
afterEach(async () => {
  await Promise.all(started.map((one) => one.close()));
  await sql`DELETE FROM maintenance_job`.execute(own.db);
});

/** What a worker process does for maintenance, with a pool of its own. */
function start(
  jobs: readonly Job[],
  metrics = createMetrics().maintenance,
): { maintenance: Maintenance; db: Database } {
  const db = own.open('-c application_name=keeper', jobs.length + 2);
  const settings = {} as BrokerSettings;
  const queue = { oldestJob: async () => undefined };
  const context = { db, queue, measureDisk: async () => undefined, settings, clock: () => now, metrics, log };
  const maintenance = startMaintenance({ ...context, jobs, tickMs: 10 });
  started.push(maintenance);
  return { maintenance, db };
}

/** A job that counts its runs. */
function counting(name: string, everyMs: number, run: (context: JobContext) => Promise<JobResult | undefined>) {
  const seen = { runs: 0, active: 0, mostActive: 0 };
  const job: Job = {
    name,
    everyMs,
    async run(context) {
      seen.runs++;
      seen.mostActive = Math.max(seen.mostActive, ++seen.active);
      return run(context).finally(() => seen.active--);
    },
  };
  return { job, seen };
}

const row = (name: string) =>
  own.db.selectFrom('maintenance_job').where('name', '=', name).selectAll().executeTakeFirstOrThrow();
const request = (name: string) =>
  own.db
    .updateTable('maintenance_job')
    .where('name', '=', name)
    .set({ requested_at: new Date(now) })
    .execute();
/** Gives every process many occasions to do what it should not do. */
const manyTicks = () => delay(150);

describe('a job', () => {
  it('of an earlier release is forgotten', async () => {
    start([counting('expire-everything', HOUR, async () => undefined).job]);
    await vi.waitFor(() => row('expire-everything'), WAIT);
    await started.pop()?.close();
    start([counting('tidy', HOUR, async () => undefined).job]);
    await vi.waitFor(() => row('tidy'), WAIT);
    await expect(row('expire-everything')).rejects.toThrow(/no result/);
  });

  it('runs when its time has come, and is shown with what it did and when it runs next', async () => {
    const { job, seen } = counting('tidy', HOUR, async () => ({ rows: 7 }));
    start([job]);
    await vi.waitFor(
      async () => expect(await row('tidy')).toMatchObject({ next_run_at: new Date(NOW + 60_000) }),
      WAIT,
    );
    expect(seen.runs).toBe(0);
    now += 60_000;
    await vi.waitFor(async () => {
      expect(await row('tidy')).toEqual({
        name: 'tidy',
        every_ms: String(HOUR),
        next_run_at: new Date(now + HOUR),
        requested_at: null,
        run_by: expect.stringMatching(/^.+:\d+$/),
        started_at: new Date(now),
        finished_at: new Date(now),
        succeeded_at: new Date(now),
        error: null,
        result: { rows: 7 },
        result_at: new Date(now),
      });
    }, WAIT);
    now += HOUR;
    await vi.waitFor(() => expect(seen.runs).toBe(2), WAIT);
  });

  it('runs in one process at a time, however many there are', async () => {
    const { job, seen } = counting('tidy', 1, async ({ db }) => {
      await sql`SELECT pg_sleep(0.02)`.execute(db);
      return { rows: 1 };
    });
    for (let process = 0; process < 4; process++) start([job]);
    await vi.waitFor(() => row('tidy'), WAIT);
    await vi.waitFor(() => {
      now += 60_000;
      expect(seen.runs).toBeGreaterThan(10);
    }, WAIT);
    expect(seen.mostActive).toBe(1);
  });

  it('does not begin while an earlier run of it, of whatever process, has not ended', async () => {
    const { job, seen } = counting('tidy', HOUR, async () => undefined);
    await own.db.connection().execute(async (other) => {
      await takeLock(other, 'tidy');
      start([job]);
      now += HOUR;
      await vi.waitFor(() => row('tidy'), WAIT);
      now += HOUR;
      await manyTicks();
      expect(seen.runs).toBe(0);
      await sql`SELECT pg_advisory_unlock_all()`.execute(other);
    });
    await vi.waitFor(() => expect(seen.runs).toBe(1), WAIT);
  });

  it('that fails says why, tries again after a minute at most, and is well again when it went well', async () => {
    const { job, seen } = counting('tidy', HOUR, async () => {
      if (seen.runs === 1) throw new Error('a table is locked');
      return undefined;
    });
    start([job]);
    await vi.waitFor(() => row('tidy'), WAIT);
    now += HOUR;
    const failed = {
      error: 'a table is locked',
      succeeded_at: null,
      next_run_at: new Date(now + 60_000),
      result: null,
    };
    await vi.waitFor(async () => expect(await row('tidy')).toMatchObject(failed), WAIT);
    now += 60_000;
    await vi.waitFor(
      async () => expect(await row('tidy')).toMatchObject({ error: null, succeeded_at: new Date(now) }),
      WAIT,
    );
  });

  it('that comes often and has nothing to do is not written down, but for now and then', async () => {
    const { job, seen } = counting('fold', 10_000, async () => (seen.runs === 5 ? { counts: 3 } : undefined));
    start([job]);
    const passes = async () => {
      const { runs } = seen;
      now += 10_000;
      await vi.waitFor(() => expect(seen.runs).toBe(runs + 1), WAIT);
      await vi.waitFor(() => expect(seen.active).toBe(0), WAIT);
    };
    await vi.waitFor(() => row('fold'), WAIT);
    await passes();
    const first = new Date(now);
    await vi.waitFor(async () => expect(await row('fold')).toMatchObject({ finished_at: first, result: null }), WAIT);
    for (let run = 0; run < 3; run++) await passes();
    expect(await row('fold')).toMatchObject({ finished_at: first });
    await passes();
    const did = { finished_at: new Date(now), result: { counts: 3 }, result_at: new Date(now) };
    await vi.waitFor(async () => expect(await row('fold')).toMatchObject(did), WAIT);
    for (let run = 0; run < 30; run++) await passes();
    await vi.waitFor(async () => expect(await row('fold')).toMatchObject({ ...did, finished_at: new Date(now) }), WAIT);
  });

  it('runs soon when somebody asks for it', async () => {
    const { job, seen } = counting('tidy', HOUR, async () => undefined);
    start([job]);
    await vi.waitFor(() => row('tidy'), WAIT);
    await request('tidy');
    await vi.waitFor(
      async () => expect(await row('tidy')).toMatchObject({ requested_at: null, finished_at: new Date(now) }),
      WAIT,
    );
    await manyTicks();
    expect(seen.runs).toBe(1);
  });

  it('is not put off by a clock that was set back', async () => {
    const { job, seen } = counting('tidy', HOUR, async () => undefined);
    start([job]);
    await vi.waitFor(() => row('tidy'), WAIT);
    now += HOUR;
    await vi.waitFor(() => expect(seen.runs).toBe(1), WAIT);
    now -= 24 * HOUR;
    await vi.waitFor(() => expect(seen.runs).toBe(2), WAIT);
  });

  it('does not keep others waiting', async () => {
    const slow = counting(
      'slow',
      HOUR,
      async ({ db }) => void (await sql`SELECT pg_sleep(60)`.execute(db)) as undefined,
    );
    const quick = counting('quick', 1_000, async () => undefined);
    start([slow.job, quick.job]);
    await vi.waitFor(() => row('slow'), WAIT);
    now += 60_000;
    await vi.waitFor(() => expect(slow.seen.runs).toBe(1), WAIT);
    for (let run = 1; run < 4; run++, now += 1_000)
      await vi.waitFor(() => expect(quick.seen.runs).toBeGreaterThanOrEqual(run), WAIT);
    expect(slow.seen.active).toBe(1);
  });
});

describe('a run that ends in the middle', () => {
  /** Sleeps in its first run, and says `rows` in the next ones. */
  const sleepy = () => {
    const sleeping = counting('tidy', HOUR, async ({ db }) => {
      if (sleeping.seen.runs > 1) return { rows: 1 };
      await sql`SELECT pg_sleep(60)`.execute(db);
      return undefined;
    });
    return sleeping;
  };
  const becomesDue = async (seen: { active: number }) => {
    await vi.waitFor(() => row('tidy'), WAIT);
    now += HOUR;
    await vi.waitFor(() => expect(seen.active).toBe(1), WAIT);
  };

  it('because its process stops is cut off, and runs again in the next one', async () => {
    const { job, seen } = sleepy();
    const { maintenance } = start([job]);
    await becomesDue(seen);
    const stoppedAt = performance.now();
    await maintenance.close();
    expect(performance.now() - stoppedAt).toBeLessThan(2_000);
    expect(seen.active).toBe(0);
    expect(await row('tidy')).toMatchObject({ started_at: new Date(now), finished_at: null, error: null });
    start([job]);
    await vi.waitFor(async () => expect(await row('tidy')).toMatchObject({ result: { rows: 1 } }), WAIT);
  });

  it('because its connection does is written down as failed, and runs again', async () => {
    const { job, seen } = sleepy();
    start([job]);
    await becomesDue(seen);
    await vi.waitFor(async () => {
      const { rows } = await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()`.execute(own.db);
      expect(rows).toHaveLength(1);
    }, WAIT);
    await vi.waitFor(async () => expect(await row('tidy')).toMatchObject({ error: expect.stringMatching(/./) }), WAIT);
    now += 60_000;
    await vi.waitFor(async () => expect(await row('tidy')).toMatchObject({ error: null, result: { rows: 1 } }), WAIT);
  });

  it('because every connection of its process does runs again, in whichever process comes first, and once at a time', async () => {
    const { job, seen } = sleepy();
    for (let process = 0; process < 3; process++) start([job]);
    await becomesDue(seen);
    await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'keeper'`.execute(own.db);
    await vi.waitFor(async () => {
      now += 60_000;
      expect(await row('tidy')).toMatchObject({ result: { rows: 1 } });
    }, WAIT);
    expect(seen.mostActive).toBe(1);
  });
});

it('a process that keeps the schedule passes it on when it stops', async () => {
  const { job, seen } = counting('tidy', HOUR, async () => undefined);
  const first = start([job]);
  await vi.waitFor(() => row('tidy'), WAIT);
  start([job]);
  await first.maintenance.close();
  now += HOUR;
  await vi.waitFor(() => expect(seen.runs).toBe(1), WAIT);
});

it('metrics say how runs went, and when each job last went well, also before this process came', async () => {
  const { job } = counting('tidy', HOUR, async () => undefined);
  const broken = counting('broken', HOUR, async () => {
    throw new Error('no');
  });
  const first = start([job, broken.job]);
  await vi.waitFor(() => row('tidy'), WAIT);
  now += HOUR;
  await vi.waitFor(async () => expect(await row('broken')).toMatchObject({ error: 'no' }), WAIT);
  await vi.waitFor(async () => expect(await row('tidy')).toMatchObject({ succeeded_at: new Date(now) }), WAIT);
  await first.maintenance.close();

  const metrics = createMetrics();
  start([job, broken.job], metrics.maintenance);
  const succeeded = async () => (await metrics.maintenance.succeeded.get()).values;
  await vi.waitFor(
    async () => expect(await succeeded()).toEqual([{ labels: { name: 'tidy' }, value: now / 1000 }]),
    WAIT,
  );
  await request('tidy');
  await request('broken');
  await vi.waitFor(async () => {
    const runs = (await metrics.maintenance.runs.get()).values.map(({ labels, value }) => ({ ...labels, value }));
    expect(runs).toContainEqual({ name: 'tidy', outcome: 'succeeded', value: 1 });
    expect(runs).toContainEqual({ name: 'broken', outcome: 'failed', value: 1 });
  }, WAIT);
});
