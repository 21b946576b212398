import { openDatabase } from '../db/database.ts';
import { ensureDemoDevices, ensureDemoGateway, ensureDemoTenant } from '../db/demo.ts';
import { StepCloudError } from '../errors.ts';
import { loadKeys } from '../identity/keys.ts';
import { openSession } from '../identity/sessions.ts';
import { createTokens } from '../identity/tokens.ts';
import { SIMULATED_DEVICES, startSimulator } from '../simulator/index.ts';
import { createLog, type Log } from '../telemetry/log.ts';
import { loadInstallation } from './installation.ts';
import { untilStopped } from './stop.ts';

const TOKEN_LIFETIME_MS = 30 * 24 * 3_600_000;
const DEFAULT_LOG = { level: 'info', pretty: process.stdout.isTTY };

export interface SimulateFlags {
  url?: string | undefined;
  gateway?: string | undefined;
  token?: string | undefined;
  gateways?: string | undefined;
  rate?: string | undefined;
  duration?: string | undefined;
  seed?: string | undefined;
  buffer?: string | undefined;
}

interface Credentials {
  gatewayId: string;
  token: string;
}

/** `stepcloud simulate`: gateways with devices, until stopped or for `--duration` seconds. */
export async function simulate(flags: SimulateFlags): Promise<void> {
  const log = createLog('simulator', {
    ...DEFAULT_LOG,
    pretty: process.env.LOG_FORMAT === 'pretty' || DEFAULT_LOG.pretty,
  });
  const options = {
    url: flags.url ?? process.env.STEPCLOUD_MQTT_URL ?? 'mqtt://127.0.0.1:1883',
    readingsPerSecond: numberOf('rate', flags.rate, 10),
    seed: numberOf('seed', flags.seed, 1),
    bufferMessages: numberOf('buffer', flags.buffer, 100_000),
    events: true,
    log,
    ...(flags.duration === undefined ? {} : { durationMs: numberOf('duration', flags.duration, 0) * 1000 }),
  };
  const gateways = await credentials(flags, log);
  const simulators = gateways.map((gateway, index) =>
    startSimulator({ ...options, ...gateway, seed: options.seed + index }),
  );
  process.send?.({ ready: true });
  await Promise.race([untilStopped(), Promise.all(simulators.map(({ done }) => done))]);
  await Promise.all(simulators.map((simulator) => simulator.stop()));
  for (const simulator of simulators) log.info(simulator.counts(), 'stopped');
  process.disconnect?.();
  process.exit();
}

async function credentials(flags: SimulateFlags, log: Log): Promise<Credentials[]> {
  if (flags.gateways !== undefined) return demoCredentials(numberOf('gateways', flags.gateways, 1), log);
  const gatewayId = flags.gateway ?? process.env.STEPCLOUD_GATEWAY_ID;
  const token = flags.token ?? process.env.STEPCLOUD_GATEWAY_TOKEN;
  if (gatewayId && token) return [{ gatewayId, token }];
  throw new StepCloudError(
    'CONFIG_INVALID',
    'say which gateway: --gateway and --token, or --gateways N beside the database',
  );
}

/** Gateways of the demo customer, made and signed in through the database. */
async function demoCredentials(count: number, log: Log): Promise<Credentials[]> {
  const config = await loadInstallation();
  const tokens = createTokens(await loadKeys(config.keysFile, { log }));
  const db = openDatabase({ url: config.databaseUrl, poolSize: 2, log });
  try {
    const tenant = await ensureDemoTenant(db);
    const all: Credentials[] = [];
    for (let n = 1; n <= count; n++) {
      const { gatewayId, officeId } = await ensureDemoGateway(db, tenant, n);
      await ensureDemoDevices(db, { ...tenant, officeId }, SIMULATED_DEVICES);
      const lifetime = { now: Date.now(), lifetimeMs: TOKEN_LIFETIME_MS };
      all.push({ gatewayId, token: (await openSession(db, tokens, 'gateway', gatewayId, lifetime)).token });
    }
    return all;
  } finally {
    await db.destroy();
  }
}

function numberOf(flag: string, text: string | undefined, fallback: number): number {
  const value = text === undefined ? fallback : Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new StepCloudError('CONFIG_INVALID', `--${flag} must be a number, not "${text}"`);
}
