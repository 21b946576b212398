import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kickConnection } from '../../src/db/connection-views.ts';
import { claimClientIds, endConnections, findAccessChanges, type NewConnection } from '../../src/db/connections.ts';
import { insertSession } from '../../src/db/sessions.ts';
import { type Gateway, type Own, ownDatabase } from './tenant.ts';

const NOW = new Date('2026-11-23T12:00:00Z');

let own: Own;
let here: string;
let there: string;
beforeAll(async () => {
  own = await ownDatabase(12);
  [here, there] = [await own.createProcess(), await own.createProcess()];
});
afterAll(() => own.close());

async function createSession(gateway: Gateway): Promise<string> {
  const id = randomUUID();
  const expiresAt = new Date(NOW.getTime() + 3_600_000);
  await insertSession(own.db, { id, gatewayId: gateway.id, createdAt: NOW, expiresAt, renewable: false });
  return id;
}

async function connection(changed: Partial<NewConnection> = {}): Promise<NewConnection> {
  const gateway = await own.createGateway();
  const sessionId = await createSession(gateway);
  const from = { address: '192.0.2.1', transport: 'tcp' } as const;
  return { id: randomUUID(), gatewayId: gateway.id, clientId: 'a', sessionId, ...from, ...changed };
}

const again = (one: NewConnection): NewConnection => ({ ...one, id: randomUUID() });
const claim = (processId: string, ...connections: NewConnection[]) =>
  claimClientIds(own.db, processId, connections, NOW);
const end = (...ids: string[]) =>
  endConnections(
    own.db,
    ids.map((id) => ({ id, reason: 'disconnected', agoMs: 0 })),
  );
const rows = ({ gatewayId }: NewConnection) =>
  own.db.selectFrom('connection').where('gateway_id', '=', gatewayId).selectAll().execute();

describe('a claim', () => {
  it('is told when another process held the client id, and the row is that of the last', async () => {
    const first = await connection();
    const [second, third, fourth] = [again(first), again(first), again(first)];
    expect(await claim(here, first)).toMatchObject([{ id: first.id, isTakenOver: false }]);
    expect(await claim(here, second)).toMatchObject([{ id: second.id, isTakenOver: false }]);
    expect(await claim(there, third)).toMatchObject([{ id: third.id, isTakenOver: true }]);
    expect(await claim(here, fourth)).toMatchObject([{ id: fourth.id, isTakenOver: true }]);
    expect(await rows(first)).toMatchObject([{ id: fourth.id, process_id: here }]);
  });

  it('tells client ids and gateways apart', async () => {
    const [one, other] = [await connection(), await connection()];
    const third = { ...again(one), clientId: 'b' };
    const holders = [...(await claim(here, one, other)), ...(await claim(here, third))].map(({ holder }) => holder);
    expect(new Set(holders).size).toBe(3);
    expect(await rows(one)).toHaveLength(2);
  });

  it('of a process that is not registered fails, and leaves nothing', async () => {
    const one = await connection();
    await expect(claim(randomUUID(), one)).rejects.toThrow('this process is not registered');
    expect(await rows(one)).toEqual([]);
  });

  it('of a session that is gone is left out, and the others stand', async () => {
    const [one, gone] = [await connection(), await connection({ sessionId: randomUUID() })];
    expect(await claim(here, gone, one)).toMatchObject([{ id: one.id }]);
    expect(await rows(gone)).toEqual([]);
  });

  it('notes when and from where the session was used, without waiting for who holds it', async () => {
    const [one, held] = [await connection(), await connection()];
    await own.db.transaction().execute(async (tx) => {
      await sql`SELECT FROM session WHERE id = ${held.sessionId} FOR NO KEY UPDATE`.execute(tx);
      await claim(here, one, held);
    });
    const used = await own.db
      .selectFrom('session')
      .where('id', 'in', [one.sessionId, held.sessionId])
      .where('last_used_at', '=', NOW)
      .select(['id', 'last_address'])
      .execute();
    expect(used).toEqual([{ id: one.sessionId, last_address: '192.0.2.1' }]);
    expect(await rows(held)).toHaveLength(1);
  });

  it('does not deadlock with others for the same client ids, nor with those who delete theirs', async () => {
    const all = await Promise.all(Array.from({ length: 40 }, () => connection()));
    const turned = (by: number) => [...all.slice(by), ...all.slice(0, by)].map(again);
    await Promise.all(
      [here, there, await own.createProcess(), await own.createProcess()].map(async (processId, index) => {
        for (let round = 0; round < 10; round++) {
          const mine = turned(10 * index + round);
          if (index % 2 === 0) mine.reverse();
          await claim(processId, ...mine);
          const ids = mine.map(({ id }) => id);
          await end(...ids);
        }
      }),
    );
    for (const one of all) expect(await rows(one)).toEqual([]);
  });
});

it('a connection that has ended is deleted, unless another one took its client id', async () => {
  const [one, taken] = [await connection(), await connection()];
  await claim(here, one, taken);
  const taker = again(taken);
  await claim(there, taker);
  expect(await end(one.id, taken.id)).toEqual(new Set([one.id]));
  expect(await rows(one)).toEqual([]);
  expect(await rows(taken)).toMatchObject([{ id: taker.id }]);
});

describe('a look', () => {
  it('sees the connections of its own process that are to end, until another one has their client id', async () => {
    const [one, foreign] = [await connection(), await connection()];
    await claim(here, one);
    await claim(there, foreign);
    for (const { id } of [one, foreign]) expect(await kickConnection(own.db, id)).toBe(true);
    expect(await kickConnection(own.db, one.id)).toBe(false);
    expect((await findAccessChanges(own.db, here, new Date())).kicked).toEqual([one.id]);
    await claim(here, again(one));
    expect((await findAccessChanges(own.db, here, new Date())).kicked).toEqual([]);
  });

  const AGES: [name: string, seconds: number, isSeen: boolean][] = [
    ['since the look before', -1, true],
    ['in the minute before that', 59, true],
    ['earlier', 61, false],
  ];

  it.each(AGES)('sees what was taken away %s: %i s', async (_, seconds, isSeen) => {
    const { until } = await findAccessChanges(own.db, here, undefined);
    const at = new Date(until.getTime() - seconds * 1000);
    const [revoked, deleted, suspended, moved] = await Promise.all(
      Array.from({ length: 4 }, () => own.createGateway()),
    );
    const sessionId = await createSession(revoked as Gateway);
    const { id, holder } = await (async () => {
      const { id: gatewayId } = moved as Gateway;
      const row = await connection({ gatewayId, sessionId: await createSession(moved as Gateway) });
      const [claimed] = await claim(there, row);
      return { id: row.id, holder: claimed?.holder as string };
    })();
    await sql`UPDATE session SET revoked_at = ${at} WHERE id = ${sessionId}`.execute(own.db);
    await sql`UPDATE gateway SET deleted_at = ${at} WHERE id = ${deleted?.id}`.execute(own.db);
    await sql`UPDATE customer SET suspended_at = ${at} WHERE id = ${suspended?.customerId}`.execute(own.db);
    await sql`UPDATE connection SET connected_at = ${at} WHERE id = ${id}`.execute(own.db);

    const seen = await findAccessChanges(own.db, here, until);
    expect({
      session: seen.revokedSessions.includes(sessionId),
      gateway: seen.deletedGateways.includes(deleted?.id as string),
      customer: seen.suspendedCustomers.includes(suspended?.customerId as string),
      connection: seen.heldElsewhere.includes(holder),
    }).toEqual({ session: isSeen, gateway: isSeen, customer: isSeen, connection: isSeen });
    expect((await findAccessChanges(own.db, there, until)).heldElsewhere).not.toContain(holder);
    expect(seen.until.getTime()).toBeGreaterThanOrEqual(until.getTime());
  });

  it('goes back to the one before, however long ago that was', async () => {
    const gateway = await own.createGateway();
    const sessionId = await createSession(gateway);
    await sql`UPDATE session SET revoked_at = now() - interval '1 day' WHERE id = ${sessionId}`.execute(own.db);
    const { revokedSessions } = await findAccessChanges(own.db, here, new Date(Date.now() - 24 * 3_600_000 - 30_000));
    expect(revokedSessions).toContain(sessionId);
  });
});
