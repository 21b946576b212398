import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  claimClientIds,
  endConnections,
  type HeldConnection,
  type NewConnection,
  restoreConnections,
} from '../../src/db/connections.ts';
import { showGateway } from '../../src/db/gateway-views.ts';
import type { EndReason } from '../../src/db/presence.ts';
import { listOpenConnections, listPresence } from '../../src/db/presence-views.ts';
import { endDeadProcesses, endProcess, listProcesses, registerProcess, renewLease } from '../../src/db/processes.ts';
import { deleteOldRows } from '../../src/db/retention.ts';
import { insertSession } from '../../src/db/sessions.ts';
import { type Own, ownDatabase } from './tenant.ts';

const MINUTE = 60_000;

let own: Own;
beforeAll(async () => {
  own = await ownDatabase(8);
});
afterAll(() => own.close());

/** A gateway, and what happens to it. Times are in milliseconds before now. */
async function story() {
  const gateway = await own.createGateway();
  const sessionId = randomUUID();
  const [createdAt, expiresAt] = [new Date(), new Date(Date.now() + MINUTE)];
  await insertSession(own.db, { id: sessionId, gatewayId: gateway.id, createdAt, expiresAt, renewable: false });
  const scope = { customerIds: [gateway.customerId], officeIds: [] };
  const range = { from: new Date(0), to: new Date('2100-01-01'), limit: 100 };

  return {
    gateway,
    scope,
    make: (clientId = 'a'): NewConnection => ({
      id: randomUUID(),
      gatewayId: gateway.id,
      clientId,
      sessionId,
      address: '192.0.2.1',
      transport: 'tcp',
    }),
    async connect(processId: string, clientId = 'a'): Promise<HeldConnection> {
      const made = this.make(clientId);
      const [claimed] = await claimClientIds(own.db, processId, [made], new Date());
      return { ...made, connectedAt: claimed?.connectedAt as Date };
    },
    end: ({ id }: { id: string }, reason: EndReason = 'connection_lost', agoMs = 0) =>
      endConnections(own.db, [{ id, reason, agoMs }]),
    /** All that has happened so far was so much earlier. */
    async pass(ms: number): Promise<void> {
      const by = sql`${ms} * interval '1 millisecond'`;
      await sql`UPDATE connection SET connected_at = connected_at - ${by} WHERE gateway_id = ${gateway.id}`.execute(
        own.db,
      );
      await sql`UPDATE gateway_presence SET online_since = online_since - ${by}, last_online_at = last_online_at - ${by}
        WHERE gateway_id = ${gateway.id}`.execute(own.db);
      await sql`UPDATE gateway_presence_period SET online_since = online_since - ${by}, offline_since = offline_since - ${by}
        WHERE gateway_id = ${gateway.id}`.execute(own.db);
    },
    async view() {
      const view = await showGateway(own.db, scope, gateway.id);
      return { online: view?.online, since: ago(view?.onlineSince), gone: ago(view?.offlineSince) };
    },
    async periods() {
      const periods = await listPresence(own.db, scope, gateway.id, range);
      return periods.map(({ onlineSince, offlineSince, endReason, connections }) => [
        ago(onlineSince),
        ago(offlineSince),
        endReason,
        connections,
      ]);
    },
  };
}

/** In whole minutes. */
const ago = (time: Date | null | undefined) => time && Math.round((Date.now() - time.getTime()) / MINUTE);

async function expire(processId: string, agoMs = 0): Promise<void> {
  await sql`UPDATE process SET expires_at = clock_timestamp() - ${agoMs + 1} * interval '1 millisecond'
    WHERE id = ${processId}`.execute(own.db);
}

describe('a gateway', () => {
  it('that never came is neither online nor offline since', async () => {
    const { view, periods } = await story();
    expect(await view()).toEqual({ online: false, since: null, gone: null });
    expect(await periods()).toEqual([]);
  });

  it('is online while it has a connection, and offline a minute after the last one ended', async () => {
    const gateway = await story();
    const [one, other] = [await own.createProcess(), await own.createProcess()];
    const [live, backfill] = [await gateway.connect(one), await gateway.connect(other, 'b')];
    await gateway.pass(30 * MINUTE);
    await gateway.end(live);
    await gateway.pass(5 * MINUTE);
    expect(await gateway.view()).toEqual({ online: true, since: 35, gone: null });
    await gateway.end(backfill, 'disconnected');
    await gateway.pass(MINUTE - 3_000);
    expect(await gateway.view()).toMatchObject({ online: true, since: 36 });
    await gateway.pass(3_000);
    expect(await gateway.view()).toEqual({ online: false, since: null, gone: 1 });
    expect(await gateway.periods()).toEqual([[36, 1, 'disconnected', 2]]);
  });

  it('that is back within a minute was never offline', async () => {
    const gateway = await story();
    const process = await own.createProcess();
    for (let n = 0; n < 5; n++) {
      await gateway.end(await gateway.connect(process));
      await gateway.pass(MINUTE - 3_000);
    }
    await gateway.connect(await own.createProcess());
    expect(await gateway.view()).toEqual({ online: true, since: 5, gone: null });
    expect(await gateway.periods()).toEqual([[5, null, null, 6]]);
  });

  it('whose access is taken back is offline at once, and begins anew when it is let in again', async () => {
    const gateway = await story();
    const process = await own.createProcess();
    const [first, second] = [await gateway.connect(process), await gateway.connect(process, 'b')];
    await gateway.pass(10 * MINUTE);
    await gateway.end(first, 'access_revoked');
    expect(await gateway.view()).toMatchObject({ online: true });
    await gateway.end(second, 'access_revoked');
    expect(await gateway.view()).toEqual({ online: false, since: null, gone: 0 });
    await gateway.connect(process);
    expect(await gateway.view()).toMatchObject({ online: true, since: 0 });
    expect(await gateway.periods()).toEqual([
      [0, null, null, 1],
      [10, 0, 'access_revoked', 2],
    ]);
  });

  it('that stays away for longer begins anew, and the time before stays in its history', async () => {
    const gateway = await story();
    const process = await own.createProcess();
    await gateway.end(await gateway.connect(process), 'keepalive_timeout');
    await gateway.pass(MINUTE + 3_000);
    const second = await gateway.connect(process);
    await gateway.pass(10 * MINUTE);
    await gateway.end(second, 'token_expired');
    await gateway.pass(20 * MINUTE);
    await gateway.connect(process);
    expect(await gateway.periods()).toEqual([
      [0, null, null, 1],
      [30, 20, 'token_expired', 1],
      [31, 31, 'keepalive_timeout', 1],
    ]);
  });

  it('whose client id connects again at once has one connection after the other', async () => {
    const gateway = await story();
    const [one, other] = [await own.createProcess(), await own.createProcess()];
    const first = await gateway.connect(one);
    await gateway.pass(3 * MINUTE);
    await gateway.connect(other);
    expect(await gateway.end(first, 'taken_over')).toEqual(new Set());
    expect(await gateway.periods()).toEqual([[3, null, null, 2]]);
    expect(await listOpenConnections(own.db, gateway.scope, gateway.gateway.id, 10)).toMatchObject([
      { clientId: 'a', address: '192.0.2.1', processId: other },
    ]);
  });

  it('ended when it ended, not when the database heard of it, and not before it began', async () => {
    const gateway = await story();
    const process = await own.createProcess();
    const first = await gateway.connect(process);
    await gateway.pass(20 * MINUTE);
    await gateway.end(first, 'connection_lost', 15 * MINUTE);
    expect(await gateway.periods()).toEqual([[20, 15, 'connection_lost', 1]]);
    const second = await gateway.connect(process);
    await gateway.end(second, 'disconnected', 10 * MINUTE);
    expect(await gateway.periods()).toEqual([
      [0, null, null, 1],
      [20, 15, 'connection_lost', 1],
    ]);
  });

  it('has one period, however many connections begin and end at once', async () => {
    const gateway = await story();
    const processes = await Promise.all(Array.from({ length: 4 }, () => own.createProcess()));
    await gateway.end(await gateway.connect(processes[0] as string, 'first'));
    await Promise.all(
      processes.map(async (process, n) => {
        for (let round = 0; round < 10; round++) await gateway.end(await gateway.connect(process, `c${n}`));
      }),
    );
    expect(await gateway.periods()).toEqual([[0, null, null, 41]]);
  });

  it('of others is not shown', async () => {
    const gateway = await story();
    await gateway.connect(await own.createProcess());
    const foreign = { customerIds: [randomUUID()], officeIds: [] };
    const span = { from: new Date(0), to: new Date('2100-01-01'), limit: 10 };
    expect(await listPresence(own.db, foreign, gateway.gateway.id, span)).toEqual([]);
    expect(await listOpenConnections(own.db, foreign, gateway.gateway.id, 10)).toEqual([]);
  });
});

it.each([
  ['all', [0, 100], [2, 12, 22]],
  ['those that reach into the span', [7, 13], [12]],
  ['one that spans all of it', [17, 18], [22]],
  ['none between two', [13, 14], []],
  ['only what began before its end', [13, 100], [22]],
])('a span of the history has %s', async (_, [to, from], expected) => {
  const gateway = await story();
  const process = await own.createProcess();
  for (let n = 0; n < 2; n++) {
    const held = await gateway.connect(process);
    await gateway.pass(8 * MINUTE);
    await gateway.end(held);
    await gateway.pass(2 * MINUTE);
  }
  await gateway.connect(process);
  await gateway.pass(2 * MINUTE);
  const at = (minutes: number) => new Date(Date.now() - minutes * MINUTE + 1_000);
  const { scope } = gateway;
  const filter = { from: at(from as number), to: at(to as number), limit: 10 };
  const periods = await listPresence(own.db, scope, gateway.gateway.id, filter);
  expect(periods.map(({ onlineSince }) => ago(onlineSince))).toEqual(expected);
});

describe('a process whose lease runs out', () => {
  it('leaves its gateways online until then and no longer', async () => {
    const [gateway, moved] = [await story(), await story()];
    const [dead, alive] = [await own.createProcess(), await own.createProcess()];
    await gateway.connect(dead);
    await moved.connect(dead);
    await Promise.all([gateway, moved].map(({ pass }) => pass(10 * MINUTE)));
    await moved.connect(alive);
    await expire(dead, 5 * MINUTE);
    const offline = { online: false, since: null, gone: 5 };
    expect(await gateway.view()).toEqual(offline);
    const found = await Promise.all(Array.from({ length: 4 }, () => endDeadProcesses(own.db)));
    expect(found.flat()).toMatchObject([{ id: dead, role: 'broker', host: 'here' }]);
    expect(await gateway.view()).toEqual(offline);
    expect(await gateway.periods()).toEqual([[10, 5, 'broker_died', 1]]);
    expect(await moved.periods()).toEqual([[10, null, null, 2]]);
    expect((await listProcesses(own.db, { after: undefined, limit: 200 })).map(({ id }) => id)).not.toContain(dead);
  });

  it('is not waited for when a gateway comes back, whoever notices first', async () => {
    const gateway = await story();
    const [dead, alive] = [await own.createProcess(), await own.createProcess()];
    await gateway.connect(dead, 'a');
    await gateway.connect(dead, 'b');
    await gateway.pass(20 * MINUTE);
    await expire(dead, 5 * MINUTE);
    await gateway.connect(alive, 'b');
    const expected = [
      [0, null, null, 1],
      [20, 5, 'broker_died', 2],
    ];
    expect(await gateway.periods()).toEqual(expected);
    await endDeadProcesses(own.db);
    expect(await gateway.periods()).toEqual(expected);
  });

  it('but renews it in time is left alone, and so are its connections', async () => {
    const gateway = await story();
    const process = await own.createProcess();
    await gateway.connect(process);
    await expire(process);
    expect(await renewLease(own.db, process, MINUTE)).toBe(true);
    await endDeadProcesses(own.db);
    expect(await gateway.view()).toMatchObject({ online: true });
  });

  it('and comes back has its gateways online all the time, but for those that went elsewhere', async () => {
    const [stays, moves, gone] = [await story(), await story(), await story()];
    const [process, other] = [await own.createProcess(), await own.createProcess()];
    const held = await Promise.all([stays, moves].map((gateway) => gateway.connect(process)));
    const ended = await gone.connect(process);
    await Promise.all([stays, moves, gone].map(({ pass }) => pass(10 * MINUTE)));
    const standing = held.map((one) => ({ ...one, connectedAt: new Date(one.connectedAt.getTime() - 10 * MINUTE) }));
    await expire(process, 5 * MINUTE);
    await endDeadProcesses(own.db);
    expect(await renewLease(own.db, process, MINUTE)).toBe(false);
    await moves.connect(other);
    expect(await stays.view()).toMatchObject({ online: false });

    await registerProcess(own.db, { id: process, role: 'broker', version: '1', host: 'here' }, 0, MINUTE);
    for (let n = 0; n < 2; n++) await restoreConnections(own.db, process, standing);
    await gone.end(ended);
    expect(await stays.periods()).toEqual([[10, null, null, 1]]);
    expect(await moves.periods()).toEqual([
      [0, null, null, 1],
      [10, 5, 'broker_died', 1],
    ]);
    expect(await gone.periods()).toEqual([[10, 5, 'broker_died', 1]]);
    const open = await listOpenConnections(own.db, moves.scope, moves.gateway.id, 10);
    expect(open).toMatchObject([{ processId: other }]);
  });

  it('and that nobody missed has not left its gateways, when it lets in another connection', async () => {
    const gateway = await story();
    const process = await own.createProcess();
    await gateway.connect(process);
    await gateway.pass(20 * MINUTE);
    await expire(process, 5 * MINUTE);
    await gateway.connect(process, 'b');
    expect(await gateway.periods()).toEqual([[20, null, null, 2]]);
    await renewLease(own.db, process, MINUTE);
  });

  it('is not buried while it lets somebody in', async () => {
    const gateway = await story();
    const process = await own.createProcess();
    await expire(process);
    await own.db.transaction().execute(async (tx) => {
      await claimClientIds(tx, process, [gateway.make()], new Date());
      expect(await endDeadProcesses(own.db)).toEqual([]);
    });
    expect(await endDeadProcesses(own.db)).toMatchObject([{ id: process }]);
    const left = own.db.selectFrom('connection').where('process_id', '=', process).selectAll();
    expect(await left.execute()).toEqual([]);
  });
});

it('a process that stops takes what it left with it, and says why', async () => {
  const gateway = await story();
  const process = await own.createProcess();
  await gateway.connect(process);
  await endProcess(own.db, process);
  await gateway.pass(2 * MINUTE);
  expect(await gateway.periods()).toEqual([[2, 2, 'broker_stopped', 1]]);
  await expect(gateway.connect(process)).rejects.toThrow('this process is not registered');
});

it('processes that let in, let go, come back and die at once do not deadlock', async () => {
  const gateways = await Promise.all(Array.from({ length: 30 }, () => story()));
  const processes = await Promise.all(Array.from({ length: 4 }, () => own.createProcess()));
  const self = { role: 'broker' as const, version: '1', host: 'here' };
  await Promise.all(
    processes.map(async (id, n) => {
      for (let round = 0; round < 8; round++) {
        const made = gateways.map(({ make }) => make());
        if ((n + round) % 2) made.reverse();
        await registerProcess(own.db, { ...self, id }, 0, MINUTE);
        const claimed = await claimClientIds(own.db, id, made, new Date());
        const ids = claimed.slice(10).map((one) => one.id);
        await endConnections(
          own.db,
          ids.map((one) => ({ id: one, reason: 'disconnected', agoMs: 0 })),
        );
        await expire(id);
        await endDeadProcesses(own.db);
        await registerProcess(own.db, { ...self, id }, 0, MINUTE);
        await restoreConnections(
          own.db,
          id,
          made.map((one) => ({ ...one, connectedAt: new Date() })),
        );
      }
      await endProcess(own.db, id);
    }),
  );
  for (const { view, gateway } of gateways) {
    const left = own.db.selectFrom('connection').where('gateway_id', '=', gateway.id).selectAll();
    expect(await left.execute()).toEqual([]);
    expect(await view()).toMatchObject({ online: true, since: 0 });
  }
});

it('old history is deleted, some at a time', async () => {
  const gateway = await story();
  const process = await own.createProcess();
  for (let n = 0; n < 4; n++) {
    await gateway.end(await gateway.connect(process));
    await gateway.pass(10 * MINUTE);
  }
  await sql`DELETE FROM gateway_presence_period WHERE gateway_id <> ${gateway.gateway.id}`.execute(own.db);
  const before = Date.now() - 25 * MINUTE;
  expect(await deleteOldRows(own.db, 'connectivity', before, 1)).toBe(1);
  expect(await deleteOldRows(own.db, 'connectivity', before, 10)).toBe(1);
  expect((await gateway.periods()).map(([since]) => since)).toEqual([10, 20]);
});
