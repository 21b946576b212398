import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { unpackTar } from '../../src/embedded/tar.ts';

let folder: string;
let from: string;
let tar: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepcloud-tar-'));
  [from, tar] = [join(folder, 'from'), join(folder, 'made.tar')];
  await mkdir(join(from, 'base', 'empty'), { recursive: true });
  await writeFile(join(from, 'PG_VERSION'), '18\n');
  await writeFile(join(from, 'base', 'none'), '');
  await writeFile(join(from, 'base', 'large'), Buffer.alloc(2_500_000, 'stepcloud'));
  await make('.');
  await symlink('/etc', join(from, 'link'));
});
afterAll(() => rm(folder, { recursive: true }));

const make = (...args: string[]) =>
  promisify(execFile)('tar', ['--format=ustar', '-P', '-C', from, '-cf', tar, ...args]);

async function unpack(): Promise<string> {
  const target = await mkdtemp(join(folder, 'to-'));
  await unpackTar(tar, target, () => {}, new AbortController().signal);
  return target;
}

it('unpacks files of any size and folders, for their owner alone', async () => {
  const target = await unpack();
  const paths = (await readdir(target, { recursive: true })).sort();
  expect(paths).toEqual(['PG_VERSION', 'base', 'base/empty', 'base/large', 'base/none']);
  for (const name of ['PG_VERSION', 'base/none', 'base/large']) {
    expect((await readFile(join(target, name))).equals(await readFile(join(from, name))), name).toBe(true);
    expect((await stat(join(target, name))).mode & 0o777).toBe(0o600);
  }
  expect((await stat(join(target, 'base'))).mode & 0o777).toBe(0o700);
});

it('reads a size as large ones are written', async () => {
  await make('PG_VERSION');
  const bytes = await readFile(tar);
  bytes.fill(0, 124, 136);
  bytes[124] = 0x80;
  bytes.writeBigUInt64BE(3n, 128);
  await writeFile(tar, bytes);
  expect(await readFile(join(await unpack(), 'PG_VERSION'), 'utf8')).toBe('18\n');
});

it.each([
  ['a path out of it', 'base/../PG_VERSION'],
  ['an absolute path', '/etc/passwd'],
  ['a link', 'link'],
])('refuses %s', async (_, path) => {
  await make(path);
  await expect(unpack()).rejects.toThrow(`no file or folder of a cluster: ${path}`);
});

it('refuses a tar that was cut off', async () => {
  await make('base');
  await truncate(tar, 2_000_000);
  await expect(unpack()).rejects.toThrow('ends in the middle of a file');
});
