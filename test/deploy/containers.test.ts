import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { runSql, withDatabase } from '../support/database.ts';
import { missing } from '../support/found.ts';
import { type OwnRedis, ownRedis } from '../support/redis.ts';
import { createWorld, type World } from '../support/world.ts';
import { readCompose, withSettings } from './compose.ts';
import { type Container, type ContainerOptions, startContainer } from './containers.ts';
import { type Image, prepareImage, readDockerfile } from './image.ts';
import { createNetwork, hasNetwork, type Network } from './network.ts';

const WAIT = { timeout: 50_000, interval: 200 };
const MESSAGES = 50;

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

vi.setConfig({ testTimeout: 60_000 });

describe.skipIf(missing('redis-server') || !hasNetwork)(
  'the containers as plain processes (Linux, redis-server): same files, commands, variables, ports and health checks',
  () => {
    let image: Image;
    let network: Network;
    let redis: OwnRedis;
    let keysFolder: string;
    let databaseName: string;
    let databaseUrl: string;
    let options: ContainerOptions;
    let migrated: Container;
    let world: World | undefined;
    const containers: Container[] = [];

    const of = (service: string): Container[] => containers.filter((container) => container.service === service);
    beforeAll(async () => {
      databaseName = `test_${randomBytes(6).toString('hex')}`;
      await runSql(inject('postgresUrl'), `CREATE DATABASE ${databaseName}`);
      [image, network, redis] = await Promise.all([prepareImage(), createNetwork(), ownRedis()]);
      keysFolder = await mkdtemp(join(tmpdir(), 'stepcloud-keys-'));
      const compose = withSettings(await readCompose(), {});
      databaseUrl = withDatabase(inject('postgresUrl'), databaseName);
      const { password } = new URL(databaseUrl);
      await writeFile(join(keysFolder, 'password'), `${password}\n`);
      options = {
        compose,
        image,
        network,
        substitutes: {
          'postgres://stepcloud@postgres:5432/stepcloud': databaseUrl.replace(`:${password}@`, '@'),
          '/run/secrets/postgres_password': join(keysFolder, 'password'),
          'redis://redis:6379': redis.url,
          '/var/lib/stepcloud': keysFolder,
        },
      };
      migrated = startContainer('migrate', options);
    });

    afterAll(async () => {
      await Promise.all([migrated, ...containers].map((container) => container?.program.kill()));
      await world?.close();
      await redis?.remove();
      await network?.close();
      await image?.remove();
      if (keysFolder) await rm(keysFolder, { recursive: true, force: true });
      await runSql(inject('postgresUrl'), `DROP DATABASE IF EXISTS ${databaseName} WITH (FORCE)`);
    });

    it('migrate prepares an empty database, and ends well', async () => {
      expect([await migrated.program.ended, migrated.program.output()]).toEqual([
        0,
        expect.stringMatching(/[1-9]\d* migrations applied/),
      ]);
    });

    it('the roles are unhealthy as long as Redis is not there yet, and healthy from then on, without a restart', async () => {
      await redis.stop();
      for (const service of ['broker', 'broker', 'worker', 'worker', 'api'])
        containers.push(startContainer(service, options));
      await vi.waitFor(async () => {
        for (const { address } of containers)
          expect((await fetch(`http://${address}:9090/readyz`).catch(() => undefined))?.status).toBe(503);
      }, WAIT);
      const states = () => Promise.all(containers.map((container) => container.isHealthy()));
      expect(await states()).toEqual([false, false, false, false, false]);
      await redis.start();
      await vi.waitFor(async () => expect(await states()).toEqual([true, true, true, true, true]), WAIT);
    });

    it('brokers and API share the signing keys that the first of them made', async () => {
      const [api] = of('api');
      const jwks = await (await fetch(`http://${api?.address}:8080/.well-known/jwks.json`)).json();
      const file = JSON.parse(await readFile(join(keysFolder, 'keys.json'), 'utf8')) as { keys: { kid: string }[] };
      expect(jwks).toMatchObject({ keys: [{ kid: file.keys[0]?.kid }] });
    });

    it('takes messages at every broker, over MQTT and WebSocket, and shows each once over REST', async () => {
      const env = { STEPCLOUD_KEYS_FILE: join(keysFolder, 'keys.json') };
      world = await createWorld({ roles: [], databaseUrl, redisUrl: redis.url, env });
      const gateway = await world.createGateway();
      const from = Date.now() - 3_600_000;
      const [first, second] = of('broker');
      const ways = [
        `mqtt://${first?.address}:1883`,
        `mqtt://${second?.address}:1883`,
        `ws://${first?.address}:8083/mqtt`,
        `ws://${second?.address}:8083/mqtt`,
      ];
      const topic = `v1/gateways/${gateway.id}/devices/printer/readings`;
      for (const [way, url] of ways.entries()) {
        const client = await world.connect(gateway, urlOptions(url));
        const sent = Array.from({ length: MESSAGES }, (_, n) => way * MESSAGES + n).map((n) =>
          client.publishAsync(topic, JSON.stringify({ ts: from + n * 1000, values: { n } }), { qos: 1 }),
        );
        await Promise.all(sent);
      }
      const { token } = await world.createUser(gateway.customerId);
      const get = async (path: string) => {
        const url = `http://${of('api')[0]?.address}:8080/api/v1${path}`;
        const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
        return (await response.json()) as { items: { id: string; key: string; value: number }[] };
      };
      await vi.waitFor(async () => {
        const device = (await get('/devices?state=pending')).items.find(({ key }) => key === 'printer');
        const { items } = await get(
          `/devices/${device?.id}/readings?label=n&limit=1000&from=${new Date(from).toISOString()}`,
        );
        expect(items.map(({ value }) => value)).toEqual(Array.from({ length: 4 * MESSAGES }, (_, n) => n));
      }, WAIT);
    });

    it('stops each on SIGTERM by itself, well within its grace period', async () => {
      const startedAt = performance.now();
      expect(await Promise.all(containers.map(({ program }) => program.stop()))).toEqual([0, 0, 0, 0, 0]);
      expect(performance.now() - startedAt).toBeLessThan(20_000);
    });
  },
);

/** For `world.connect`, whose own URL is another. */
function urlOptions(url: string) {
  const { protocol, hostname, port, pathname } = new URL(url);
  return { protocol: protocol.slice(0, -1) as 'mqtt' | 'ws', host: hostname, port: Number(port), path: pathname };
}
