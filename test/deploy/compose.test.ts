import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { VARIABLES, type Variable } from '../../src/config/variables.ts';
import { missing } from '../support/found.ts';
import { ownRedis } from '../support/redis.ts';
import { ROOT, readCompose, type Service, withSettings } from './compose.ts';
import { run } from './programs.ts';

const SCALABLE = ['broker', 'worker', 'api'];
const read = (file: string) => readFile(new URL(file, ROOT), 'utf8');

const written = await readCompose();
const compose = withSettings(written, {});
const services = Object.entries(compose.services);
const ours = services.filter(([, { image }]) => image === 'stepcloud');

const composePlugin = ['docker', 'compose', '--file', fileURLToPath(new URL('docker-compose.yml', ROOT))];
const hasComposePlugin = await run([...composePlugin, 'version']).then(
  () => true,
  () => false,
);

describe('docker-compose.yml', () => {
  it.skipIf(!hasComposePlugin)('is understood by Compose itself (docker compose)', async () => {
    await run([...composePlugin, 'config', '--quiet']);
  });

  it('runs the roles and migrate from one image, and what they need besides', () => {
    expect(ours.map(([name]) => name).sort()).toEqual([...SCALABLE, 'migrate'].sort());
    expect(services.map(([name]) => name).sort()).toEqual(
      [
        ...SCALABLE,
        'migrate',
        'postgres',
        'redis',
        'haproxy',
        'caddy',
        'pgadmin',
        'mail',
        'prometheus',
        'grafana',
      ].sort(),
    );
    for (const [, { build }] of ours) expect(build).toBe('.');
  });

  it.each(ours)('gives %s a command of the command line', async (_, { command }) => {
    expect(command).toHaveLength(1);
    const cli = await read('src/cli.ts');
    expect([...cli.matchAll(/^ {2}stepcloud (\w+)/gm)].map(([, name]) => name)).toContain(command?.[0]);
  });

  it.each(ours)('gives %s only variables that the configuration reads', async (_, { environment = {} }) => {
    const known = Object.entries<Variable>(VARIABLES).flatMap(([name, { masked }]) =>
      masked ? [name, `${name}_FILE`] : [name],
    );
    expect(known).toEqual(expect.arrayContaining(Object.keys(environment)));
  });

  it.each(services.filter(([name]) => name !== 'migrate' && name !== 'pgadmin'))(
    'checks the health of %s and starts it again',
    (_, { healthcheck, restart }) => {
      expect(healthcheck?.test[0]).toMatch(/^CMD/);
      expect(restart).toBe('unless-stopped');
    },
  );

  it.each(services)('can run %s more than once: no name, and no port of the host where it scales', (name, service) => {
    expect(service.container_name).toBeUndefined();
    if (SCALABLE.includes(name)) expect(service.ports).toBeUndefined();
  });

  it('starts each service once what it needs is healthy, or done', () => {
    for (const [name, { depends_on: needs = {} }] of services) {
      for (const [other, { condition }] of Object.entries(needs)) {
        const done = other === 'migrate';
        expect([name, other, condition]).toEqual([
          name,
          other,
          done ? 'service_completed_successfully' : 'service_healthy',
        ]);
        expect(done || compose.services[other]?.healthcheck).toBeTruthy();
      }
    }
    const needsOf = (name: string) => Object.keys(compose.services[name]?.depends_on ?? {}).sort();
    for (const name of SCALABLE) expect(needsOf(name)).toEqual(['migrate', 'postgres', 'redis']);
    expect(needsOf('migrate')).toEqual(['postgres']);
    expect(needsOf('caddy')).toEqual(['broker', 'haproxy']);
    expect(needsOf('haproxy')).toEqual(['api', 'broker']);
  });

  it('leaves to a stopping role more time than it takes', () => {
    for (const name of SCALABLE) expect(compose.services[name]?.stop_grace_period).toBe('30s');
  });

  it('bounds the memory of every service, and its log; and what the roles may do', () => {
    for (const [, service] of services)
      expect(service).toMatchObject({
        mem_limit: expect.stringMatching(/^\d+[mg]$/),
        logging: { options: { 'max-size': '10m' } },
      });
    for (const [, role] of ours)
      expect(role).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
  });

  it('holds no password: each comes from a file that Compose hands in', async () => {
    for (const [, { environment = {}, secrets = [] }] of services) {
      for (const [name, value] of Object.entries(environment)) {
        if (/PASSWORD|SECRET|TOKEN/.test(name)) {
          expect(name).toMatch(/_FILE$/);
          expect(secrets.map((secret) => `/run/secrets/${secret}`)).toContain(value);
        }
        expect(String(value)).not.toMatch(/\/\/[^/@]*:.*@/);
      }
      for (const secret of secrets) expect(compose.secrets[secret]).toEqual({ file: `./secrets/${secret}` });
    }
    expect(await read('.gitignore')).toMatch(/^secrets\/$/m);
  });

  it('names every setting that it takes in .env.example, without a value', async () => {
    const taken = new Set(
      [...(await read('docker-compose.yml')).matchAll(/\$\{(\w+)/g)].map(([, name]) => name as string),
    );
    const example = [...(await read('.env.example')).matchAll(/^(#?)(\w+)=(.*)$/gm)];
    expect(example.map(([, , name]) => name).sort()).toEqual([...taken].sort());
    expect(example.filter(([, comment]) => comment === '')).toEqual([]);
  });

  it('tells the API who is in front of it, where people reach it, and which mail server to use', () => {
    const apiOf = (settings: Record<string, string>) => withSettings(written, settings).services.api?.environment;
    expect(apiOf({})).toMatchObject({
      HTTP_TRUSTED_PROXIES: '172.16.0.0/12,192.168.0.0/16',
      STEPCLOUD_PUBLIC_URL: 'https://localhost',
      MQTT_PUBLIC_URLS: 'wss://localhost/mqtt,mqtts://localhost:8883',
      SMTP_URL: '',
    });
    const given = { SMTP_URL: 'smtps://u:p@mail.example.com', MAIL_FROM: 'StepCloud <a@example.com>' };
    expect(apiOf({ STEPCLOUD_DOMAIN: 'iot.example.com', ...given })).toMatchObject({
      STEPCLOUD_PUBLIC_URL: 'https://iot.example.com',
      ...given,
    });
  });

  it('keeps in named volumes what must outlive a container, the keys where the roles look for them', () => {
    const volumesOf = (name: string) => compose.services[name]?.volumes ?? [];
    expect(volumesOf('postgres')).toEqual(['postgres:/var/lib/postgresql']);
    expect(volumesOf('redis')).toEqual(['redis:/data']);
    for (const [name, { environment }] of ours) {
      const file = environment?.STEPCLOUD_KEYS_FILE;
      const disk = environment?.STEPCLOUD_DATABASE_DIR;
      const certificate = environment?.MQTT_TLS_CERT_FILE;
      const volumes = [
        ...(file ? ['keys:/var/lib/stepcloud'] : []),
        ...(disk ? [`postgres:${disk}:ro`] : []),
        ...(certificate ? ['caddy:/data:ro'] : []),
      ];
      expect([name, volumesOf(name)]).toEqual([name, volumes]);
      expect(file ?? '/var/lib/stepcloud/keys.json').toBe('/var/lib/stepcloud/keys.json');
      expect(file !== undefined).toBe(name === 'broker' || name === 'api');
    }
    for (const [, { volumes = [] }] of services)
      for (const [source] of volumes.map((volume) => volume.split(':')))
        expect(source?.startsWith('./') || (source as string) in compose.volumes).toBe(true);
  });

  it('lets the brokers read the certificate that Caddy keeps as the same user, whoever issued it', async () => {
    const { broker, caddy } = withSettings(written, { STEPCLOUD_DOMAIN: 'iot.example.com' }).services;
    expect(broker?.environment).toMatchObject({
      MQTT_TLS_CERT_FILE: '/data/caddy/certificates/*/iot.example.com/iot.example.com.crt',
      MQTT_TLS_KEY_FILE: '/data/caddy/certificates/*/iot.example.com/iot.example.com.key',
    });
    expect(caddy).toMatchObject({ user: '1000:1000', volumes: expect.arrayContaining(['caddy:/data:nocopy']) });
    expect(await read('Dockerfile')).toMatch(/^RUN install .*--owner=node .*\/data$/m); // uid 1000 of Node's image
  });

  it('has Redis write everything to its AOF and throw nothing away', () => {
    expect(compose.services.redis?.command?.join(' ')).toContain('--appendonly yes --maxmemory-policy noeviction');
    expect(compose.services.redis).toMatchObject({ command: expect.arrayContaining(['512mb']), mem_limit: '1g' });
  });

  it('shuts Postgres and Redis in, and opens plain MQTT and the tools to this machine alone', () => {
    expect(compose.networks.inside?.internal).toBe(true);
    for (const name of ['postgres', 'redis']) {
      expect(compose.services[name]).toMatchObject({ networks: ['inside'] });
      expect(compose.services[name]?.ports).toBeUndefined();
    }
    for (const name of ['caddy', 'haproxy']) expect(compose.services[name]?.networks).toEqual(['front']);
    expect(compose.services.pgadmin).toMatchObject({ profiles: ['tools'], ports: ['127.0.0.1:5050:80'] });
    expect(compose.services.mail).toMatchObject({ profiles: ['mail'], ports: ['127.0.0.1:8025:8025'] });
    expect(compose.services.haproxy?.ports).toEqual(['127.0.0.1:1883:1883', '8883:8883']);
  });

  it('starts what watches it on demand, on this machine alone, with the files that are there', async () => {
    const watching = { prometheus: '127.0.0.1:9091:9090', grafana: '127.0.0.1:3000:3000' };
    for (const [name, port] of Object.entries(watching)) {
      const { volumes = [], ...service } = compose.services[name] as Service;
      expect(service).toMatchObject({ profiles: ['monitoring'], ports: [port] });
      for (const [source = ''] of volumes.map((volume) => volume.split(':')))
        if (source.startsWith('./')) await read(source);
    }
    expect(compose.services.prometheus?.networks).toContain('inside');
    expect(compose.services.grafana?.networks).not.toContain('inside');
  });

  it.skipIf(missing('redis-server'))('asks Redis for its health with a command that it understands', async () => {
    const redis = await ownRedis();
    const [kind, command] = compose.services.redis?.healthcheck?.test ?? [];
    expect(kind).toBe('CMD-SHELL');
    const check = () => run(['sh', '-c', (command as string).replace('redis-cli', `redis-cli -u ${redis.url}`)]);
    try {
      await check();
      await redis.stop();
      await expect(check()).rejects.toThrow();
    } finally {
      await redis.remove();
    }
  });
});
