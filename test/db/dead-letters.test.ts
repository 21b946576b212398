import { createHash, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DeadLetter, recordDeadLetters } from '../../src/db/dead-letters.ts';
import { deleteOldRows } from '../../src/db/retention.ts';
import { type Gateway, type Own, ownDatabase } from './tenant.ts';

const LIMIT = 1000;
const AT = Date.UTC(2026, 10, 23, 12);

let own: Own;
beforeAll(async () => {
  own = await ownDatabase();
});
afterAll(() => own.close());

/** A letter whose fault is this text. */
function letter(gateway: Gateway, fault: string, changed: Partial<DeadLetter> = {}): DeadLetter {
  return {
    id: randomUUID(),
    customerId: gateway.customerId,
    gatewayId: gateway.id,
    fingerprint: createHash('sha256').update(fault).digest().subarray(0, 16),
    code: 'PAYLOAD_INVALID',
    path: '/values/t',
    detail: fault,
    topic: 'a/topic',
    deviceKey: 'd',
    ref: undefined,
    item: Buffer.from(fault),
    size: fault.length,
    messageId: randomUUID(),
    receivedAt: new Date(AT),
    seen: 1,
    ...changed,
  };
}

const record = (letters: readonly DeadLetter[], limit = LIMIT) =>
  own.db.transaction().execute((tx) => recordDeadLetters(tx, letters, limit));
const kept = (gateway: Gateway) =>
  own.db.selectFrom('dead_letter').where('gateway_id', '=', gateway.id).selectAll().orderBy('detail').execute();
const seen = async (gateway: Gateway) =>
  Object.fromEntries((await kept(gateway)).map((row) => [row.detail, Number(row.seen)]));
const dropped = async (gateway: Gateway) => {
  const row = await own.db
    .selectFrom('dead_letter_overflow')
    .where('gateway_id', '=', gateway.id)
    .select('dropped')
    .executeTakeFirst();
  return Number(row?.dropped ?? 0);
};

describe('a dead letter', () => {
  it('is kept as it came', async () => {
    const gateway = await own.createGateway();
    const given = letter(gateway, 'a fault', {
      ref: 'r-1',
      item: Buffer.from([0, 1, 255]),
      size: 5_000_000_000,
      seen: 3,
    });
    await record([given]);
    expect(await kept(gateway)).toEqual([
      {
        id: given.id,
        customer_id: given.customerId,
        gateway_id: given.gatewayId,
        fingerprint: given.fingerprint,
        code: given.code,
        path: given.path,
        detail: given.detail,
        told_at: null,
        topic: given.topic,
        device_key: 'd',
        ref: 'r-1',
        item: given.item,
        size: '5000000000',
        message_id: given.messageId,
        first_received_at: given.receivedAt,
        last_received_at: given.receivedAt,
        seen: '3',
      },
    ]);
  });

  it('may hold any bytes and any texts that a column takes', async () => {
    const gateway = await own.createGateway();
    const text = fc
      .oneof(
        fc.string({ unit: 'binary', maxLength: 20 }),
        fc.constantFrom('NULL', 'null', '{}', '{a,b}', '"', '\\', "'", ''),
      )
      .filter((value) => !value.includes('\0'));
    const letters = fc.array(
      fc.record({
        path: text,
        detail: text,
        topic: text,
        deviceKey: fc.option(text, { nil: undefined }),
        item: fc.uint8Array(),
      }),
      { minLength: 1, maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(letters, async (contents) => {
        const given = contents.map((content) =>
          letter(gateway, randomUUID(), { ...content, item: Buffer.from(content.item) }),
        );
        await record(given, 1_000_000);
        const rows = new Map((await kept(gateway)).map((row) => [row.id, row]));
        for (const { id, path, detail, topic, deviceKey, item } of given) {
          expect(rows.get(id)).toMatchObject({ path, detail, topic, device_key: deviceKey ?? null, item });
        }
      }),
      { numRuns: 20 },
    );
  });

  it('of the same fault is one row that counts, with its first letter and the time of its last', async () => {
    const gateway = await own.createGateway();
    const times = [AT, AT + 5000, AT + 2000].map((time) => new Date(time));
    const letters = times.map((receivedAt) => letter(gateway, 'again', { receivedAt, seen: 2 }));
    for (const one of letters) await record([one]);
    expect(await kept(gateway)).toMatchObject([
      { id: letters[0]?.id, seen: '6', first_received_at: times[0], last_received_at: times[1] },
    ]);
  });

  it('of another gateway is another row, though the fault be the same', async () => {
    const home = await own.createHome();
    const [one, other] = [await own.createGateway(home), await own.createGateway(home)];
    await record([letter(one, 'same'), letter(other, 'same')]);
    expect([await seen(one), await seen(other)]).toEqual([{ same: 1 }, { same: 1 }]);
  });

  it('goes with the transaction', async () => {
    const gateway = await own.createGateway();
    const failed = own.db.transaction().execute(async (tx) => {
      await recordDeadLetters(tx, [letter(gateway, 'gone')], LIMIT);
      throw new Error('rolled back');
    });
    await expect(failed).rejects.toThrow('rolled back');
    expect(await seen(gateway)).toEqual({});
  });

  it('nobody brought is nothing', async () => {
    await record([]);
  });
});

describe('beyond the limit of a gateway', () => {
  it('new faults are only counted, as often as they were seen, and known ones still count up', async () => {
    const gateway = await own.createGateway();
    await record([letter(gateway, 'a'), letter(gateway, 'b')], 3);
    await record([letter(gateway, 'c'), letter(gateway, 'd', { seen: 4 }), letter(gateway, 'a')], 3);
    expect([await seen(gateway), await dropped(gateway)]).toEqual([{ a: 2, b: 1, c: 1 }, 4]);
    await record([letter(gateway, 'e'), letter(gateway, 'b', { seen: 5 }), letter(gateway, 'd')], 3);
    expect([await seen(gateway), await dropped(gateway)]).toEqual([{ a: 2, b: 6, c: 1 }, 6]);
  });

  it('the other gateways keep theirs', async () => {
    const [full, other] = [await own.createGateway(), await own.createGateway()];
    await record([letter(full, 'a'), letter(full, 'b'), letter(other, 'a')], 1);
    expect([await seen(other), await dropped(other)]).toEqual([{ a: 1 }, 0]);
    expect(await dropped(full)).toBe(1);
  });

  it('there is room again once letters were removed', async () => {
    const gateway = await own.createGateway();
    await record([letter(gateway, 'a'), letter(gateway, 'b')], 1);
    await own.db.deleteFrom('dead_letter').where('gateway_id', '=', gateway.id).execute();
    await record([letter(gateway, 'b')], 1);
    expect([await seen(gateway), await dropped(gateway)]).toEqual([{ b: 1 }, 1]);
  });

  it('a limit that was lowered removes nothing', async () => {
    const gateway = await own.createGateway();
    await record([letter(gateway, 'a'), letter(gateway, 'b')], 2);
    await record([letter(gateway, 'a'), letter(gateway, 'c')], 1);
    expect([await seen(gateway), await dropped(gateway)]).toEqual([{ a: 2, b: 1 }, 1]);
  });

  it('a message of a hundred thousand faults is no more than its first ones and a number', async () => {
    const gateway = await own.createGateway();
    await record([letter(gateway, 'known')], 10);
    const many = Array.from({ length: 100_000 }, (_, index) => letter(gateway, `fault ${index}`));
    await record([...many, letter(gateway, 'known')], 10);
    const rows = await seen(gateway);
    expect([Object.keys(rows).length, rows.known, await dropped(gateway)]).toEqual([10, 2, 100_000 - 9]);
  });
});

describe('several workers at once', () => {
  it('with the same faults in any order wait for each other in one direction only, and every one counts', async () => {
    const home = await own.createHome();
    const gateways = [await own.createGateway(home), await own.createGateway(home), await own.createGateway(home)];
    const faults = Array.from({ length: 30 }, (_, index) => `fault ${index}`);
    const letters = () => gateways.flatMap((gateway) => faults.map((fault) => letter(gateway, fault)));
    await Promise.all(
      Array.from({ length: 8 }, (_, n) => record(n % 2 ? letters() : letters().reverse(), n < 4 ? LIMIT : 20)),
    );
    for (const gateway of gateways) {
      const total = Object.values(await seen(gateway)).reduce((sum, count) => sum + count, 0);
      expect(total + (await dropped(gateway))).toBe(8 * faults.length);
    }
  });
});

describe('letters that are old', () => {
  const DAY = 86_400_000;
  const before = AT - 30 * DAY;
  const aged = (gateway: Gateway, fault: string, days: number) => {
    const at = AT - days * DAY;
    return letter(gateway, fault, { id: uuid({ msecs: at }), receivedAt: new Date(at) });
  };

  it('are deleted once they were not seen for as long as they are kept, some at a time', async () => {
    const gateway = await own.createGateway();
    await record([aged(gateway, 'old', 31), aged(gateway, 'older', 40), aged(gateway, 'young', 29)]);
    await record([aged(gateway, 'again', 50)]);
    await record([aged(gateway, 'again', 2)]);
    expect(await deleteOldRows(own.db, 'deadLetters', before, 1)).toBe(1);
    expect(Object.keys(await seen(gateway))).toHaveLength(3);
    expect(await deleteOldRows(own.db, 'deadLetters', before, 10)).toBe(1);
    expect(await deleteOldRows(own.db, 'deadLetters', before, 10)).toBe(0);
    expect(await seen(gateway)).toEqual({ again: 2, young: 1 });
  });

  it('are deleted by several workers without waiting for each other, and what is being counted up stays', async () => {
    const gateway = await own.createGateway();
    await record(Array.from({ length: 40 }, (_, index) => aged(gateway, `fault ${index}`, 31 + index)));
    await own.db.transaction().execute(async (tx) => {
      await recordDeadLetters(tx, [aged(gateway, 'fault 39', 1)], LIMIT);
      const counts = await Promise.all([1, 2].map(() => deleteOldRows(own.db, 'deadLetters', before, 100)));
      expect(counts.reduce((sum, count) => sum + count)).toBe(39);
    });
    expect(await seen(gateway)).toEqual({ 'fault 39': 2 });
  });
});
