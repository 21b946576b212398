import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { listSettings } from '../src/config/settings.ts';
import { VARIABLES, type Variable } from '../src/config/variables.ts';
import { AUDIT_ACTIONS } from '../src/db/audit.ts';
import { REFUSAL_CODES, WARNING_CODES } from '../src/errors.ts';

const read = (file: string) => readFile(new URL(`../${file}`, import.meta.url), 'utf8');

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(new URL(`../${folder}`, import.meta.url), { recursive: true });
  return entries.filter((entry) => entry.endsWith('.ts')).map((entry) => `${folder}/${entry}`);
}

/** The rows of a table, cell by cell: of the tables of a page whose first column has this title, the nth. */
async function table(page: string, title: string, nth = 0): Promise<string[][]> {
  const tables = (await read(page)).split(/\n(?:\n|$)/).filter((block) => block.startsWith(`| ${title} |`));
  const rows = tables[nth]?.trim().split('\n').slice(2) ?? [];
  return rows.map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

describe('the docs', () => {
  it('list every code of a refused message and of a warning with its meaning, and no other', async () => {
    const rows = [...(await read('docs/mqtt.md')).matchAll(/^\| `([A-Z_]+)` \| (.+) \|$/gm)];
    const codes = { ...REFUSAL_CODES, ...WARNING_CODES };
    expect(Object.fromEntries(rows.map(([, code, meaning]) => [code, meaning]))).toEqual(codes);
  });

  it('list every action of the audit with its meaning, and no other', async () => {
    const rows = [...(await read('docs/security.md')).matchAll(/^\| `([a-z_]+\.[a-z_]+)` \| (.+) \|$/gm)];
    expect(Object.fromEntries(rows.map(([, action, meaning]) => [action, meaning]))).toEqual(AUDIT_ACTIONS);
  });

  it('list every variable of the environment with its default and meaning, and no other', async () => {
    expect(await table('docs/configuration.md', 'variable')).toEqual(
      Object.entries<Variable>(VARIABLES).map(([name, { masked, default: text, otherwise, description }]) => [
        masked ? `\`${name}\`, \`${name}_FILE\`` : `\`${name}\``,
        text === undefined ? otherwise : `\`${text}\``,
        description,
      ]),
    );
  });

  it('list every variable that any source reads, those of commands too', async () => {
    const sources = await Promise.all((await filesOf('src')).map(read));
    const named = sources.join('\n').matchAll(/\benv\.([A-Z_]+)/g);
    const ofCommands = (await table('docs/configuration.md', 'variable', 1)).map(([name = '']) => name.slice(1, -1));
    const known = [...Object.keys(VARIABLES), ...ofCommands];
    expect([...named].map(([, name]) => name).filter((name) => !known.includes(name as string))).toEqual([]);
    for (const name of ofCommands) expect(sources.some((text) => text.includes(`env.${name}`))).toBe(true);
  });

  it('list every setting of broker.config.ts with its default and meaning, and no other', async () => {
    expect(await table('docs/configuration.md', 'setting')).toEqual(
      listSettings().map(({ name, default: value, description }) => [
        `\`${name}\``,
        `\`${JSON.stringify(value)}\``,
        description,
      ]),
    );
  });

  it.each(['README.md', 'docs/path-of-a-message.md', 'docs/adding.md', 'CONTRIBUTING.md'])(
    '%s names only files that exist, and functions that are in them',
    async (page) => {
      const text = await read(page);
      for (const [, file] of text.matchAll(/`((?:src|migrations|test|docs)\/[\w./-]+\.(?:ts|md))`/g))
        await read(file as string);
      for (const [, file, name] of text.matchAll(/`(src\/[\w./-]+\.ts)`\)?\s+`(\w+)`/g)) {
        expect(await read(file as string), `${page}: ${file} ${name}`).toMatch(new RegExp(`\\b${name}\\b`));
      }
    },
  );
});
