import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Account, giveTo, openHome, runAs } from '../../src/embedded/home.ts';
import { missing } from '../support/found.ts';
import { freePort } from '../support/free-port.ts';

const WAIT = { timeout: 30_000, interval: 100 };

/** Debian keeps the programs of a server in a folder per version, which is on nobody's PATH. */
const versions = await readdir('/usr/lib/postgresql').catch(() => []);
const candidates = versions.map((version) => `/usr/lib/postgresql/${version}/bin`);
const programs = [...candidates, ...(process.env.PATH ?? '').split(delimiter)].find((path) =>
  ['initdb', 'pg_ctl', 'pg_basebackup', 'pg_verifybackup', 'psql'].every((name) => existsSync(join(path, name))),
);

describe.skipIf(missing('pg_basebackup', programs))('what docs/operations.md says of a Postgres of your own', () => {
  let account: Account | undefined;
  let folder: string;
  let port: number;
  let page: string;

  beforeAll(async () => {
    ({ account } = await openHome(tmpdir()));
    folder = await mkdtemp(join(tmpdir(), 'stepcloud-recovery-'));
    await giveTo(account, folder);
    port = await freePort();
    page = await readFile(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  });
  afterAll(async () => {
    await run('pg_ctl --pgdata=main --mode=immediate stop').catch(() => {});
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs commands as Postgres' user, and returns what they print. */
  async function run(commands: string, values: Record<string, string> = {}): Promise<string> {
    const env = {
      PATH: `${programs}:${process.env.PATH}`,
      DATABASE_URL: `postgres://stepcloud@127.0.0.1:${port}/postgres`,
      STEPCLOUD_KEYS_FILE: join(folder, 'keys.json'),
      PSQLRC: '/dev/null',
      ...values,
    };
    const options = { cwd: folder, env, ...runAs(account) };
    return (await promisify(execFile)('sh', ['-euc', commands], options)).stdout.trim();
  }
  const query = (sql: string) => run('psql "$DATABASE_URL" --no-align --tuples-only --command "$SQL"', { SQL: sql });
  const start = () => run('pg_ctl --pgdata=main --log=log --wait start >/dev/null');

  /** The block of the page that has these words in it, with the folders and the time of this test. */
  function block(words: string, moment = ''): string {
    const blocks = page.match(/^```\w*\n.*?^```$/gms) ?? [];
    const text = blocks.find((candidate) => candidate.includes(words)) as string;
    return text
      .replaceAll(/^```\w*$/gm, '')
      .replaceAll('/mnt/backup', join(folder, 'backup'))
      .replaceAll('/var/lib/postgresql/18', folder)
      .replaceAll('2026-11-25 14:29:00+00', moment);
  }

  it('brings back the moment before a mistake', { timeout: 120_000 }, async () => {
    await run('initdb --pgdata=main --username=stepcloud --auth=trust --no-sync');
    await run('mkdir -p backup/base backup/wal && touch keys.json');
    const settings = `port = ${port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\nfsync = off\n`;
    await appendFile(join(folder, 'main', 'postgresql.conf'), settings + block('archive_library'));
    await start();
    await query('CREATE TABLE sensor_latest (received_at timestamptz)');
    await run(block('pg_verifybackup'));

    await query('INSERT INTO sensor_latest VALUES (now())');
    const before = await query('SELECT max(received_at) FROM sensor_latest');
    await query('SELECT pg_switch_wal()');
    const moment = await query('SELECT clock_timestamp()');
    await query('INSERT INTO sensor_latest VALUES (now())');
    await run('pg_ctl --pgdata=main --mode=fast stop');

    const [, prepare, look, resume] =
      /^(.*)# 4\.([^\n]*\n.*)# 5\.(.*)# 6\./s.exec(block('recovery.signal', moment)) ?? [];
    await run(prepare as string);
    await start();
    await vi.waitFor(async () => expect(await run(`#${look}`)).toMatch(/^ paused /m), WAIT);
    expect(await query('SELECT max(received_at) FROM sensor_latest')).toBe(before);
    await run(`#${resume}`);
    await vi.waitFor(async () => expect(await query('SELECT pg_is_in_recovery()')).toBe('f'), WAIT);
    await query('INSERT INTO sensor_latest VALUES (now())');
    expect(await query('SELECT count(*) FROM sensor_latest')).toBe('2');
  });
});
