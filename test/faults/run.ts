import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Backend } from '../support/backends.ts';
import { freePort } from '../support/free-port.ts';
import { ownPostgres } from '../support/postgres.ts';
import { ownRedis } from '../support/redis.ts';
import { createWorld, type World } from '../support/world.ts';
import { type Component, postgresComponent, type RoleComponent, redisComponent, roleComponent } from './components.ts';
import { connectSender, createSender, type Load, type Sender, sendByHttp } from './senders.ts';
import { countShadow, createShadow } from './shadow.ts';

const GATEWAYS = 6;
const DRAIN_TIMEOUT_MS = 120_000;
/** Each component is stopped once for so many times that it is killed. */
const KILLS_PER_PAUSE = 5;

export interface FaultOptions {
  backend: Backend;
  /** Of all gateways together. */
  messages: number;
  workers: number;
  /** Of each component. */
  kills: number;
  pauseMs: number;
  /** Over which the messages and the faults are spread. */
  seconds: number;
  seed: number;
}

export interface FaultReport {
  sent: number;
  acknowledged: number;
  faults: Record<string, { kills: number; pauses: number }>;
  rows: number;
  deadLetters: number;
  /** Acknowledged messages that are neither rows nor dead letters. */
  lost: number;
  /** Rows and dead letters beyond one for each message. */
  doubled: number;
  /** Readings that came again after they were stored, and jobs that ran again. */
  redelivered: { readings: number; batches: number };
  /** From the last acknowledgement until everything was stored. */
  drainSeconds: number;
  /** Processes that ended by themselves, and faults that nobody caught. */
  uncaught: string[];
  memoryMb: Record<string, [before: number, after: number]>;
}

/** Repeatable, so that a run that failed can be run again. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Gateways send to an installation of processes of its own, while each of those is killed and stopped at random. */
export async function runFaults(options: FaultOptions): Promise<FaultReport> {
  const postgres = await ownPostgres();
  const redis = options.backend === 'Redis' ? await ownRedis() : undefined;
  const world = await createWorld({ roles: [], databaseUrl: postgres.url, redisUrl: redis?.url });
  const [mqttPort, httpPort] = [await freePort(), await freePort()];
  const env = { MQTT_PORT: `${mqttPort}`, HTTP_PORT: `${httpPort}` };
  const roles = [
    roleComponent('broker', 'broker', world, env),
    ...Array.from({ length: options.workers }, (_, n) => roleComponent(`worker ${n + 1}`, 'worker', world, env)),
    roleComponent('API', 'api', world, env),
  ];
  const components = [...roles, postgresComponent(postgres), ...(redis ? [redisComponent(redis)] : [])];
  try {
    await createShadow(world.db);
    await Promise.all(roles.map(({ ready }) => ready));
    return await hit(options, world, roles, components, { mqttPort, httpPort });
  } finally {
    for (const { end } of roles) await end();
    await world.close();
    await redis?.remove();
    await postgres.remove();
  }
}

async function hit(
  options: FaultOptions,
  world: World,
  roles: readonly RoleComponent[],
  components: readonly Component[],
  { mqttPort, httpPort }: { mqttPort: number; httpPort: number },
): Promise<FaultReport> {
  const load: Load = {
    messages: Math.floor(options.messages / GATEWAYS),
    seconds: options.seconds,
    from: Date.now() - 3_600_000,
  };
  const senders: Sender[] = [];
  while (senders.length < GATEWAYS) senders.push(createSender(await world.createGateway()));
  const memory = () => new Map(roles.map((role) => [role.name, Math.round(role.memoryBytes() / 1e6)]));

  const [byHttp, ...byMqtt] = senders as [Sender, ...Sender[]];
  const connected = await Promise.all(
    byMqtt.map((sender, n) => connectSender(world, { port: mqttPort }, n % 2 === 0 ? 1 : 2, sender)),
  );
  const before = memory();
  const sending = Promise.all([
    sendByHttp(`http://127.0.0.1:${httpPort}`, load, byHttp),
    ...connected.map((send) => send(load)),
  ]);
  sending.catch(() => {}); // it is awaited below, after the faults
  const faults = await haveFaults(options, components);
  await sending;
  const lastAckAt = performance.now();
  const acknowledged = senders.reduce((sum, sender) => sum + sender.acknowledged, 0);
  const { rows, deadLetters } = await untilStored(world, acknowledged);
  const drainSeconds = (performance.now() - lastAckAt) / 1000;
  const shadow = await countShadow(world.db);
  const batches = await world.db
    .selectFrom('ingest_batch')
    .select(sql<number>`count(*)::int4`.as('count'))
    .executeTakeFirstOrThrow();
  const after = memory();
  return {
    sent: load.messages * GATEWAYS,
    acknowledged,
    faults,
    rows,
    deadLetters,
    lost: Math.max(acknowledged - rows - deadLetters, 0),
    doubled: Math.max(rows + deadLetters - acknowledged, 0),
    redelivered: { readings: shadow.readings - rows, batches: shadow.batches - batches.count },
    drainSeconds: Math.round(drainSeconds * 10) / 10,
    uncaught: roles.flatMap((role) => [...(role.output().match(/.*(uncaught|unhandled).*/gi) ?? []), ...role.ends()]),
    memoryMb: Object.fromEntries([...before].map(([name, mb]) => [name, [mb, after.get(name) ?? 0]])),
  };
}

/** One fault after the other, in an order that the seed makes, spread over the time of the run. */
async function haveFaults(
  { kills, pauseMs, seconds, seed }: FaultOptions,
  components: readonly Component[],
): Promise<FaultReport['faults']> {
  const random = createRandom(seed);
  const counts: FaultReport['faults'] = {};
  const plan = components.flatMap((component) => {
    counts[component.name] = { kills: 0, pauses: 0 };
    const pauses = Math.ceil(kills / KILLS_PER_PAUSE);
    return [
      ...Array.from({ length: kills }, () => ({ component, act: 'kills' as const, at: random() })),
      ...Array.from({ length: pauses }, () => ({ component, act: 'pauses' as const, at: random() })),
    ];
  });
  const startedAt = performance.now();
  for (const { component, act, at } of plan.sort((a, b) => a.at - b.at)) {
    const early = at * seconds * 1000 - (performance.now() - startedAt);
    if (early > 0) await delay(early);
    if (act === 'kills') await component.kill();
    else await component.pause(pauseMs);
    (counts[component.name] as { kills: number; pauses: number })[act]++;
  }
  return counts;
}

/** Waits until everything is stored, or nothing more comes for a while. */
export async function untilStored(world: World, acknowledged: number): Promise<{ rows: number; deadLetters: number }> {
  const deadline = performance.now() + DRAIN_TIMEOUT_MS;
  for (;;) {
    const found = await countStored(world).catch(() => ({ rows: 0, deadLetters: 0 }));
    if (found.rows + found.deadLetters >= acknowledged || performance.now() > deadline) return found;
    await delay(200);
  }
}

async function countStored({ db }: World): Promise<{ rows: number; deadLetters: number }> {
  const { rows } = await sql<{ rows: number; deadLetters: number }>`
    SELECT (SELECT count(*)::int4 FROM reading) AS rows,
      (SELECT count(*)::int4 FROM dead_letter) AS "deadLetters"`.execute(db);
  return rows[0] as (typeof rows)[number];
}
