import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject, vi } from 'vitest';
import type { Backend } from '../support/backends.ts';
import { runSql, withDatabase } from '../support/database.ts';
import { ownRedis } from '../support/redis.ts';
import { createWorld, type World } from '../support/world.ts';
import { type Caddy, startCaddy } from './caddy.ts';
import { readCompose, withSettings } from './compose.ts';
import { type Container, startContainer } from './containers.ts';
import { type Haproxy, startHaproxy } from './haproxy.ts';
import { type Image, prepareImage, prepareNextRelease } from './image.ts';
import { createNetwork } from './network.ts';

export const SCALABLE = ['broker', 'worker', 'api'] as const;
export type Scalable = (typeof SCALABLE)[number];
export type Release = 'this' | 'next';

/** Ten processes start at once, beside whatever else the machine does. */
const WAIT = { timeout: 180_000, interval: 100 };

/** How a container ended that was asked to. */
export interface Stop {
  service: string;
  code: number | undefined;
  seconds: number;
}

/** What docker-compose.yml describes, as plain processes that come and go as Compose lets containers do. */
export interface Topology {
  readonly caddy: Caddy;
  readonly haproxy: Haproxy;
  /** Knows its database, and sends to it. */
  readonly world: World;
  of(service: Scalable): readonly Container[];
  /** Runs migrate of a release to its end, and returns what it printed. */
  migrate(release: Release): Promise<string>;
  /** As `docker compose up --scale` starts one more. */
  launch(service: Scalable, release: Release): Container;
  /** The same, when it is ready. */
  start(service: Scalable, release: Release): Promise<Container>;
  /** As `docker compose up --scale` takes one away: SIGTERM, and its name goes when it is gone. */
  stop(container: Container): Promise<Stop>;
  close(): Promise<void>;
}

/** Starts all of it, on an empty database, with so many containers of each role. */
export async function startTopology(counts: Record<Scalable, number>, backend: Backend): Promise<Topology> {
  const closing: (() => Promise<unknown>)[] = [];
  const opened = <T>(it: T, close: (it: T) => Promise<unknown>): T => {
    closing.push(() => close(it));
    return it;
  };
  const close = async (): Promise<void> => {
    for (const one of closing.reverse()) await one();
  };
  try {
    return { ...(await open(counts, backend, opened)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Opened = <T>(it: T, close: (it: T) => Promise<unknown>) => T;

async function open(counts: Record<Scalable, number>, backend: Backend, opened: Opened) {
  const folder = opened(await mkdtemp(join(tmpdir(), 'stepcloud-topology-')), (it) =>
    rm(it, { recursive: true, force: true }),
  );
  const database = opened(`test_${randomBytes(6).toString('hex')}`, (name) =>
    runSql(inject('postgresUrl'), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  );
  await runSql(inject('postgresUrl'), `CREATE DATABASE ${database}`);
  const databaseUrl = withDatabase(inject('postgresUrl'), database);
  const { password } = new URL(databaseUrl);
  await writeFile(join(folder, 'password'), `${password}\n`);
  const remove = (it: { remove(): Promise<void> }) => it.remove();
  const redis = backend === 'Redis' ? opened(await ownRedis(), remove) : undefined;
  const image = opened(await prepareImage(), remove);
  const images: Record<Release, Image> = { this: image, next: opened(await prepareNextRelease(image), remove) };
  const network = opened(await createNetwork(), (it) => it.close());
  const keysFile = join(folder, 'keys.json');
  const options = {
    compose: withSettings(await readCompose(), {}),
    network,
    substitutes: {
      'postgres://stepcloud@postgres:5432/stepcloud': databaseUrl.replace(`:${password}@`, '@'),
      '/run/secrets/postgres_password': join(folder, 'password'),
      'redis://redis:6379': redis?.url ?? '',
      '/var/lib/stepcloud/keys.json': keysFile,
      '/var/lib/postgresql': folder,
      '/data/caddy': join(folder, 'caddy'),
    },
  };
  const containers = opened(new Set<Container>(), (all) => Promise.all([...all].map(({ program }) => program.kill())));
  const of = (service: Scalable): Container[] => [...containers].filter((container) => container.service === service);
  const name = (service: Scalable): void =>
    network.name(
      service,
      of(service).map(({ address }) => address),
    );

  async function migrate(release: Release): Promise<string> {
    const { program } = startContainer('migrate', { ...options, image: images[release] });
    if ((await program.ended) !== 0) throw new Error(`migrate failed:\n${program.output()}`);
    return program.output();
  }

  function launch(service: Scalable, release: Release): Container {
    const container = startContainer(service, { ...options, image: images[release] });
    containers.add(container);
    name(service);
    return container;
  }

  async function start(service: Scalable, release: Release): Promise<Container> {
    const container = launch(service, release);
    await untilReady(container);
    return container;
  }

  async function stop(container: Container): Promise<Stop> {
    const askedAt = performance.now();
    const code = await container.program.stop();
    containers.delete(container);
    name(container.service as Scalable);
    return { service: container.service, code, seconds: (performance.now() - askedAt) / 1000 };
  }

  await migrate('this');
  for (const service of SCALABLE) for (let n = 0; n < counts[service]; n++) launch(service, 'this');
  await Promise.all([...containers].map(untilReady));
  const closeIt = (it: { close(): Promise<void> }) => it.close();
  const haproxy = opened(await startHaproxy(network), closeIt);
  await vi.waitUntil(haproxy.isHealthy, WAIT);
  const caddy = opened(await startCaddy(network.dns, haproxy.address, folder), closeIt);
  await vi.waitUntil(async () => (await Promise.all(of('broker').map(hasCertificate))).every(Boolean), WAIT);
  const env = { STEPCLOUD_KEYS_FILE: keysFile };
  const world = opened(await createWorld({ roles: [], databaseUrl, redisUrl: redis?.url, env }), closeIt);
  return { caddy, haproxy, world, of, migrate, launch, start, stop };
}

export async function untilReady(container: Container): Promise<void> {
  await until(container, 'is not ready', container.isReady);
}

export async function untilPrinted(container: Container, text: string): Promise<void> {
  await until(container, `did not print "${text}"`, () => container.program.output().includes(text));
}

/** How much of a processor it got tells one that hangs from one that had no time to start. */
async function until({ service, program }: Container, fault: string, condition: () => boolean | Promise<boolean>) {
  await vi.waitUntil(condition, WAIT).catch(async () => {
    const seconds = await cpuSecondsOf(program.child.pid).catch(() => 'no');
    throw new Error(`${service} ${fault}; it had ${seconds} s of CPU, and printed:\n${program.output()}`);
  });
}

/** /proc/PID/stat: user and system time are the 12th and the 13th field behind the name of the program, in hundredths. */
async function cpuSecondsOf(pid: number | undefined): Promise<number> {
  const [, fields = ''] = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ');
  const [user, system] = fields.split(' ').slice(11, 13).map(Number) as [number, number];
  return (user + system) / 100;
}

/** Caddy makes it; the broker notices. */
async function hasCertificate({ address }: Container): Promise<boolean> {
  const metrics = await (await fetch(`http://${address}:9090/metrics`)).text();
  return /^stepcloud_broker_certificate_expires_timestamp_seconds /m.test(metrics);
}
