import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeCertificate } from '../support/certificate.ts';
import { missing } from '../support/found.ts';
import { ownRedis } from '../support/redis.ts';
import { createWorld, type World } from '../support/world.ts';

const CLI = fileURLToPath(new URL('../../dist/src/cli.js', import.meta.url));
let world: World;
let folder: string;
let tls: NodeJS.ProcessEnv = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepcloud-doctor-'));
  if (!missing('openssl')) {
    const { cert, key } = makeCertificate(folder, { days: 30 });
    tls = { MQTT_TLS_PORT: '0', MQTT_TLS_CERT_FILE: cert, MQTT_TLS_KEY_FILE: key };
  }
  world = await createWorld({ roles: ['broker', 'worker', 'api'], env: tls });
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

/** `stepcloud doctor ...` as a process of its own. */
function run(args: string[], changes: NodeJS.ProcessEnv = {}): Promise<{ code: number; output: string }> {
  const { databaseUrl, dataDir } = world.config;
  const ports = { MQTT_PORT: `${world.mqttPort}`, HTTP_PORT: new URL(world.httpUrl).port };
  const env = { ...process.env, DATABASE_URL: databaseUrl, STEPCLOUD_DATA_DIR: dataDir, ...ports, ...changes };
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, 'doctor', ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    );
  });
}

it('says what is wrong with an installation, and how to mend it', async () => {
  await chmod(world.config.keysFile, 0o644);
  const { code, output } = await run([], { ...tls, MQTT_PORT: '1', MQTT_TLS_PORT: String(world.broker.tlsPort ?? '') });
  expect(code).toBe(1);
  expect(output).toMatch(/FAULT +Postgres: fsync is off.*\n +mend: ALTER SYSTEM SET fsync = on/); // as all tests have it
  expect(output).toMatch(/FAULT +keys: .* has mode 0644.*\n +mend: chmod 600/);
  expect(output).toMatch(/WARNING +ports: nobody listens for MQTT/);
  expect(output).toMatch(/ok +ports: somebody listens for HTTP/);
  expect(output).toMatch(/ok +schema/);
  expect(output).toMatch(/ok +queue/);
  expect(output).toMatch(/ok +clocks: that of the database/);
  if (world.broker.tlsPort) expect(output).toMatch(/ok +certificate: that of MQTT over TLS ends on \d{4}-/);
  await chmod(world.config.keysFile, 0o600);
});

it('says that a database is not there, or MQTT over TLS', async () => {
  const away = { MQTT_TLS_PORT: '1', MQTT_TLS_CERT_FILE: 'none', MQTT_TLS_KEY_FILE: 'none' };
  const { code, output } = await run([], { DATABASE_URL: 'postgres://x:x@127.0.0.1:1/none', ...away });
  expect(code).toBe(1);
  expect(output).toMatch(/FAULT +Postgres: .*ECONNREFUSED/);
  expect(output).toMatch(/WARNING +certificate: there is no MQTT over TLS on .*ECONNREFUSED/);
});

it.skipIf(missing('redis-server'))('judges a Redis as it is', async () => {
  const redis = await ownRedis();
  try {
    const good = await run([], { REDIS_URL: redis.url });
    expect(good.output).toMatch(/ok +Redis: appendonly is yes/);
    expect(good.output).toMatch(/ok +Redis: maxmemory-policy is noeviction/);
    expect(good.output).toMatch(/ok +clocks: that of Redis/);
    await redis.configure({ appendonly: 'no', 'maxmemory-policy': 'allkeys-lru' });
    const bad = await run([], { REDIS_URL: redis.url });
    expect(bad.output).toMatch(/FAULT +Redis: appendonly is no/);
    expect(bad.output).toMatch(/FAULT +Redis: maxmemory-policy is allkeys-lru/);
  } finally {
    await redis.remove();
  }
});

it('plays a gateway, and finds every answer as it is documented', { timeout: 60_000 }, async () => {
  const { id, token } = await world.createGateway();
  const url = `mqtt://127.0.0.1:${world.mqttPort}`;
  const { code, output } = await run(['--gateway', id, '--token', token, '--url', url]);
  expect(output).not.toMatch(/FAULT/);
  expect(output.match(/^ok /gm)?.length).toBeGreaterThan(12);
  expect(code).toBe(0);
  const refused = await run(['--gateway', id, '--token', 'x', '--url', url]);
  expect(refused.output).toMatch(/FAULT +gateway: .* does not let it in/);
  expect(refused.code).toBe(1);
});
