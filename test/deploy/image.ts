import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from './compose.ts';
import { run } from './programs.ts';

const root = fileURLToPath(ROOT);

export interface Image {
  /** Its working folder. */
  folder: string;
  entrypoint: string[];
  environment: Record<string, string>;
  remove(): Promise<void>;
}

interface Stage {
  copies: { from: string | undefined; sources: string[]; target: string }[];
  environment: Record<string, string>;
  entrypoint: string[];
  user: string | undefined;
  /** What it removes again of what it installed. */
  removed: string[];
}

/** The stages of the Dockerfile, in order; of the instructions, those that are used. */
export async function readDockerfile(): Promise<Stage[]> {
  const stages: Stage[] = [];
  for (const line of (await readFile(join(root, 'Dockerfile'), 'utf8')).split('\n')) {
    const [instruction, ...words] = line.split(' ');
    if (instruction === 'FROM')
      stages.push({ copies: [], environment: {}, entrypoint: [], user: undefined, removed: [] });
    const stage = stages.at(-1);
    if (!stage) continue;
    if (instruction === 'ENV') for (const word of words) Object.assign(stage.environment, toEntry(word));
    if (instruction === 'USER') stage.user = words[0];
    if (instruction === 'ENTRYPOINT') stage.entrypoint = JSON.parse(words.join(' ')) as string[];
    if (instruction === 'RUN')
      stage.removed.push(...[...line.matchAll(/rm -rf (\S+)/g)].map(([, path]) => path as string));
    if (instruction === 'COPY') {
      const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length);
      const paths = words.filter((word) => !word.startsWith('--'));
      stage.copies.push({ from, sources: paths.slice(0, -1), target: paths.at(-1) as string });
    }
  }
  return stages;
}

function toEntry(word: string): Record<string, string> {
  const [name, ...value] = word.split('=');
  return { [name as string]: value.join('=') };
}

/**
 * A folder with what the image has in /app: what the last stage copies, and the packages that `npm ci --omit=dev` installs, but for what is removed again.
 * What a stage before it would build (dist) is taken from this work tree, which the suite has just built.
 */
export async function prepareImage(): Promise<Image> {
  const folder = await mkdtemp(join(tmpdir(), 'stepcloud-image-'));
  const { copies, environment, entrypoint, removed } = (await readDockerfile()).at(-1) as Stage;
  for (const { sources, target } of copies) {
    for (const source of sources) {
      const inside = source.replace(/^\/app\//, '');
      await cp(join(root, inside), join(folder, target === './' ? inside : target), { recursive: true });
    }
  }
  const copy = ['cp', '--archive', '--parents', ...(await productionPackages(removed)), folder];
  await run([...copy, '--link'], { folder: root }).catch(() => run(copy, { folder: root })); // linked, on one file system
  return { folder, entrypoint, environment, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** It only adds, as all do, and to a table that is written to all the time. */
const NEXT_MIGRATION = `import { sql } from 'kysely';
export async function up(db) {
  await sql\`ALTER TABLE reading ADD COLUMN next_release int\`.execute(db);
  await sql\`CREATE TABLE next_release (id int PRIMARY KEY)\`.execute(db);
}
`;

/** The release after this one: the same, and one more migration. To it this release is the previous one. */
export async function prepareNextRelease({ folder, ...image }: Image): Promise<Image> {
  const next = await mkdtemp(join(tmpdir(), 'stepcloud-next-'));
  await cp(join(folder, 'dist'), join(next, 'dist'), { recursive: true });
  await writeFile(join(next, 'dist/migrations/99991231T2359_add_next_release.js'), NEXT_MIGRATION);
  for (const name of await readdir(folder)) if (name !== 'dist') await symlink(join(folder, name), join(next, name));
  return { ...image, folder: next, remove: () => rm(next, { recursive: true, force: true }) };
}

async function productionPackages(removed: readonly string[]): Promise<string[]> {
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean }>;
  };
  const installed = JSON.parse(await readFile(join(root, 'node_modules/.package-lock.json'), 'utf8')) as typeof lock;
  return Object.entries(lock.packages)
    .filter(([path, { dev }]) => !dev && path in installed.packages)
    .map(([path]) => path)
    .filter((path) => !removed.some((folder) => path.startsWith(`${folder}/`)));
}
