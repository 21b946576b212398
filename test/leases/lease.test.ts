import { hostname } from 'node:os';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { listProcesses } from '../../src/db/processes.ts';
import { type Lease, type LeaseOptions, startLease } from '../../src/leases/lease.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { type Own, ownDatabase } from '../db/tenant.ts';

const LEASE_MS = 600;
const WAIT = { timeout: 15_000, interval: 20 };
const log = createLog('test', { level: 'silent', pretty: false });

let own: Own;
const leases: Lease[] = [];
beforeAll(async () => {
  own = await ownDatabase();
});
afterEach(async () => {
  for (const lease of leases.splice(0)) await lease.close();
});
afterAll(() => own.close());

function start(options: Partial<LeaseOptions> = {}) {
  const metrics = createMetrics().leases;
  const processId = crypto.randomUUID();
  const lease = startLease({
    ...{ db: own.db, processId, role: 'worker', version: '1.2.3', leaseMs: LEASE_MS, metrics, log },
    ...options,
  });
  leases.push(lease);
  return { lease, processId, metrics };
}

async function rowOf(processId: string) {
  const { rows } = await sql<{ lives: boolean; renewed: string }>`
    SELECT expires_at > now() AS lives, renewed_at::text AS renewed FROM process WHERE id = ${processId}`.execute(
    own.db,
  );
  return rows[0];
}

async function isRenewed(processId: string): Promise<void> {
  const before = await rowOf(processId);
  await vi.waitFor(async () => expect((await rowOf(processId))?.renewed).not.toBe(before?.renewed), WAIT);
}

it('a process is listed from its start, lives for longer than one lease, and is gone when it stops', async () => {
  const { lease, processId } = start();
  await lease.registered;
  const listed = await listProcesses(own.db, { after: undefined, limit: 10 });
  const self = { id: processId, role: 'worker', version: '1.2.3', host: hostname(), connections: null };
  expect(listed).toMatchObject([self]);
  const { startedAt } = listed[0] as (typeof listed)[0];
  for (let n = 0; n < 6; n++) await isRenewed(processId);
  expect(Date.now() - startedAt.getTime()).toBeGreaterThan(LEASE_MS);
  expect(await rowOf(processId)).toMatchObject({ lives: true });
  await lease.close();
  expect(await rowOf(processId)).toBeUndefined();
});

it('one that was taken for dead registers again, and puts back what it has until that succeeds', async () => {
  const { lease, processId } = start();
  await lease.registered;
  const startedAt = async () => (await listProcesses(own.db, { after: undefined, limit: 10 }))[0]?.startedAt.getTime();
  const before = await startedAt();
  let attempts = 0;
  lease.onReturn(async () => {
    if (++attempts < 3) throw new Error('not yet');
  });
  await isRenewed(processId);
  expect(attempts).toBe(0);
  await own.db.deleteFrom('process').where('id', '=', processId).execute();
  await vi.waitFor(() => expect(attempts).toBe(3), WAIT);
  await isRenewed(processId);
  await isRenewed(processId);
  expect(attempts).toBe(3);
  expect(Math.abs(((await startedAt()) as number) - (before as number))).toBeLessThan(100);
});

it('the dead are buried by whoever lives, once', async () => {
  const others = [start(), start(), start()];
  await Promise.all(others.map(({ lease }) => lease.registered));
  const dead = await own.createProcess(1);
  await vi.waitFor(async () => expect(await rowOf(dead)).toBeUndefined(), WAIT);
  const counts = await Promise.all(others.map(({ metrics }) => metrics.died.get()));
  expect(counts.flatMap(({ values }) => values).filter(({ value }) => value > 0)).toMatchObject([
    { labels: { role: 'broker' }, value: 1 },
  ]);
});

it('who starts anew buries at once, and who was away itself gives the others as long as a lease', async () => {
  const before = await own.createProcess(1);
  await vi.waitFor(async () => expect(await rowOf(before)).toMatchObject({ lives: false }), WAIT);
  const clock = { now: 0 };
  const { lease, processId, metrics } = start({ monotonic: () => clock.now });
  await lease.registered;
  expect(await rowOf(before)).toBeUndefined();

  clock.now += LEASE_MS + 1;
  await vi.waitFor(async () => expect((await metrics.lapsed.get()).values).toMatchObject([{ value: 1 }]), WAIT);
  const late = await own.createProcess(1);
  for (let n = 0; n < 3; n++) await isRenewed(processId);
  expect(await rowOf(late)).toMatchObject({ lives: false });
  clock.now += LEASE_MS;
  await vi.waitFor(async () => expect(await rowOf(late)).toBeUndefined(), WAIT);
});
