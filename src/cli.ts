#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { StepCloudError } from './errors.ts';
import type { RoleName } from './roles.ts';

const ROLES: readonly RoleName[] = ['broker', 'worker', 'api'];

const HELP = `

  stepcloud up [--no-demo]      everything on this machine: embedded Postgres (unless DATABASE_URL is set), migrations,
                                a demo customer, broker, worker, API and a simulated gateway (unless --no-demo)
  stepcloud broker              MQTT in
  stepcloud worker              queue in, rows out
  stepcloud api                 HTTP: users, admins, gateways
  stepcloud migrate             bring the database schema up to this release
  stepcloud seed [--new-password]
                                the demo customer, where it is missing
  stepcloud create-admin --email ada@example.org [--new-password]
                                an admin, with a random password where the user is new
  stepcloud keys list           the signing keys, newest first
  stepcloud keys rotate [--now] a fresh key, published at once; it signs after 15 minutes, or now where the others leaked
  stepcloud keys retire KID [--force]
                                take away a key that signs no more; --force: whatever session still rests on it
  stepcloud backup FOLDER       the embedded Postgres and the keys, while everything runs, into a new folder
  stepcloud restore FOLDER      an installation of such a backup, where there is none yet
  stepcloud config              the settings in force and where each is from, secrets masked
  stepcloud doctor              what is wrong with this installation, and how to mend it; ends with 1 if there is a fault
  stepcloud doctor --gateway ID --token JWT [--url mqtt://127.0.0.1:1883]
                                plays this gateway, well- and ill-behaved, and says whether it got the documented answers
  stepcloud simulate [options]  a gateway with devices, over MQTT
      --url mqtt://127.0.0.1:1883   --gateway ID   --token JWT   (or STEPCLOUD_GATEWAY_ID, STEPCLOUD_GATEWAY_TOKEN)
      --rate 10 (messages/s)   --duration SECONDS   --seed 1   --buffer 100000 (messages)
      --gateways N: so many gateways of the demo customer, made and signed in through the database

Settings: broker.config.ts and the environment; see docs/configuration.md.
`;

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
  'no-demo': { type: 'boolean' },
  'new-password': { type: 'boolean' },
  email: { type: 'string' },
  now: { type: 'boolean' },
  force: { type: 'boolean' },
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
  if (!(error instanceof StepCloudError) && !(error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS_'))
    throw error;
  console.error(`stepcloud: ${(error as Error).message}`);
  process.exitCode = 1;
}

/** Each command loads what it needs alone: all of StepCloud would take longer than most of them run. */
async function run(): Promise<void> {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const [command] = positionals;
  const newPassword = values['new-password'] ?? false;
  if (values.version || values.help || command === undefined) {
    const { VERSION } = await import('./version.ts');
    return console.log(values.version ? VERSION : `stepcloud ${VERSION}${HELP}`);
  }
  if (isRole(command)) return (await import('./commands/role.ts')).role(command);
  switch (command) {
    case 'up':
      return (await import('./commands/up.ts')).up({ demo: !values['no-demo'] });
    case 'migrate':
      return (await import('./commands/migrate.ts')).migrate();
    case 'seed':
      return (await import('./commands/seed.ts')).seed({ newPassword });
    case 'create-admin':
      return (await import('./commands/create-admin.ts')).createAdmin({ email: values.email, newPassword });
    case 'keys': {
      const { now = false, force = false } = values;
      return (await import('./commands/keys.ts')).keys(positionals.slice(1), { now, force });
    }
    case 'backup':
      return (await import('./commands/backup.ts')).backup(positionals.slice(1));
    case 'restore':
      return (await import('./commands/restore.ts')).restore(positionals.slice(1));
    case 'config':
      return (await import('./commands/config.ts')).config();
    case 'doctor':
      return (await import('./commands/doctor.ts')).doctor(values);
    case 'simulate':
      return (await import('./commands/simulate.ts')).simulate(values);
    default:
      throw new StepCloudError('CONFIG_INVALID', `there is no command "${command}"; stepcloud --help lists them`);
  }
}

function isRole(command: string): command is RoleName {
  return ROLES.some((role) => role === command);
}
