import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readDockerfile } from './image.ts';

describe('the Dockerfile', () => {
  it('copies only what .dockerignore lets through, and keeps secrets and data out', async () => {
    const ignore = (await readFile('.dockerignore', 'utf8')).split('\n').filter((line) => /^[*!]/.test(line));
    expect(ignore[0]).toBe('*');
    const stages = await readDockerfile();
    const copied = stages.flatMap(({ copies }) => copies.flatMap(({ from, sources }) => (from ? [] : sources)));
    expect(ignore.slice(1).sort()).toEqual([...new Set(copied.map((source) => `!${source.split('/')[0]}`))].sort());
  });

  it('runs as a user that is not root, and without a role of its own', async () => {
    expect((await readDockerfile()).at(-1)).toMatchObject({
      user: 'node',
      entrypoint: ['node', 'dist/src/cli.js'],
      environment: { NODE_ENV: 'production' },
    });
    expect(await readFile('Dockerfile', 'utf8')).not.toMatch(/^(HEALTHCHECK|CMD|ARG)\b/m);
  });
});
