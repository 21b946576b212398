import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { addressKey, forgetFailures, recordFailure, requireCalm, takeTurn } from '../../src/identity/throttle.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

const NOW = Date.parse('2026-11-23T09:15:00.000Z');
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const LIMIT = { max: 3, windowMs: MINUTE };

let database: TestDatabase;
let db: Database;
let other: Database;
beforeAll(async () => {
  database = await createDatabase();
  const log = createLog('test', { level: 'silent', pretty: false });
  [db, other] = [1, 2].map(() => openDatabase({ url: database.url, poolSize: 8, log })) as [Database, Database];
});
afterAll(async () => {
  await db?.destroy();
  await other?.destroy();
  await database?.drop();
});

let keys = 0;
const newKey = (): string => `key ${keys++}`;

/** `taken`, or the seconds after which to try again. */
function outcome(turn: Promise<void>): Promise<'taken' | number> {
  return turn.then(
    () => 'taken' as const,
    (error) => {
      expect(error).toMatchObject({ name: 'StepCloudError', code: 'RATE_LIMITED', retryAfterS: expect.any(Number) });
      return error.retryAfterS;
    },
  );
}
const turn = (key: string, now: number, limit = LIMIT) => outcome(takeTurn(db, key, limit, now));
const calm = (key: string, now: number) => outcome(requireCalm(db, key, now));

async function fail(key: string, times: number, now: number): Promise<void> {
  for (let n = 0; n < times; n++) await recordFailure(db, key, now);
}

describe('turns', () => {
  it('are taken up to their number, and again when the window of the first is over', async () => {
    const key = newKey();
    for (const second of [0, 10, 20]) expect(await turn(key, NOW + second * 1_000)).toBe('taken');
    expect(await turn(key, NOW + 20_000)).toBe(40);
    expect(await turn(key, NOW + MINUTE - 1)).toBe(1);
    for (const second of [60, 61, 62]) expect(await turn(key, NOW + second * 1_000)).toBe('taken');
    expect(await turn(key, NOW + 63_000)).toBe(57);
  });

  it('that were refused do not make the wait longer', async () => {
    const key = newKey();
    for (let n = 0; n < 3; n++) await turn(key, NOW);
    for (let n = 0; n < 20; n++) expect(await turn(key, NOW + n * 1_000)).toBe(60 - n);
    expect(await turn(key, NOW + MINUTE)).toBe('taken');
  });

  it('of one key are no turns of another, nor failures of the same', async () => {
    const key = newKey();
    for (let n = 0; n < 4; n++) await turn(key, NOW);
    expect(await turn(`${key} `, NOW)).toBe('taken');
    expect(await calm(key, NOW)).toBe('taken');
    await fail(key, 20, NOW);
    await forgetFailures(db, key);
    expect(await turn(key, NOW)).toBe(60);
  });

  it('are counted right by many processes at once', async () => {
    const key = newKey();
    const turns = Array.from({ length: 50 }, (_, n) =>
      outcome(takeTurn(n % 2 === 0 ? db : other, key, { max: 20, windowMs: MINUTE }, NOW)),
    );
    const outcomes = await Promise.all(turns);
    expect(outcomes.filter((it) => it === 'taken')).toHaveLength(20);
    expect(outcomes.filter((it) => it === 60)).toHaveLength(30);
  });

  it('may number one, and a key may be anything', async () => {
    for (const key of ['', 'ä\u{1F511}', "'; DROP TABLE throttle; --", 'x'.repeat(10_000), '\0']) {
      expect(await turn(key, NOW, { max: 1, windowMs: 1 })).toBe('taken');
      expect(await turn(key, NOW, { max: 1, windowMs: 1 })).toBe(1);
      expect(await turn(key, NOW + 1, { max: 1, windowMs: 1 })).toBe('taken');
    }
  });
});

describe('failures', () => {
  it('hold nobody back up to the fourth in a row; from the fifth on each doubles the wait', async () => {
    const key = newKey();
    await fail(key, 4, NOW);
    expect(await calm(key, NOW)).toBe('taken');
    const waits = [];
    for (let n = 5; n <= 16; n++) {
      await recordFailure(db, key, NOW);
      waits.push(await calm(key, NOW));
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
  });

  it('hold back for that time and no longer, however many there were', async () => {
    const key = newKey();
    await fail(key, 150, NOW);
    expect(await calm(key, NOW + 15 * MINUTE - 1)).toBe(1);
    expect(await calm(key, NOW + 15 * MINUTE)).toBe('taken');
    await recordFailure(db, key, NOW + 15 * MINUTE);
    expect(await calm(key, NOW + 15 * MINUTE)).toBe(900);
  });

  it('are forgotten after a success', async () => {
    const key = newKey();
    await fail(key, 10, NOW);
    await forgetFailures(db, key);
    expect(await calm(key, NOW)).toBe('taken');
    await fail(key, 4, NOW);
    expect(await calm(key, NOW)).toBe('taken');
  });

  it('are forgotten when the last is a day old', async () => {
    const key = newKey();
    await fail(key, 10, NOW);
    await recordFailure(db, key, NOW + DAY - 1);
    expect(await calm(key, NOW + DAY - 1)).toBe(64);
    await recordFailure(db, key, NOW + 2 * DAY - 1);
    expect(await calm(key, NOW + 2 * DAY - 1)).toBe('taken');
  });

  it('are counted right by many processes at once', async () => {
    const key = newKey();
    await Promise.all(Array.from({ length: 50 }, (_, n) => recordFailure(n % 2 === 0 ? db : other, key, NOW)));
    const { count } = await db.selectFrom('throttle').select('count').where('count', '=', 50).executeTakeFirstOrThrow();
    expect(count).toBe(50);
    expect(await calm(key, NOW)).toBe(900);
  });

  it('of a key that nobody knows can be forgotten', async () => {
    await forgetFailures(db, newKey());
  });
});

describe('what is stored', () => {
  it('is no key in clear', async () => {
    const key = 'ada@example.org';
    await takeTurn(db, key, LIMIT, NOW);
    await recordFailure(db, key, NOW);
    const rows = await db.selectFrom('throttle').select('key').execute();
    expect(rows.length).toBeGreaterThan(1);
    for (const row of rows) expect(row.key).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each(['turns', 'failures'])('is deleted once it is a day old, as new %s come, by many at once', async (kind) => {
    await db.deleteFrom('throttle').execute();
    for (let n = 0; n < 20; n++) await takeTurn(db, newKey(), LIMIT, NOW);
    await recordFailure(db, newKey(), NOW);
    await takeTurn(db, 'young', LIMIT, NOW + 1);
    const cleaners = Array.from({ length: 5_000 }, (_, n) => `cleaner ${n}`).filter((key) =>
      createHash('sha256').update(`${kind} ${key}`).digest('hex').startsWith('00'),
    );
    expect(cleaners.length).toBeGreaterThan(4);
    const later = NOW + DAY;
    await Promise.all(
      cleaners.map((key, n) => {
        const pool = n % 2 === 0 ? db : other;
        return kind === 'turns' ? takeTurn(pool, key, LIMIT, later) : recordFailure(pool, key, later);
      }),
    );
    expect(await db.selectFrom('throttle').select('key').execute()).toHaveLength(cleaners.length + 1);
  });
});

describe('an address, as a throttle sees it', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:c000:0207', '192.0.2.7'],
    ['0:0:0:0:0:ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:0:0:1::', '2001:db8:0:0::/64'],
    ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
    ['1:2:3::', '1:2:3:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['::1.2.3.4', '0:0:0:0::/64'],
    ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['no address', 'no address'],
  ])('%s is %s', (address, expected) => {
    expect(addressKey(address)).toBe(expected);
  });
});
