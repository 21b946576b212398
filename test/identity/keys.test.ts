import { randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadKeys } from '../../src/identity/keys.ts';
import { createTokens } from '../../src/identity/tokens.ts';

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
    await loadKeys(file);
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
      },
    ]);
  });

  it('makes one key, however many start at once', async () => {
    const loaded = await Promise.all(Array.from({ length: 10 }, () => loadKeys(file)));
    expect(new Set(loaded.map(({ signing }) => signing.kid)).size).toBe(1);
    expect(await readdir(join(folder, 'data'))).toEqual(['keys.json']);
    const token = await createTokens(loaded[0]!).issue('user', given());
    for (const keys of loaded) await createTokens(keys).verify('user', token);
  });

  it('makes it even where an earlier one was cut off in the middle', async () => {
    await mkdir(join(folder, 'data'));
    await writeFile(`${file}.${process.pid}`, '{"ke');
    const { signing } = await loadKeys(file);
    expect((await loadKeys(file)).signing.kid).toBe(signing.kid);
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
    expect(second.signing.kid).toBe(first.signing.kid);
    expect((await stat(file)).mtimeMs).toBe(before.mtimeMs);
  });

  it('work from a file that cannot be written', async () => {
    await loadKeys(file);
    await chmod(file, 0o400);
    await loadKeys(file);
  });

  it('show the public part only', async () => {
    const { publicKeys } = await loadKeys(file);
    const { keys } = JSON.parse(await readFile(file, 'utf8'));
    const [{ d, ...rest }] = keys;
    expect(d).toBeDefined();
    expect(JSON.parse(JSON.stringify(publicKeys))).toEqual({ keys: [rest] });
  });
});

describe('rotation', () => {
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
    await expect(createTokens(old).verify('gateway', token)).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' });
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
  ])('is named in CONFIG_INVALID, and stays as it was: %s', async (_, damage) => {
    await loadKeys(file);
    const text = damage(await key());
    await writeFile(file, text);
    await expect(loadKeys(file)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(file),
    });
    expect(await readFile(file, 'utf8')).toBe(text);
  });
});
