import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VARIABLES } from '../src/config/variables.ts';
import { type Config, loadConfig } from '../src/config.ts';

const DATABASE_URL = 'postgres://localhost/stepcloud';

let folder: string;
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepcloud-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

const load = (env: NodeJS.ProcessEnv = {}): Promise<Config> => loadConfig({ DATABASE_URL, ...env });

/** A broker.config.ts of its own with this text. */
async function settingsFile(text: string, name = `broker-${files++}.config.ts`): Promise<NodeJS.ProcessEnv> {
  const file = join(folder, name);
  await writeFile(file, text);
  return { STEPCLOUD_BROKER_CONFIG: file };
}
const settings = (object: string) => settingsFile(`export default ${object};\n`);

/** The faults that a configuration is refused for, one a line. */
async function faults(env: NodeJS.ProcessEnv): Promise<string[]> {
  const error = await load(env).then(
    () => expect.unreachable('the configuration was taken'),
    (reason) => reason,
  );
  expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
  return error.message.split('\n');
}

describe('without settings', () => {
  it('everything has its default, and listens on this machine only', async () => {
    const { settings: _, log, ...config } = await load();
    expect(config).toEqual({
      dataDir: resolve('.stepcloud'),
      databaseUrl: DATABASE_URL,
      databaseReadUrl: undefined,
      redisUrl: undefined,
      keysFile: resolve('.stepcloud/keys.json'),
      mqtt: { host: '127.0.0.1', port: 1883, webSocketPort: undefined, publicUrls: [], tls: undefined },
      http: { host: '127.0.0.1', port: 8080, trustedProxies: [] },
      publicUrl: undefined,
      mail: { smtpUrl: undefined, from: 'StepCloud <stepcloud@localhost>' },
      isDevelopment: true,
      metrics: undefined,
      leaseMs: 20_000,
      poolSize: 4,
      workerConcurrency: 4,
    });
    expect(log.level).toBe('info');
  });

  it('an empty file has the settings that the shipped one writes out', async () => {
    const [empty, shipped] = [await load(await settings('{}')), await load()];
    expect(empty.settings).toEqual(shipped.settings);
    expect(empty.settings).toMatchObject({
      maxPacketBytes: 1_048_576,
      ackTimeoutMs: 10_000,
      batch: { maxMessages: 2000, maxBytes: 524_288, lingerMs: 3 },
      shards: 1,
      time: { horizonDays: 3653, aheadMs: 300_000 },
      retentionDays: { readings: null, events: null, logs: null, rollups: null, deadLetters: 30 },
      partitionSpan: 'month',
    });
  });

  it('a variable that is set to nothing counts as not set', async () => {
    const names = Object.keys(VARIABLES)
      .filter((name) => name !== 'DATABASE_URL')
      .flatMap((name) => [name, `${name}_FILE`]);
    expect(await load(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(await load());
  });

  it('nothing of it can be changed afterwards, on any level', async () => {
    const config = await load(await settings("{ webSocketOrigins: ['https://example.org'] }"));
    const walk = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      expect(Object.isFrozen(value)).toBe(true);
      Object.values(value).forEach(walk);
    };
    walk(config);
    expect(() => Object.assign(config.settings.batch, { maxMessages: 1 })).toThrow(TypeError);
  });
});

describe('the environment', () => {
  it('is read', async () => {
    const config = await load({
      STEPCLOUD_DATA_DIR: '/data',
      REDIS_URL: 'rediss://cache:6380/1',
      MQTT_HOST: '0.0.0.0',
      MQTT_PORT: '0',
      MQTT_WS_PORT: '9001',
      MQTT_TLS_PORT: '8883',
      MQTT_TLS_CERT_FILE: '/tls/cert.pem',
      MQTT_TLS_KEY_FILE: '/tls/key.pem',
      MQTT_PUBLIC_URLS: 'mqtts://iot.example.org, wss://iot.example.org/mqtt',
      HTTP_HOST: '::1',
      HTTP_PORT: '65535',
      HTTP_TRUSTED_PROXIES: '172.16.0.0/12, 192.0.2.1,fd00::/8,::1',
      STEPCLOUD_PUBLIC_URL: 'https://iot.example.org/',
      SMTP_URL: 'smtps://user:password@mail.example.org',
      MAIL_FROM: 'stepcloud@example.org',
      NODE_ENV: 'production',
      METRICS_PORT: '9090',
      LOG_LEVEL: 'silent',
      LOG_FORMAT: 'pretty',
      DATABASE_POOL_SIZE: '100',
      WORKER_CONCURRENCY: '32',
    });
    expect(config).toMatchObject({
      dataDir: '/data',
      keysFile: '/data/keys.json',
      redisUrl: 'rediss://cache:6380/1',
      mqtt: {
        host: '0.0.0.0',
        port: 0,
        webSocketPort: 9001,
        publicUrls: ['mqtts://iot.example.org', 'wss://iot.example.org/mqtt'],
        tls: { port: 8883, certFile: '/tls/cert.pem', keyFile: '/tls/key.pem' },
      },
      http: { host: '::1', port: 65_535, trustedProxies: ['172.16.0.0/12', '192.0.2.1', 'fd00::/8', '::1'] },
      publicUrl: 'https://iot.example.org',
      mail: { smtpUrl: 'smtps://user:password@mail.example.org', from: 'stepcloud@example.org' },
      isDevelopment: false,
      metrics: { host: '127.0.0.1', port: 9090 },
      log: { level: 'silent', pretty: true },
      poolSize: 100,
      workerConcurrency: 32,
    });
  });

  it.each<[string, NodeJS.ProcessEnv, string]>([
    ['no database', { DATABASE_URL: '' }, 'DATABASE_URL is not set'],
    [
      'a database elsewhere',
      { DATABASE_URL: 'mysql://localhost/x' },
      'DATABASE_URL must be a URL that begins postgres:// or postgresql://',
    ],
    [
      'a database that is no URL',
      { DATABASE_URL: 'localhost' },
      'DATABASE_URL must be a URL that begins postgres:// or postgresql://',
    ],
    [
      'a queue elsewhere',
      { REDIS_URL: 'http://cache' },
      'REDIS_URL must be as redis://host:6379, redis+sentinel://host,host/mymaster or redis+cluster://host,host',
    ],
    ['a port that is no number', { MQTT_PORT: 'mqtt' }, 'MQTT_PORT must be a whole number from 0 to 65535, not "mqtt"'],
    ['a port beyond the last', { HTTP_PORT: '65536' }, 'HTTP_PORT must be a whole number from 0 to 65535, not "65536"'],
    ['a negative port', { MQTT_WS_PORT: '-1' }, 'MQTT_WS_PORT must be a whole number from 0 to 65535, not "-1"'],
    [
      'half a connection',
      { DATABASE_POOL_SIZE: '2.5' },
      'DATABASE_POOL_SIZE must be a whole number from 2 to 100, not "2.5"',
    ],
    ['no worker', { WORKER_CONCURRENCY: '0' }, 'WORKER_CONCURRENCY must be a whole number from 1 to 32, not "0"'],
    [
      'an unknown level',
      { LOG_LEVEL: 'loud' },
      'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent, not "loud"',
    ],
    [
      'a public address without http',
      { STEPCLOUD_PUBLIC_URL: 'iot.example.org' },
      'STEPCLOUD_PUBLIC_URL must be a URL that begins http:// or https://',
    ],
    [
      'an address of MQTT without a protocol',
      { MQTT_PUBLIC_URLS: 'mqtts://iot.example.org,iot.example.org:1883' },
      'MQTT_PUBLIC_URLS must be URLs that begin mqtt:// or mqtts:// or ws:// or wss://, separated by commas, not "iot.example.org:1883"',
    ],
    [
      'a mail server elsewhere',
      { SMTP_URL: 'https://mail.example.org' },
      'SMTP_URL must be a URL that begins smtp:// or smtps://',
    ],
    ...['StepCloud', 'a@b@c', '<a@b> c', 'StepCloud <a b@c>', 'a@b, c@d', 'a@b\r\nBcc: c@d', 'x\n <a@b>'].map(
      (from): [string, NodeJS.ProcessEnv, string] => [
        `a sender that is no address: ${JSON.stringify(from)}`,
        { MAIL_FROM: from },
        `MAIL_FROM must be an address as in StepCloud <stepcloud@localhost>, not ${JSON.stringify(from)}`,
      ],
    ),
    ...['caddy', '172.16.0.0/33', '172.16.0.0/0', '172.16.0.0/', '172.16.0.0/12/1', '172.16/12', '::/129', '*'].map(
      (proxy): [string, NodeJS.ProcessEnv, string] => [
        `a proxy that is no address: ${proxy}`,
        { HTTP_TRUSTED_PROXIES: `127.0.0.1,${proxy}` },
        `HTTP_TRUSTED_PROXIES must be addresses or networks as in 172.16.0.0/12, separated by commas, not "${proxy}"`,
      ],
    ),
    ['TLS without its key', { MQTT_TLS_PORT: '8883', MQTT_TLS_CERT_FILE: '/cert' }, 'MQTT_TLS_KEY_FILE is not set'],
  ])('is refused: %s', async (_, env, fault) => {
    expect(await faults(env)).toEqual([fault]);
  });

  it('never shows the password of a database or mail server that it cannot read', async () => {
    expect((await faults({ DATABASE_URL: 'mysql://user:secret@host/x' })).join()).not.toContain('secret');
    expect((await faults({ SMTP_URL: 'https://user:secret@host' })).join()).not.toContain('secret');
  });
});

describe('a secret in a file', () => {
  const secret = async (text: string) => {
    const file = join(folder, `secret-${files++}`);
    await writeFile(file, text);
    return file;
  };

  it.each(['', '\n', '\r\n'])('is what its one line says, whether it ends with %j or not', async (end) => {
    const config = await loadConfig({
      DATABASE_URL_FILE: await secret(`postgres://user:secret@db/stepcloud${end}`),
      REDIS_URL_FILE: await secret(`redis://:secret@cache${end}`),
      SMTP_URL_FILE: await secret(`smtps://user:secret@mail.example.org${end}`),
    });
    expect(config).toMatchObject({
      databaseUrl: 'postgres://user:secret@db/stepcloud',
      redisUrl: 'redis://:secret@cache',
      mail: { smtpUrl: 'smtps://user:secret@mail.example.org' },
    });
  });

  it.each(['secret', 'p@ss/word', 'a:b', '100%41', ' "ü?#&=\\', "'"])(
    'can be the password of the database alone, whatever is in it: %s',
    async (password) => {
      const { databaseUrl } = await load({
        DATABASE_URL: 'postgres://user@db:5433/stepcloud?application_name=x',
        DATABASE_PASSWORD_FILE: await secret(`${password}\n`),
      });
      const { user, host, port, database, password: read } = new Client({ connectionString: databaseUrl });
      expect({ user, host, port, database, read }).toEqual({
        user: 'user',
        host: 'db',
        port: 5433,
        database: 'stepcloud',
        read: password,
      });
    },
  );

  it.each<[string, () => Promise<NodeJS.ProcessEnv>, RegExp]>([
    [
      'with the variable itself',
      async () => ({ SMTP_URL: 'smtp://localhost', SMTP_URL_FILE: await secret('smtp://secret') }),
      /^SMTP_URL_FILE and SMTP_URL are both set$/,
    ],
    [
      'that is not there',
      async () => ({ REDIS_URL_FILE: join(folder, 'none') }),
      /^REDIS_URL_FILE names a file that cannot be read: ENOENT.*none/,
    ],
    ['that is a folder', async () => ({ REDIS_URL_FILE: folder }), /^REDIS_URL_FILE names a .* be read: EISDIR/],
    ['that is empty', async () => ({ SMTP_URL_FILE: await secret('') }), /^SMTP_URL_FILE names a file that is empty$/],
    [
      'that is as good as empty',
      async () => ({ DATABASE_PASSWORD_FILE: await secret('\n') }),
      /^DATABASE_PASSWORD_FILE names a file that is empty$/,
    ],
    [
      'of two lines',
      async () => ({ DATABASE_PASSWORD_FILE: await secret('secret\nsecret\n') }),
      /^DATABASE_PASSWORD_FILE names a file with more than one line$/,
    ],
    [
      'with a URL of something else',
      async () => ({ REDIS_URL_FILE: await secret('http://:secret@cache') }),
      /^REDIS_URL_FILE must be as redis:\/\/host:6379, [^:]*:\/\/host,host\/mymaster or [^:]*:\/\/host,host$/,
    ],
    [
      'beside a URL that has a password',
      async () => ({ DATABASE_URL: 'postgres://u:secret@db/x', DATABASE_PASSWORD_FILE: await secret('secret') }),
      /^DATABASE_PASSWORD_FILE is set, and DATABASE_URL has a password, too$/,
    ],
    [
      'beside a URL that has no place for it',
      async () => ({ DATABASE_URL: 'postgres:///x?host=/run/postgresql', DATABASE_PASSWORD: 'secret' }),
      /^DATABASE_PASSWORD is set, and DATABASE_URL names no host$/,
    ],
  ])('is refused: %s', async (_, env, fault) => {
    const found = await faults(await env());
    expect(found).toEqual([expect.stringMatching(fault)]);
    expect(found.join()).not.toContain('secret');
  });
});

describe('broker.config.ts', () => {
  it('is TypeScript, typed by defineConfig, and says only what differs', async () => {
    const env = await settingsFile(`
      import { defineConfig } from 'stepcloud/config';
      const minute: number = 60_000;
      export default defineConfig({ ackTimeoutMs: minute, batch: { lingerMs: 0 }, partitionSpan: 'day' });
    `);
    const { settings: given } = await load(env);
    expect(given).toEqual({
      ...(await load()).settings,
      ackTimeoutMs: 60_000,
      batch: { ...(await load()).settings.batch, lingerMs: 0 },
      partitionSpan: 'day',
    });
  });

  it.each<[string, string, RegExp[]]>([
    ['an unknown setting', '{ maxPacketByte: 5 }', [/ \/maxPacketByte is no setting$/]],
    ['an unknown setting further in', '{ batch: { linger: 5 } }', [/ \/batch\/linger is no setting$/]],
    ['several', '{ colour: 1, time: { zone: 2 } }', [/colour/, /time\/zone/]],
    ['a number below the least', '{ shards: 0 }', [/\/shards must be >= 1/]],
    ['a number beyond the greatest', '{ batch: { maxMessages: 60_001 } }', [/\/batch\/maxMessages must be <= 60000/]],
    ['half a message', '{ batch: { maxMessages: 1.5 } }', [/\/batch\/maxMessages must be integer/]],
    ['a text for a number', "{ ackTimeoutMs: '10s' }", [/\/ackTimeoutMs must be integer/]],
    ['a number for a group', '{ batch: 5 }', [/\/batch must be object/]],
    ['null for a group', '{ limits: null }', [/\/limits must be object/]],
    ['a number', '5', [/\/ must be object/]],
    ['a list', '[]', [/\/ must be object/]],
    ['a horizon that a row cannot hold', '{ time: { horizonDays: 24_856 } }', [/\/time\/horizonDays must be <=/]],
    ['any origin', "{ http: { origins: ['*'] } }", [/\/http\/origins\/0 must match pattern/]],
    ['an origin with a path', "{ http: { origins: ['https://a.example/x'] } }", [/\/http\/origins\/0 must match/]],
    ['a span that is none', "{ partitionSpan: 'year' }", [/\/partitionSpan .*: month, week, day$/]],
    ['no day', '{ retentionDays: { readings: 0 } }', [/\/retentionDays\/readings must be >= 1/]],
    [
      'a text for days',
      "{ retentionDays: { audit: '1y' } }",
      [/\/retentionDays\/audit must be either integer or null/],
    ],
    ['a kind of data that is none', '{ retentionDays: { reading: 5 } }', [/\/retentionDays\/reading is no setting$/]],
    ['a function', '{ ackTimeoutMs: () => 5 }', [/\/ackTimeoutMs must be integer/]],
    ['a function for everything', '() => ({})', [/\/ must be object/]],
    ['not a number', '{ ackTimeoutMs: NaN }', [/\/ackTimeoutMs must be integer/]],
  ])('is refused with its own name and that of the fault: %s', async (_, object, expected) => {
    const env = await settings(object);
    const found = await faults(env);
    expect(found).toHaveLength(expected.length);
    for (const [index, fault] of expected.entries()) {
      expect(found[index]).toContain(env.STEPCLOUD_BROKER_CONFIG);
      expect(found[index]).toMatch(fault);
    }
  });

  it.each([
    ['no TypeScript', 'export default {'],
    ['one that throws', "throw new Error('not today');"],
    ['one that imports what is not there', "import 'nowhere';\nexport default {};"],
  ])('is refused: %s', async (_, text) => {
    const env = await settingsFile(text);
    const found = await faults(env);
    expect(found[0]).toContain(`${env.STEPCLOUD_BROKER_CONFIG}: `);
  });

  it('that is named and not there is refused, and no other one taken for it', async () => {
    const found = await faults({ STEPCLOUD_BROKER_CONFIG: join(folder, 'missing.config.ts') });
    expect(found[0]).toContain('missing.config.ts');
  });
});

describe('several faults', () => {
  it('are all named at once, those of the environment and those of the file', async () => {
    const env = await settings('{ shards: 0, colour: 1 }');
    const found = await faults({
      ...env,
      DATABASE_URL: '',
      MQTT_PORT: 'x',
      HTTP_PORT: 'y',
      LOG_LEVEL: 'z',
      MQTT_TLS_PORT: '1',
    });
    for (const name of [
      'DATABASE_URL',
      'MQTT_PORT',
      'HTTP_PORT',
      'LOG_LEVEL',
      'MQTT_TLS_CERT_FILE',
      'MQTT_TLS_KEY_FILE',
      '/shards',
      'colour',
    ]) {
      expect(found.filter((fault) => fault.includes(name))).toHaveLength(1);
    }
    expect(found).toHaveLength(8);
  });
});
