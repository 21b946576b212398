import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { found, missing } from '../support/found.ts';
import { createWorld, type World } from '../support/world.ts';

// The script of docs/first-steps.md, as it stands there.

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const TIME = '20\\d\\d-\\d\\d-\\d\\dT[\\d:.]+Z';
const run = promisify(execFile);

describe.skipIf(missing('bash') || missing('curl'))('the script of docs/first-steps.md', () => {
  let world: World;
  let folder: string;
  let customerId: string;
  let script: string;

  beforeAll(async () => {
    world = await createWorld({ roles: ['worker', 'broker', 'api'] });
    folder = await mkdtemp(join(tmpdir(), 'stepcloud-first-steps-'));
    ({ customerId } = await world.createCustomer());
    const page = await readFile(join(PROJECT, 'docs/first-steps.md'), 'utf8');
    const scripts = [...page.matchAll(/^```bash\n(.*?)^```$/gms)].map(([, text]) => text as string);
    expect(scripts).toHaveLength(1);
    script = join(folder, 'first-steps.sh');
    await writeFile(script, scripts[0] as string);
  });
  afterAll(async () => {
    await world?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** A PATH that leads to these programs alone. */
  async function pathOf(programs: readonly string[]): Promise<string> {
    const bin = await mkdtemp(join(folder, 'bin-'));
    for (const program of programs) await symlink(found(program) as string, join(bin, program));
    return bin;
  }

  async function runScript(env: NodeJS.ProcessEnv) {
    const { email, password } = await world.createUser(customerId);
    const where = { URL: world.httpUrl, MQTT_PORT: String(world.mqttPort) };
    return run('bash', [script], { cwd: PROJECT, env: { EMAIL: email, PASSWORD: password, ...where, ...env } });
  }

  async function expectTold(stdout: string): Promise<void> {
    const [, gateway] = new RegExp(`It is (${UUID})\\.`).exec(stdout) ?? [];
    expect(stdout).toMatch(new RegExp(`^ {3}temperature: 21\\.5, measured ${TIME}$`, 'm'));
    const [header, row] = stdout.slice(stdout.indexOf('deviceId,')).split(/\r?\n/) as [string, string];
    expect(header).toBe('deviceId,label,recordedAt,value,unit,receivedAt,deviceKey,deviceLabel');
    expect(row).toMatch(new RegExp(`^${UUID},temperature,${TIME},21\\.5,,${TIME},first-steps-${gateway},First steps$`));
    expect(stdout.trimEnd()).toMatch(/It can publish no more\. To tidy up: DELETE \/api\/v1\/gateways\/\S+$/);
    const values = (await world.readings()).filter(({ device }) => device === `first-steps-${gateway}`);
    expect(values).toMatchObject([{ label: 'temperature', value: 21.5 }]);
  }

  it.skipIf(missing('mosquitto_pub'))('tells what it says, by mosquitto_pub', async () => {
    const { stdout } = await runScript({ PATH: process.env.PATH });
    await expectTold(stdout);
  });

  it('tells the same without mosquitto_pub, by MQTT.js', async () => {
    const { stdout } = await runScript({ PATH: await pathOf(['bash', 'curl', 'date', 'sleep', 'node']) });
    await expectTold(stdout);
  });

  it('ends with the reason where the password is wrong', async () => {
    const failed = await runScript({ PATH: process.env.PATH, PASSWORD: 'wrong' }).catch((error) => error);
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('CREDENTIALS_INVALID') });
    expect(failed.stdout).not.toContain('2.');
  });
});
