import { describe, expect, it } from 'vitest';
import { hashPassword, randomPassword, verifyPassword } from '../../src/identity/passwords.ts';

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
      Array.from({ length: 30 }, () => verifyPassword(PASSWORD, null).catch(({ code }) => code)),
    );
    expect(outcomes.filter((outcome) => outcome === 'RATE_LIMITED')).toHaveLength(8);
    expect(outcomes.filter((outcome) => outcome === false)).toHaveLength(22);
  });

  it('a hash that is none fails for itself and gives its place back', async () => {
    const broken = await Promise.allSettled(Array.from({ length: 22 }, () => verifyPassword(PASSWORD, 'no hash')));
    expect(broken.map(({ status }) => status)).not.toContain('fulfilled');
    expect(await verifyPassword(PASSWORD, await hashPassword(PASSWORD))).toBe(true);
  });
});
