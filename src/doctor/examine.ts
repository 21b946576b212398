import type { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { stat, statfs } from 'node:fs/promises';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Config } from '../config.ts';
import { openDatabase } from '../db/database.ts';
import { requireSchema } from '../db/migrator.ts';
import { readServerSettings } from '../db/server-settings.ts';
import { inTime } from '../deadline.ts';
import { listKeys } from '../identity/rotation.ts';
import { postgresStore } from '../queue/postgres.ts';
import { readRedisSettings } from '../queue/redis-settings.ts';
import { queueName } from '../queue/store.ts';
import type { Log } from '../telemetry/log.ts';
import { type Finding, fault, fine, warning } from './findings.ts';
import { judgeCertificate, judgeClock, judgeDisk, judgeKeys, judgePostgres, judgeRedis } from './judge.ts';

const TIMEOUT_MS = 10_000;

/** Looks at everything that an installation stands on. Never rejects: what cannot be looked at is a finding. */
export async function examine(config: Config, log: Log): Promise<Finding[]> {
  const { redisUrl, mqtt, http } = config;
  const parts: [about: string, mend: string, look: () => Promise<Finding[]>][] = [
    ['Postgres', 'start it, or set DATABASE_URL right', () => examinePostgres(config, log)],
    redisUrl
      ? ['Redis', 'start it, or set REDIS_URL right', () => examineRedis(redisUrl)]
      : ['queue', 'stepcloud migrate', () => examineQueue(config, log)],
    ['keys', 'see docs/operations.md, keys', () => examineKeys(config)],
    ['disk', 'let STEPCLOUD_DATABASE_DIR lead to a folder on the disk of the database', () => examineDisk(config)],
    [
      'ports',
      'see the log of the role',
      async () => [await examinePort('MQTT', mqtt), await examinePort('HTTP', http)],
    ],
    ['certificate', 'see the log of the broker', () => examineCertificate(mqtt)],
  ];
  const found: Finding[] = [];
  for (const [about, mend, look] of parts) {
    const failed = (error: unknown) => [fault(about, (error as Error).message, mend)];
    found.push(...(await inTime(about, TIMEOUT_MS, look).catch(failed)));
  }
  return found;
}

async function examinePostgres({ databaseUrl: url }: Config, log: Log): Promise<Finding[]> {
  const db = openDatabase({ url, poolSize: 1, log });
  try {
    await readServerSettings(db); // connects, so that the next one is quick and tells the time
    const before = Date.now();
    const settings = await readServerSettings(db);
    const skewMs = settings.now.getTime() - (before + Date.now()) / 2;
    const schema = await requireSchema(db).then(
      () => fine('schema', 'is that of this release or a newer one'),
      (error: Error) => fault('schema', error.message, 'stepcloud migrate'),
    );
    return [...judgePostgres(settings), schema, judgeClock('the database', skewMs)];
  } finally {
    await db.destroy();
  }
}

async function examineRedis(url: string): Promise<Finding[]> {
  const before = Date.now();
  const settings = await readRedisSettings(url);
  const middle = (before + Date.now()) / 2;
  return settings.flatMap((one) => [
    ...judgeRedis(one),
    judgeClock(one.node ? `Redis ${one.node}` : 'Redis', one.now.getTime() - middle),
  ]);
}

async function examineQueue({ databaseUrl: url }: Config, log: Log): Promise<Finding[]> {
  const { bull, disconnect } = await postgresStore({ url, log }).openQueue(queueName(0));
  await bull.close();
  await disconnect();
  return [fine('queue', 'is in the database, and its schema fits')];
}

async function examineKeys({ keysFile }: Config): Promise<Finding[]> {
  const { mode } = await stat(keysFile);
  const now = Date.now();
  const signing = (await listKeys(keysFile, now)).find(({ state }) => state === 'signs');
  return judgeKeys(keysFile, mode, signing?.createdAt, now);
}

async function examineDisk({ databaseDir, dataDir, settings }: Config): Promise<Finding[]> {
  const folder = databaseDir ?? dataDir;
  const { bsize, blocks, bavail } = await statfs(folder);
  return [judgeDisk(folder, bavail * bsize, blocks * bsize, settings.disk.warnFreePercent)];
}

/** That of MQTT over TLS, as gateways get to see it. */
async function examineCertificate({ host, tls }: Config['mqtt']): Promise<Finding[]> {
  if (!tls) return [];
  const socket = connectTls({ host: reachable(host), port: tls.port, rejectUnauthorized: false, timeout: 2_000 });
  socket.once('timeout', () => socket.destroy(new Error('nobody answers in time')));
  try {
    await once(socket, 'secureConnect');
    const { validFrom, validTo } = socket.getPeerX509Certificate() as X509Certificate;
    return [judgeCertificate(Date.parse(validFrom), Date.parse(validTo), Date.now())];
  } catch (error) {
    const text = `there is no MQTT over TLS on ${host}:${tls.port}: ${(error as Error).message}`;
    return [warning('certificate', text, 'start the broker, or see its log')];
  } finally {
    socket.destroy();
  }
}

const reachable = (host: string): string => (host === '0.0.0.0' ? '127.0.0.1' : host);

/** Whether somebody listens where the configuration says. */
function examinePort(what: string, { host, port }: { host: string; port: number }): Promise<Finding> {
  const place = `${host}:${port}`;
  return new Promise((resolve) => {
    const socket = connect({ host: reachable(host), port, timeout: 2_000 });
    const silent = () => {
      socket.destroy();
      resolve(
        warning('ports', `nobody listens for ${what} on ${place}`, 'start the role, or run doctor on its machine'),
      );
    };
    socket.once('connect', () => {
      socket.destroy();
      resolve(fine('ports', `somebody listens for ${what} on ${place}`));
    });
    socket.once('error', silent);
    socket.once('timeout', silent);
  });
}
