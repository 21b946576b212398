import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Client } from 'pg';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openHome, runAs } from '../../src/embedded/home.ts';
import { findClusterFolder } from '../../src/embedded/index.ts';
import { kill, openSandbox, query } from './sandbox.ts';

it('a Postgres whose owner was killed is taken over, and its data with it', async () => {
  const { start, forkOwner, postmasterPid } = await openSandbox();
  const owner = forkOwner();
  const url = await owner.url;
  await query(url, 'create table kept as select 42 as answer');
  const pid = await postmasterPid();
  await kill(owner.process);

  const next = await start();
  expect(next.url).toBe(url);
  expect(await postmasterPid()).toBe(pid);
  expect(await query(next.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

it('a killed Postgres starts again, though a busy backend still holds its shared memory', async () => {
  const { start, postmasterPid } = await openSandbox();
  const first = await start();
  await query(first.url, 'create table kept as select 42 as answer');
  const busy = new Client({ connectionString: first.url });
  busy.on('error', () => {});
  await busy.connect();
  const counting = busy.query('select count(*) from generate_series(1, 1e12)');
  counting.catch(() => {});
  await vi.waitFor(async () => {
    const sql = `select from pg_stat_activity where state = 'active' and query like '%1e12%' and pid <> pg_backend_pid()`;
    expect(await query(first.url, sql)).toHaveLength(1);
  });
  process.kill(await postmasterPid(), 'SIGKILL');

  const second = await start();
  expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  await expect(counting).rejects.toThrow();
});

it('a stale postmaster.pid that names a living program does not bar the start', async () => {
  const { start, dataDir, clusterFolder } = await openSandbox();
  await (await start()).stop();

  const { account } = await openHome(dataDir);
  const stranger = spawn('sleep', ['60'], runAs(account));
  onTestFinished(() => kill(stranger));
  await once(stranger, 'spawn');
  const lock = join(await clusterFolder(), 'postmaster.pid');
  await writeFile(lock, `${stranger.pid}\n${await clusterFolder()}\n1\n1\n\n127.0.0.1\n  1  1\nready\n`, {
    mode: 0o600,
  });
  if (account) await chown(lock, account.uid, account.gid);

  const { url } = await start();
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(stranger.exitCode).toBeNull();
});

it('an initdb that was interrupted leaves nothing behind at the next start', async () => {
  const { start, dataDir, forkOwner } = await openSandbox();
  const owner = forkOwner();
  const drafts = async () => {
    const folder = await findClusterFolder(dataDir);
    if (!folder) return [];
    const names = await readdir(dirname(folder));
    return names
      .filter((name) => name.startsWith(`${basename(folder)}.draft-`))
      .map((name) => join(dirname(folder), name));
  };
  await vi.waitFor(async () => expect(existsSync(join((await drafts())[0]!, 'content', 'PG_VERSION'))).toBe(true), {
    timeout: 10_000,
    interval: 5,
  });
  await kill(owner.process);

  const { url } = await start();
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(await drafts()).toEqual([]);
});
