import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Config, loadConfig, namesDatabase, withDatabase } from '../config.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { findLabelledSessions } from '../db/sessions.ts';
import { findClusterFolder, startEmbeddedPostgres } from '../embedded/index.ts';
import { StepCloudError } from '../errors.ts';
import { loadKeys } from '../identity/keys.ts';
import { endSessions, openSession } from '../identity/sessions.ts';
import { createTokens, type Tokens } from '../identity/tokens.ts';
import { SIMULATED_DEVICES } from '../simulator/index.ts';
import { createLog, type Log } from '../telemetry/log.ts';
import { migrateAll } from './migrate.ts';
import { type Seeded, seedAll } from './seed.ts';
import { untilStopped } from './stop.ts';

const CLI = fileURLToPath(new URL('../cli.js', import.meta.url));
const SESSION_LABEL = 'stepcloud up';
const GATEWAY_TOKEN_MS = 30 * 24 * 3_600_000;
const USER_TOKEN_MS = 15 * 60_000;
const RENEW_USER_TOKEN_MS = 10 * 60_000;
const RESTART_AFTER_MS = 1_000;
/** All children together must have stopped within ten seconds of Ctrl-C. */
const STOP_TIMEOUT_MS = 2_500;
/** A device whose values never pause, for the line to paste. */
const SHOWN_DEVICE = SIMULATED_DEVICES.at(-1)?.key as string;

/** `stepcloud up`: all of StepCloud on this machine, one child process per role, as on many machines. */
export async function up({ demo }: { demo: boolean }): Promise<void> {
  const stopping = new AbortController();
  const stopped = untilStopped().then(() => stopping.abort());
  const env: NodeJS.ProcessEnv = { ...process.env, LOG_FORMAT: process.env.LOG_FORMAT ?? 'pretty' };
  const { dataDir, log: logging } = await loadConfig(withDatabase('postgres://embedded', env));
  const log = createLog('stepcloud', logging);
  await mkdir(dataDir, { recursive: true });

  const postgres = namesDatabase(env) ? undefined : await startEmbeddedPostgres({ dataDir, log });
  if (postgres)
    Object.assign(env, { DATABASE_URL: postgres.url, STEPCLOUD_DATABASE_DIR: await findClusterFolder(dataDir) });
  const children: Child[] = [];
  try {
    const config = await loadConfig(env);
    await migrateAll(config, log);
    const ports = { mqtt: await freePort('MQTT', config.mqtt, log), http: await freePort('HTTP', config.http, log) };
    Object.assign(env, { MQTT_PORT: String(ports.mqtt), HTTP_PORT: String(ports.http) });
    for (const role of ['worker', 'broker', 'api']) children.push(startChild(role, [role], env, log, stopping.signal));
    await Promise.all(children.map((child) => child.ready));
    const showcase = await openShowcase(config, ports, log);
    if (demo)
      children.push(startChild('simulator', ['simulate'], { ...env, ...showcase.simulatorEnv }, log, stopping.signal));
    showcase.print(demo);
    await stopped;
    log.info('stopping');
    await showcase.close();
  } catch (error) {
    if (!stopping.signal.aborted) throw error; // Ctrl-C while it was still starting
  } finally {
    stopping.abort();
    // Senders first, so that what they sent last is still taken in, queued and stored.
    for (const child of children.reverse()) await child.stop();
    await postgres?.stop();
  }
  log.info(`stopped; the data stay in ${dataDir}`);
}

interface Child {
  /** Resolves when it runs for the first time; rejects when it ended before. */
  ready: Promise<void>;
  /** Asks it to stop, waits, and ends it if need be. */
  stop(): Promise<void>;
}

/** A child process that is started again whenever it ends by itself, until all are to stop. */
function startChild(name: string, args: string[], env: NodeJS.ProcessEnv, log: Log, stopping: AbortSignal): Child {
  let process = launch();
  const ready = new Promise<void>((resolve, reject) => {
    process.once('message', () => resolve());
    process.once('exit', () =>
      reject(new StepCloudError('INTERNAL', `the ${name} ended before it was ready; its last lines say why`)),
    );
  });
  ready.catch(() => {});

  function launch(): ChildProcess {
    const child = fork(CLI, args, { env });
    child.once('exit', (code, signal) => {
      if (stopping.aborted) return;
      log.error(`the ${name} ended (${signal ?? `exit code ${code}`}); starting it again`);
      setTimeout(() => {
        if (!stopping.aborted) process = launch();
      }, RESTART_AFTER_MS).unref();
    });
    return child;
  }

  return {
    ready,
    async stop() {
      if (process.exitCode !== null || process.signalCode !== null) return;
      const ended = once(process, 'exit');
      // One that Ctrl-C met before it could take heed has ended, or is about to: then nobody reads the message.
      process.send('stop', () => {});
      const overdue = setTimeout(() => process.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(overdue);
    },
  };
}

interface Showcase {
  simulatorEnv: Record<string, string>;
  print(demo: boolean): void;
  close(): Promise<void>;
}

/** The demo customer, its gateway's token, and a line of curl that works for as long as StepCloud runs. */
async function openShowcase(config: Config, ports: { mqtt: number; http: number }, log: Log): Promise<Showcase> {
  const db = openDatabase({ url: config.databaseUrl, poolSize: 2, log });
  const tokens = createTokens(await loadKeys(config.keysFile, { log }));
  const seeded = await seedAll(db, { newPassword: false });
  const owner = { gatewayId: seeded.gatewayId };
  for (const { id } of await findLabelledSessions(db, owner, SESSION_LABEL, new Date()))
    await endSessions(db, { sessionId: id }, 'replaced'); // of an earlier start
  const gateway = await openSession(db, tokens, 'gateway', seeded.gatewayId, {
    now: Date.now(),
    lifetimeMs: GATEWAY_TOKEN_MS,
    label: SESSION_LABEL,
  });
  const header = `${config.dataDir}/demo-token`;
  const renew = () => writeUserToken(db, tokens, seeded.userId, header);
  await renew();
  const renewing = setInterval(
    () => renew().catch((error: Error) => log.warn(`demo token not renewed: ${error.message}`)),
    RENEW_USER_TOKEN_MS,
  );

  return {
    simulatorEnv: {
      STEPCLOUD_MQTT_URL: `mqtt://${config.mqtt.host}:${ports.mqtt}`,
      STEPCLOUD_GATEWAY_ID: seeded.gatewayId,
      STEPCLOUD_GATEWAY_TOKEN: gateway.token,
    },
    print: (demo) => printWelcome(config, ports, seeded, header, demo),
    async close() {
      clearInterval(renewing);
      await db.destroy();
    },
  };
}

/** A header file for `curl -H @file`, readable by its owner alone, so that no token stands on a command line. */
async function writeUserToken(db: Database, tokens: Tokens, userId: string, file: string): Promise<void> {
  const { token } = await openSession(db, tokens, 'user', userId, { now: Date.now(), lifetimeMs: USER_TOKEN_MS });
  await writeFile(`${file}.new`, `Authorization: Bearer ${token}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

function printWelcome(
  config: Config,
  ports: { mqtt: number; http: number },
  seeded: Seeded,
  header: string,
  demo: boolean,
): void {
  const http = `http://${config.http.host}:${ports.http}`;
  const shown = relative(process.cwd(), header);
  const file = shown.startsWith('..') ? header : shown;
  const login = seeded.password
    ? `${seeded.email} with the password ${seeded.password} (shown only now)`
    : `${seeded.email} with the password of the first start (a new one: stepcloud seed --new-password)`;
  console.log(`
StepCloud runs.
  Page      ${http}
  MQTT      mqtt://${config.mqtt.host}:${ports.mqtt}
  APIs      ${http}/docs   ${http}/admin/docs   ${http}/gateway/docs
  Sign in   ${login}
  Data      ${config.dataDir}
${demo ? '\nThe latest values of a simulated device, from the REST API:\n' : ''}
  curl -sH '@${file}' ${http}/api/v1/devices/${seeded.devices.get(SHOWN_DEVICE)}/latest

Ctrl-C stops everything.
`);
}

/** The port of the configuration, or another free one, said out loud, when somebody has it. */
async function freePort(what: string, { host, port }: { host: string; port: number }, log: Log): Promise<number> {
  if (port !== 0 && (await isFree(host, port))) return port;
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const other = (server.address() as { port: number }).port;
  server.close();
  await once(server, 'close');
  if (port !== 0) log.warn(`port ${port} for ${what} is taken: using ${other} instead`);
  return other;
}

async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer().listen(port, host);
  try {
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}
