#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { migrate } from './commands/migrate.ts';
import { role } from './commands/role.ts';
import { seed } from './commands/seed.ts';
import { simulate } from './commands/simulate.ts';
import { up } from './commands/up.ts';
import { StepCloudError } from './errors.ts';
import { ROLES, type RoleName, VERSION } from './roles.ts';

const HELP = `stepcloud ${VERSION}

  stepcloud up [--no-demo]      everything on this machine: embedded Postgres (unless DATABASE_URL is set), migrations,
                                a demo customer, broker, worker, API and a simulated gateway (unless --no-demo)
  stepcloud broker              MQTT in
  stepcloud worker              queue in, rows out
  stepcloud api                 HTTP: users, admins, gateways
  stepcloud migrate             bring the database schema up to this release
  stepcloud seed [--new-password]
                                the catalogue and the demo customer, where they are missing
  stepcloud simulate [options]  a gateway with devices, over MQTT
      --url mqtt://127.0.0.1:1883   --gateway ID   --token JWT   (or STEPCLOUD_GATEWAY_ID, STEPCLOUD_GATEWAY_TOKEN)
      --rate 10 (messages/s)   --duration SECONDS   --seed 1   --buffer 100000 (messages)
      --gateways N: so many gateways of the demo customer, made and signed in through the database

Settings: broker.config.ts and the environment; see docs/operations.md.
`;

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
  'no-demo': { type: 'boolean' },
  'new-password': { type: 'boolean' },
  url: { type: 'string' },
  gateway: { type: 'string' },
  token: { type: 'string' },
  gateways: { type: 'string' },
  rate: { type: 'string' },
  duration: { type: 'string' },
  seed: { type: 'string' },
  buffer: { type: 'string' },
} as const;

try {
  await run();
} catch (error) {
  if (!(error instanceof StepCloudError) && (error as { code?: string }).code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION')
    throw error;
  console.error(`stepcloud: ${(error as Error).message}`);
  process.exitCode = 1;
}

async function run(): Promise<void> {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const [command] = positionals;
  if (values.version) return console.log(VERSION);
  if (values.help || command === undefined) return console.log(HELP);
  if (command in ROLES) return role(command as RoleName);
  if (command === 'up') return up({ demo: !values['no-demo'] });
  if (command === 'migrate') return migrate();
  if (command === 'seed') return seed({ newPassword: values['new-password'] ?? false });
  if (command === 'simulate') return simulate(values);
  throw new StepCloudError('CONFIG_INVALID', `there is no command "${command}"; stepcloud --help lists them`);
}
