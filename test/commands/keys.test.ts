import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keys } from '../../src/commands/keys.ts';
import { insertSession } from '../../src/db/sessions.ts';
import { loadKeys } from '../../src/identity/keys.ts';
import { type Own, ownDatabase } from '../db/tenant.ts';

const CLI = fileURLToPath(new URL('../../dist/src/cli.js', import.meta.url));
const MINUTE = 60_000;

let folder: string;
let file: string;
let own: Own;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepcloud-keys-'));
  file = join(folder, 'keys.json');
  own = await ownDatabase();
});
afterAll(async () => {
  await own.close();
  await rm(folder, { recursive: true });
});

/** `stepcloud keys ...` as a process of its own. */
function run(args: string, databaseUrl = ''): Promise<{ code: number; output: string }> {
  const env = { ...process.env, STEPCLOUD_DATA_DIR: folder, DATABASE_URL: databaseUrl };
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, 'keys', ...args.split(' ')], { cwd: folder, env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    );
  });
}

it('lists, rotates and retires the keys, which running processes notice', { timeout: 60_000 }, async () => {
  expect(await run('list')).toMatchObject({ code: 1, output: expect.stringContaining(file) });

  let now = Date.now();
  const running = await loadKeys(file, { clock: () => now });
  const { kid: first } = await running.signing();
  const rotated = await run('rotate');
  const [, second = ''] = /^(\S+) is published and signs from \S+Z$/m.exec(rotated.output) ?? [];
  expect(rotated.code, rotated.output).toBe(0);
  const listed = await run('list');
  expect(listed.output).toMatch(new RegExp(`^${second} +\\S+Z +will sign from \\S+Z\\n${first} +\\S+Z +signs$`, 'm'));
  expect(listed.output).not.toContain(JSON.parse(await readFile(file, 'utf8')).keys[0].d);
  now += 16 * MINUTE;
  expect((await running.signing()).kid).toBe(second);

  const { output } = await run('rotate --now');
  const [third] = output.split(' ');
  now += MINUTE;
  expect((await running.signing()).kid).toBe(third);

  const { id: gatewayId } = await own.createGateway();
  const session = { id: randomUUID(), gatewayId, renewable: false };
  await insertSession(own.db, { ...session, createdAt: new Date(0), expiresAt: new Date(Date.now() + 60 * MINUTE) });
  const refused = await run(`retire ${first}`, own.url);
  expect(refused).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^stepcloud: 1 session may rest on tokens of /),
  });
  expect(await running.find(first)).toBeDefined();

  expect(await run(`retire ${second}`, own.url)).toMatchObject({ code: 0 });
  expect(await run(`retire ${first} --force`)).toMatchObject({ code: 0 });
  now += MINUTE;
  expect((await running.publicKeys()).keys.map(({ kid }) => kid)).toEqual([third]);
});

it.each([[], ['list', 'all'], ['rotate', 'all'], ['retire'], ['retire', 'one', 'two'], ['remove']])(
  'says what there is to do when asked for something else: keys %s %s %s',
  async (...args: string[]) => {
    const flags = { now: false, force: false };
    await expect(keys(args, flags)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('say what'),
    });
  },
);
