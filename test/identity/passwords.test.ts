import { hash } from '@node-rs/argon2';
import { describe, expect, it } from 'vitest';
import { createTurns, hashPassword, isOutdated, randomPassword, verifyPassword } from '../../src/identity/passwords.ts';

const PASSWORD = 'correct horse battery staple';

describe('a password', () => {
  it('is kept as argon2id with the parameters of OWASP, salted', async () => {
    const [one, other] = [await hashPassword(PASSWORD), await hashPassword(PASSWORD)];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[^$]+\$[^$]+$/);
    expect(one).not.toBe(other);
  });

  it.each<[string, string, boolean]>([
    ['the right one', PASSWORD, true],
    ['a wrong one', 'Tr0ub4dor&3', false],
    ['none', '', false],
    ['with a space behind it', `${PASSWORD} `, false],
    ['in other letters', PASSWORD.toUpperCase(), false],
    ['up to U+0000', `${PASSWORD}\0more`, false],
  ])('%s', async (_, password, expected) => {
    expect(await verifyPassword(password, await hashPassword(PASSWORD))).toBe(expected);
  });

  it('may have any characters, and all of them count', async () => {
    const long = `päss\0wörd🔑${'x'.repeat(500)}`;
    const hash = await hashPassword(long);
    expect(await verifyPassword(long, hash)).toBe(true);
    expect(await verifyPassword(long.slice(0, -1), hash)).toBe(false);
    expect(await verifyPassword(long.replace('\0', ''), hash)).toBe(false);
  });

  it.each([null, undefined])('never fits where there is no hash, be it %s', async (hash) => {
    expect(await verifyPassword(PASSWORD, hash)).toBe(false);
    expect(await verifyPassword('', hash)).toBe(false);
  });

  it('that nobody has to invent is long and another each time', () => {
    const passwords = Array.from({ length: 100 }, randomPassword);
    expect(new Set(passwords).size).toBe(100);
    for (const password of passwords) expect(password).toMatch(/^[a-km-np-z2-9]{20}$/);
  });
});

it('a hash is outdated when it was made with other parameters', async () => {
  expect(isOutdated(await hashPassword(PASSWORD))).toBe(false);
  expect(isOutdated(await hash(PASSWORD, { memoryCost: 8_192, timeCost: 2, parallelism: 1 }))).toBe(true);
  expect(isOutdated(await hash(PASSWORD, { memoryCost: 19_456, timeCost: 1, parallelism: 1 }))).toBe(true);
});

describe('work in turns', () => {
  it('is never more at once than it may be, not even when one comes just as another ends', async () => {
    const inTurn = createTurns({ atOnce: 2, waiting: 50 });
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    let running = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++running);
      await gate;
      running--;
    };
    const all = [inTurn(work), inTurn(work), inTurn(work)];
    open();
    for (let tick = 0; tick < 20; tick++) {
      all.push(inTurn(work));
      await undefined;
    }
    await Promise.all(all);
    expect([most, running]).toEqual([2, 0]);
  });

  it('is done in the order in which it came', async () => {
    const inTurn = createTurns({ atOnce: 1, waiting: 9 });
    const done: number[] = [];
    await Promise.all(Array.from({ length: 10 }, (_, n) => inTurn(async () => void done.push(n))));
    expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('many sign-ins at once', () => {
  it('a few are hashed, a short line waits, the others are told to come again, and later all may', async () => {
    const hash = await hashPassword(PASSWORD);
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        verifyPassword(index % 2 === 0 ? PASSWORD : 'wrong', hash).catch(({ code }) => code),
      ),
    );
    expect(outcomes.slice(0, 22)).toEqual(Array.from({ length: 22 }, (_, index) => index % 2 === 0));
    expect(outcomes.slice(22)).toEqual(Array.from({ length: 18 }, () => 'RATE_LIMITED'));
    expect(await verifyPassword(PASSWORD, hash)).toBe(true);
    expect(await Promise.all(Array.from({ length: 22 }, () => verifyPassword(PASSWORD, hash)))).not.toContain(false);
  });

  it('those without a hash take a place in the line too: they are hashed as the others are', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, () =>
        verifyPassword(PASSWORD, null).catch(({ code, retryAfterS }) => [code, retryAfterS]),
      ),
    );
    expect(outcomes.filter(Array.isArray)).toEqual(Array.from({ length: 8 }, () => ['RATE_LIMITED', 1]));
    expect(outcomes.filter((outcome) => outcome === false)).toHaveLength(22);
  });

  it('a hash that is none fails for itself and gives its place back', async () => {
    const broken = await Promise.allSettled(Array.from({ length: 22 }, () => verifyPassword(PASSWORD, 'no hash')));
    expect(broken.map(({ status }) => status)).not.toContain('fulfilled');
    expect(await verifyPassword(PASSWORD, await hashPassword(PASSWORD))).toBe(true);
  });
});
