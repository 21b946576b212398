import { randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadKeys } from '../../src/identity/keys.ts';
import { retireKey, rotateKeys } from '../../src/identity/rotation.ts';
import { createTokens } from '../../src/identity/tokens.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepcloud-keys-'));
  file = join(folder, 'data', 'keys.json');
});
afterEach(() => rm(folder, { recursive: true }));

const given = () => ({ subject: randomUUID(), sessionId: randomUUID(), expiresAt: Date.now() + 60_000 });

describe('the first start', () => {
  it('makes a key file that only its owner can read, with the folder it lies in', async () => {
    await loadKeys(file, { clock: () => NOW });
    const { mode } = await stat(file);
    expect((mode & 0o777).toString(8)).toBe('600');
    expect(await readdir(join(folder, 'data'))).toEqual(['keys.json']);
    const { keys } = JSON.parse(await readFile(file, 'utf8'));
    expect(keys).toEqual([
      {
        kty: 'EC',
        crv: 'P-256',
        alg: 'ES256',
        use: 'sig',
        kid: expect.any(String),
        x: expect.any(String),
        y: expect.any(String),
        d: expect.any(String),
        created_at: NOW / 1000,
        signs_from: NOW / 1000,
      },
    ]);
  });

  it('makes one key, however many start at once', async () => {
    const loaded = await Promise.all(Array.from({ length: 10 }, () => loadKeys(file)));
    const signing = await Promise.all(loaded.map((keys) => keys.signing()));
    expect(new Set(signing.map(({ kid }) => kid)).size).toBe(1);
    expect(await readdir(join(folder, 'data'))).toEqual(['keys.json']);
    const token = await createTokens(loaded[0]!).issue('user', given());
    for (const keys of loaded) await createTokens(keys).verify('user', token);
  });

  it('makes it even where an earlier one was cut off in the middle', async () => {
    await mkdir(join(folder, 'data'));
    await writeFile(`${file}.${process.pid}`, '{"ke');
    const { kid } = await (await loadKeys(file)).signing();
    expect((await (await loadKeys(file)).signing()).kid).toBe(kid);
  });

  it('fails where the folder cannot be made', async () => {
    await writeFile(join(folder, 'data'), 'a file');
    await expect(loadKeys(file)).rejects.toThrow();
  });
});

describe('later starts', () => {
  it('read the same key and leave the file alone', async () => {
    const first = await loadKeys(file);
    const before = await stat(file);
    const second = await loadKeys(file);
    expect((await second.signing()).kid).toBe((await first.signing()).kid);
    expect((await stat(file)).mtimeMs).toBe(before.mtimeMs);
  });

  it('work from a file that cannot be written', async () => {
    await loadKeys(file);
    await chmod(file, 0o400);
    await loadKeys(file);
  });

  it('show the public part only', async () => {
    const keys = await loadKeys(file);
    const [{ kid, x, y }] = JSON.parse(await readFile(file, 'utf8')).keys;
    expect(await keys.publicKeys()).toEqual({
      keys: [{ kty: 'EC', crv: 'P-256', x, y, kid, alg: 'ES256', use: 'sig' }],
    });
  });
});

describe('a file that was put together by hand', () => {
  it('signs with the first key of the file and verifies with all of them', async () => {
    const old = await loadKeys(file);
    const next = await loadKeys(join(folder, 'next.json'));
    const [oldKey] = JSON.parse(await readFile(file, 'utf8')).keys;
    const [nextKey] = JSON.parse(await readFile(join(folder, 'next.json'), 'utf8')).keys;
    await writeFile(file, JSON.stringify({ keys: [nextKey, oldKey] }));
    const rotated = createTokens(await loadKeys(file));
    await rotated.verify('gateway', await createTokens(old).issue('gateway', given()));
    const token = await rotated.issue('gateway', given());
    await createTokens(next).verify('gateway', token);
    await createTokens(old).verify('gateway', token);
  });

  it('an old key needs no private part any more', async () => {
    const old = createTokens(await loadKeys(file));
    await loadKeys(join(folder, 'next.json'));
    const [{ d: _, ...oldPublic }] = JSON.parse(await readFile(file, 'utf8')).keys;
    const [nextKey] = JSON.parse(await readFile(join(folder, 'next.json'), 'utf8')).keys;
    await writeFile(file, JSON.stringify({ keys: [nextKey, oldPublic] }));
    const rotated = createTokens(await loadKeys(file));
    await rotated.verify('user', await old.issue('user', given()));
  });

  it('what a removed key had signed is refused', async () => {
    const token = await createTokens(await loadKeys(file)).issue('user', given());
    await rm(file);
    await expect(createTokens(await loadKeys(file)).verify('user', token)).rejects.toMatchObject({
      code: 'CREDENTIALS_INVALID',
    });
  });
});

describe('a process that runs during a change', () => {
  let now: number;
  const clock = () => now;
  const open = async () => {
    const keys = await loadKeys(file, { clock });
    return { keys, tokens: createTokens(keys, clock), kid: async () => (await keys.signing()).kid };
  };
  const issued = () => ({ subject: randomUUID(), sessionId: randomUUID(), expiresAt: now + HOUR });

  beforeEach(() => {
    now = NOW;
  });

  it('publishes the new key at once, signs with it at its time, and refuses nobody meanwhile', async () => {
    const [one, other] = [await open(), await open()];
    const first = await one.kid();
    const before = await one.tokens.issue('gateway', issued());
    const { kid, signsFrom } = await rotateKeys(file, { now });
    expect(signsFrom.getTime()).toBe(NOW + 15 * MINUTE);

    now += SECOND;
    for (const { keys } of [one, other]) {
      expect((await keys.publicKeys()).keys.map((key) => key.kid)).toEqual([kid, first]);
    }
    now = NOW + 15 * MINUTE - 1;
    expect(await one.kid()).toBe(first);
    await other.tokens.verify('gateway', await one.tokens.issue('gateway', issued()));

    now = NOW + 15 * MINUTE;
    expect([await one.kid(), await other.kid()]).toEqual([kid, kid]);
    expect((await other.tokens.verify('gateway', await one.tokens.issue('gateway', issued()))).keyId).toBe(kid);
    expect((await other.tokens.verify('gateway', before)).keyId).toBe(first);
  });

  it('knows a key that signs at once when the first token of it comes', async () => {
    const waiting = await open();
    const { kid } = await rotateKeys(file, { now, atOnce: true });
    const token = await (await open()).tokens.issue('user', issued());
    expect((await waiting.tokens.verify('user', token)).keyId).toBe(kid);
    expect(await waiting.kid()).toBe(kid);
  });

  it('looks once a second for keys that it does not know, whoever asks', async () => {
    const { keys } = await open();
    await Promise.all(Array.from({ length: 1_000 }, () => keys.find('unknown')));
    const { kid } = await rotateKeys(file, { now, atOnce: true });
    now += SECOND - 1;
    expect(await keys.find(kid)).toBeUndefined();
    now += 1;
    expect(await keys.find(kid)).toBeDefined();
  });

  it('refuses what a retired key signed, within a second', async () => {
    const { tokens, kid } = await open();
    const [first, token] = [await kid(), await tokens.issue('gateway', issued())];
    await rotateKeys(file, { now, atOnce: true });
    await retireKey(file, first, now);
    now += SECOND;
    expect(await tokens.trusts(first)).toBe(false);
    expect(await tokens.trusts(await kid())).toBe(true);
    await expect(tokens.verify('gateway', token)).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' });
  });

  it('notices it though its clock was set back', async () => {
    const { keys } = await open();
    const { kid } = await rotateKeys(file, { now });
    now -= HOUR;
    expect((await keys.publicKeys()).keys[0]?.kid).toBe(kid);
  });

  it('signs with the oldest key while its clock is before the time of any', async () => {
    const { kid } = await open();
    const first = await kid();
    await rotateKeys(file, { now });
    now = 0;
    expect(await kid()).toBe(first);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['gone', () => rm(file)],
    ['empty', () => writeFile(file, '')],
    ['cut short', async () => writeFile(file, (await readFile(file, 'utf8')).slice(0, 150))],
    ['without a key', () => writeFile(file, '{"keys":[]}')],
    ['a folder', () => rm(file).then(() => mkdir(file))],
  ])('keeps the keys that it knows, says so once, and goes on when all is well again: %s', async (_, damage) => {
    const lines: { level: number }[] = [];
    const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const keys = await loadKeys(file, { clock, log });
    const tokens = createTokens(keys, clock);
    const token = await tokens.issue('user', issued());
    const good = await readFile(file, 'utf8');
    const secret = JSON.parse(good).keys[0].d;

    await damage();
    for (let second = 0; second < 3; second++) {
      now += SECOND;
      await tokens.verify('user', token);
      await tokens.verify('user', await tokens.issue('user', issued()));
    }
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ file, msg: 'the key file cannot be read; the keys known so far stay' });
    expect(JSON.stringify(lines)).not.toContain(secret.slice(0, 5));

    await rm(file, { recursive: true, force: true });
    await writeFile(`${file}.mended`, good);
    await rename(`${file}.mended`, file);
    const { kid } = await rotateKeys(file, { now });
    now += SECOND;
    expect(await keys.find(kid)).toBeDefined();
    expect(lines).toHaveLength(1);
  });
});

describe('a damaged key file', () => {
  const key = async () => JSON.parse(await readFile(file, 'utf8')).keys[0];

  it.each<[string, (key: Record<string, string>) => string]>([
    ['empty', () => ''],
    ['cut short', (good) => JSON.stringify({ keys: [good] }).slice(0, 100)],
    ['no JSON', () => 'keys'],
    ['null', () => 'null'],
    ['a list', (good) => JSON.stringify([good])],
    ['one key that is no set', (good) => JSON.stringify(good)],
    ['no keys', () => '{"keys":[]}'],
    ['keys of another shape', () => '{"keys":{}}'],
    ['a first key that is null', () => '{"keys":[null]}'],
    ['a second key that is null', (good) => JSON.stringify({ keys: [good, null] })],
    ['a first key without a private part', ({ d: _, ...good }) => JSON.stringify({ keys: [good] })],
    ['a first key without a kid', ({ kid: _, ...good }) => JSON.stringify({ keys: [good] })],
    ['a private part cut short', (good) => JSON.stringify({ keys: [{ ...good, d: good.d?.slice(0, 10) }] })],
    ['a private part of something else', (good) => JSON.stringify({ keys: [{ ...good, d: '!!!' }] })],
    ['another curve', (good) => JSON.stringify({ keys: [{ ...good, crv: 'P-384' }] })],
    ['another kind of key', (good) => JSON.stringify({ keys: [{ ...good, kty: 'RSA' }] })],
    ['two keys of one name', (good) => JSON.stringify({ keys: [good, good] })],
    ['a time that is none', (good) => JSON.stringify({ keys: [{ ...good, signs_from: 1e300 }] })],
    [
      'a private part that is not that of its public one',
      ({ x, y, ...good }) => JSON.stringify({ keys: [{ ...good, x: y, y: x }] }),
    ],
    ['a quote too many', (good) => JSON.stringify({ keys: [good] }).replace(good.d as string, `"${good.d}`)],
  ])('is named in CONFIG_INVALID, and stays as it was: %s', async (_, damage) => {
    await loadKeys(file);
    const good = await key();
    const text = damage(good);
    await writeFile(file, text);
    const error = await loadKeys(file).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(file) });
    expect(inspect(error)).not.toContain(good.d.slice(0, 5));
    expect(await readFile(file, 'utf8')).toBe(text);
  });
});
