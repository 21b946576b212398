import { constants } from 'node:fs';
import { access, readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from './compose.ts';

interface Job {
  uses?: string;
  steps?: { uses?: string; run?: string }[];
  permissions?: Record<string, string>;
}
interface Workflow {
  on: string | Record<string, unknown>;
  permissions: Record<string, string>;
  jobs: Record<string, Job>;
}

const read = (file: string) => readFile(new URL(file, ROOT), 'utf8');
const names = await readdir(new URL('.github/workflows/', ROOT));
const workflows = await Promise.all(
  names.map(async (name) => {
    const text = await read(`.github/workflows/${name}`);
    return { name, text, workflow: parse(text) as Workflow };
  }),
);

describe('the workflows of GitHub', () => {
  it.each(workflows)('$name may only read, but for the job that publishes, and gives no secret to strangers', (one) => {
    expect(one.workflow.permissions).toEqual({ contents: 'read' });
    const more = Object.entries(one.workflow.jobs).filter(([, { permissions }]) => permissions);
    expect(more.map(([name]) => name)).toEqual(one.name === 'release.yml' ? ['release'] : []);
    expect(one.text).not.toMatch(/pull_request_target|secrets\./);
  });

  it.each(workflows)('$name pins each action by its commit, and says which version that is', ({ workflow, text }) => {
    const used = Object.values(workflow.jobs).flatMap(({ uses, steps = [] }) => [
      uses,
      ...steps.map((step) => step.uses),
    ]);
    for (const action of used.filter((one) => one !== undefined && !one.startsWith('./'))) {
      expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
      expect(text).toMatch(new RegExp(`${action} # v\\d+\\.\\d+\\.\\d+$`, 'm'));
    }
  });

  it.each(workflows)('$name runs scripts that are there', async ({ workflow }) => {
    const runs = Object.values(workflow.jobs).flatMap(({ steps = [] }) => steps.map(({ run }) => run ?? ''));
    const scripts = runs.flatMap((text) => text.match(/(?<=^|\s)\.{1,2}[\w-]*\/[\w./-]+/gm) ?? []);
    if (workflow.jobs.test) expect(scripts).toEqual(['.ci/run']);
    for (const script of scripts) await access(new URL(script, ROOT), constants.X_OK);
  });

  it('run the test command of the README, and before a release, too', async () => {
    const jobs = (name: string) => workflows.find((one) => one.name === name)?.workflow.jobs ?? {};
    expect(jobs('ci.yml').test?.steps?.map(({ run }) => run)).toContain('.ci/run');
    const script = await read('.ci/run');
    expect(await read('README.md')).toContain('\n```sh\nnpm ci && npm test\n```');
    expect(script).toMatch(/^npm ci && npm test$/m);
    expect(jobs('release.yml').ci?.uses).toBe('./.github/workflows/ci.yml');
    expect(jobs('release.yml').release).toMatchObject({ needs: 'ci' });
  });

  it('are kept up to date, as is what the image and Compose stand on', async () => {
    const { updates } = parse(await read('.github/dependabot.yml')) as { updates: { 'package-ecosystem': string }[] };
    expect(updates.map((one) => one['package-ecosystem'])).toEqual([
      'npm',
      'docker',
      'docker-compose',
      'github-actions',
    ]);
  });
});
