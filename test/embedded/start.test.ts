import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findEmbeddedPostgres } from '../../src/embedded/index.ts';
import { openInstallation } from '../../src/embedded/installation.ts';
import { isRoot, openSandbox, query } from './sandbox.ts';

async function occupyPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe('the first start', () => {
  it('makes a durable database that only this machine can reach, and its owner alone', async () => {
    const { start, dataDir, clusterFolder } = await openSandbox();
    const { url, port } = await start({ settings: {} });

    const names = [
      'fsync',
      'synchronous_commit',
      'full_page_writes',
      'data_checksums',
      'server_encoding',
      'listen_addresses',
      'unix_socket_directories',
    ];
    const selected = names.map((name) => `current_setting('${name}') as "${name}"`).join();
    const [row] = await query(
      url,
      `select ${selected}, current_database(), datlocale from pg_database where datname = current_database()`,
    );
    expect(row).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      data_checksums: 'on',
      server_encoding: 'UTF8',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      current_database: 'stepcloud',
      datlocale: 'C.UTF-8',
    });

    // It asks for a password, which stands in a file that only its owner can read.
    await expect(query(`postgres://stepcloud:wrong@127.0.0.1:${port}/stepcloud`, 'select 1')).rejects.toThrow(
      'password',
    );
    expect((await stat(join(dataDir, 'postgres.json'))).mode & 0o777).toBe(0o600);

    // The data are where its user can reach them: in the data folder, or as root outside of it.
    const folder = await clusterFolder();
    const { uid, mode } = await stat(folder);
    expect({
      private: (mode & 0o777) === 0o700,
      inside: folder === join(dataDir, 'postgres'),
      ownedByRoot: uid === 0,
    }).toEqual({ private: true, inside: !isRoot, ownedByRoot: false });
  });

  it('says what Postgres logged when it does not start', async () => {
    const { start } = await openSandbox();
    await expect(start({ settings: { max_connections: 'many' } })).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      message: expect.stringContaining('invalid value for parameter "max_connections"'),
    });
  });
});

describe('the next start', () => {
  it('goes on with the same data and password, on the port that it got when the preferred one was taken', async () => {
    const { start, warnings, dataDir } = await openSandbox();
    expect(await findEmbeddedPostgres(dataDir)).toBeUndefined();
    const taken = await occupyPort();
    const first = await start({ port: taken });
    expect(first.port).not.toBe(taken);
    expect(warnings).toEqual([`port ${taken} is taken: Postgres gets port ${first.port}`]);
    expect(await findEmbeddedPostgres(dataDir)).toBe(first.url);
    await query(first.url, 'create table kept as select 42 as answer');
    await first.stop();
    await first.stop();
    expect(await findEmbeddedPostgres(dataDir)).toBeUndefined();

    const second = await start();
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('is refused while the first runs, which is not disturbed, and to another user than who made the data', async () => {
    const { start, dataDir } = await openSandbox();
    const { url, stop } = await start();
    await expect(start()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('another StepCloud is running on the same data'),
    });
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);

    await stop();
    const somebody = isRoot ? undefined : { uid: 1, gid: 1 };
    await expect(openInstallation(dataDir, { folder: dataDir, account: somebody })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('start StepCloud as that user'),
    });
  });
});

describe('two starts on one data folder', () => {
  it('at the same moment, on an empty folder: one runs, the other is refused', async () => {
    const { start } = await openSandbox();
    const outcomes = await Promise.allSettled([start(), start()]);
    const running = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : []));
    expect(refused).toEqual(['CONFIG_INVALID']);
    expect(await query(running[0]!.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});
