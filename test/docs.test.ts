import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { AUDIT_ACTIONS } from '../src/db/audit.ts';
import { REFUSAL_CODES, WARNING_CODES } from '../src/errors.ts';

const read = (file: string) => readFile(new URL(`../${file}`, import.meta.url), 'utf8');

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

  it('list every environment variable that the configuration reads, and no other', async () => {
    const named = new Set(
      (await read('src/config.ts')).match(
        /\b(?:STEPCLOUD|MQTT|HTTP|DATABASE|WORKER|LOG|REDIS|METRICS|SMTP|MAIL|NODE)_[A-Z_]+\b/g,
      ),
    );
    const table = (await read('docs/operations.md')).split('\n').filter((line) => line.startsWith('| `'));
    const listed = new Set(
      table
        .join('\n')
        .match(/`[A-Z_]+`/g)
        ?.map((name) => name.slice(1, -1)),
    );
    expect([...listed].sort()).toEqual([...named].sort());
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
