import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const CLI = fileURLToPath(new URL('../../dist/src/cli.js', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepcloud-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** `stepcloud config` as a process of its own; its rows, cell by cell, and all that it says. */
function run(env: NodeJS.ProcessEnv): Promise<{ code: number; rows: string[][]; output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, 'config'], { env: { PATH: process.env.PATH, ...env } }, (error, stdout, stderr) =>
      resolve({
        code: error ? Number(error.code) : 0,
        rows: stdout.split('\n').map((line) => line.trim().split(/ {2,}/)),
        output: stdout + stderr,
      }),
    );
  });
}

it('shows what is in force and who says so, and no secret', async () => {
  const file = join(folder, 'broker.config.ts');
  await writeFile(
    file,
    "export default { shards: 4, batch: { lingerMs: 0 }, webSocketOrigins: ['https://a.example'] };",
  );
  await writeFile(join(folder, 'redis'), 'redis://:secret@cache:6379\n');
  const { code, rows, output } = await run({
    DATABASE_URL: 'postgres://user@db/stepcloud?sslpassword=secret',
    DATABASE_PASSWORD: 'postgres:secret',
    REDIS_URL_FILE: join(folder, 'redis'),
    SMTP_URL: 'smtps://user:secret@mail.example.org',
    HTTP_TRUSTED_PROXIES: '10.0.0.0/8, ::1',
    STEPCLOUD_BROKER_CONFIG: file,
  });
  expect(code).toBe(0);
  expect(output).not.toContain('secret');
  for (const row of [
    ['DATABASE_URL', 'postgres://user@db/stepcloud?sslpassword=***', 'DATABASE_URL'],
    ['DATABASE_PASSWORD', '***', 'DATABASE_PASSWORD'],
    ['REDIS_URL', 'redis://:***@cache:6379', 'REDIS_URL_FILE'],
    ['SMTP_URL', 'smtps://user:***@mail.example.org', 'SMTP_URL'],
    ['HTTP_TRUSTED_PROXIES', '10.0.0.0/8,::1', 'HTTP_TRUSTED_PROXIES'],
    ['MQTT_PORT', '1883', 'default'],
    ['MQTT_TLS_PORT', '(no TLS)', 'default'],
    [file],
    ['shards', '4', 'file'],
    ['batch.lingerMs', '0', 'file'],
    ['batch.maxMessages', '2000', 'default'],
    ['webSocketOrigins', '["https://a.example"]', 'file'],
    ['retentionDays.readings', 'null', 'default'],
  ])
    expect(rows).toContainEqual(row);
});

it('needs no database, and names every fault in place of the settings', async () => {
  expect(await run({})).toMatchObject({ code: 0 });
  const { code, output } = await run({ MQTT_PORT: 'x', SMTP_URL_FILE: join(folder, 'none') });
  expect(code).toBe(1);
  expect(output).toMatch(/^stepcloud: MQTT_PORT must be .*\nSMTP_URL_FILE names a file that cannot be read: .*\n$/);
});
