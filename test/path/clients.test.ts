import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { revokeSessions } from '../../src/db/sessions.ts';
import { openRenewableSession, openSession } from '../../src/identity/sessions.ts';
import { routeTopic } from '../../src/messages/topics.ts';
import type { Running } from '../../src/roles.ts';
import { findPython, missing } from '../support/found.ts';
import { freePort } from '../support/free-port.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';

// What docs/clients.md shows is run as it stands there: each program as a process of its own, all against one StepCloud.

const WAIT = { timeout: 25_000, interval: 100 };
const HOUR = 3_600_000;
const PAGE = await readFile(new URL('../../docs/clients.md', import.meta.url), 'utf8');

/** The snippet of a section of the page, in the language of its fence. */
function snippetOf(title: string, language: string): string {
  const section = PAGE.split(/^## /m).find((text) => text.startsWith(`${title}\n`)) ?? '';
  const [, snippet] = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'ms').exec(section) ?? [];
  if (snippet === undefined) throw new Error(`docs/clients.md shows no ${language} for ${title}`);
  return snippet;
}

let world: World;
let broker: Running;
let port: number;
let folder: string;
/** How far the clock of StepCloud is moved. */
let ahead = 0;
const children: { kill(): Promise<unknown> }[] = [];

beforeAll(async () => {
  port = await freePort();
  world = await createWorld({ roles: ['worker'], env: { MQTT_PORT: String(port) }, clock: () => Date.now() + ahead });
  broker = await world.start('broker');
  folder = await mkdtemp(join(tmpdir(), 'stepcloud-clients-'));
  await symlink(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'));
});
afterAll(async () => {
  await Promise.all(children.map((child) => child.kill()));
  await world?.close();
  await rm(folder, { recursive: true, force: true });
});

interface Program {
  /** Where it runs. */
  readonly cwd: string;
  output(): string;
  /** Its exit code, once it has one. */
  readonly ended: Promise<number>;
}

/** Runs a snippet by a command, in a folder of its own, as the page says: with address and login in the environment. */
async function run(command: string, snippet: string, file: string, { id, token }: TestGateway): Promise<Program> {
  const cwd = await mkdtemp(join(folder, 'program-'));
  await writeFile(join(cwd, file), snippet);
  const env = {
    PATH: process.env.PATH,
    HOME: cwd,
    STEPCLOUD_MQTT_URL: `mqtt://127.0.0.1:${port}`,
    STEPCLOUD_MQTT_HOST: '127.0.0.1',
    STEPCLOUD_MQTT_PORT: String(port),
    STEPCLOUD_GATEWAY_ID: id,
    STEPCLOUD_GATEWAY_TOKEN: token,
  };
  const [program, ...options] = command.split(' ') as [string, ...string[]];
  const child = spawn(program, [...options, file], { cwd, env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const ended = once(child, 'exit').then(([code]) => code as number);
  children.push({
    kill() {
      child.kill('SIGKILL');
      return ended;
    },
  });
  return { cwd, output: () => output, ended };
}

const timesOf = async (device: string) =>
  (await world.readings()).filter((reading) => reading.device === device).map(({ recordedAt }) => recordedAt);
const untilStored = (device: string, since = 0) =>
  vi.waitFor(async () => expect((await timesOf(device)).some((time) => time > since)).toBe(true), WAIT);
const stateOf = async ({ id }: TestGateway) =>
  (await world.db.selectFrom('gateway_status').where('gateway_id', '=', id).select('state').executeTakeFirst())?.state;

/** With a token that ends within the hour, so that it is renewed as soon as its gateway subscribes. */
async function createEndingGateway(): Promise<TestGateway> {
  const gateway = await world.createGateway();
  ahead = 0;
  const options = { now: Date.now() };
  const issued = await openRenewableSession(world.db, world.tokens, 'gateway', gateway.id, options);
  ahead = issued.accessExpiresAt.getTime() - HOUR - Date.now();
  return { ...gateway, token: issued.accessToken };
}

const PYTHON = findPython('paho.mqtt');
const PROGRAMS = [
  { name: 'MQTT.js', device: 'js', language: 'js', file: 'gateway.mjs', command: process.execPath, isMissing: false },
  {
    name: 'paho',
    device: 'paho',
    language: 'python',
    file: 'gateway.py',
    command: PYTHON ?? '',
    isMissing: missing('python3-paho-mqtt', PYTHON),
  },
];

describe.each(PROGRAMS)('the program for $name', ({ name, device, language, file, command, isMissing }) => {
  describe.skipIf(isMissing)('as it stands', () => {
    let gateway: TestGateway;
    let program: Program;
    beforeAll(async () => {
      gateway = await createEndingGateway();
      program = await run(command, snippetOf(name, language), file, gateway);
    });

    it('publishes its readings and that it is online', async () => {
      await untilStored(device);
      await vi.waitFor(async () => expect(await stateOf(gateway)).toBe('online'), WAIT);
    });

    it('stores a fresh token, and stays when the first one ends', async () => {
      const token = await vi.waitFor(() => readFile(join(program.cwd, 'token'), 'utf8'), WAIT);
      const [first, fresh] = [gateway.token, token].map((one) => (decodeJwt(one).exp as number) * 1000) as [
        number,
        number,
      ];
      expect(fresh).toBeGreaterThan(first + 20 * HOUR);
      ahead = first - Date.now() + HOUR;
      const since = Date.now() + 2_000; // by then a connection that may not stay is closed
      await untilStored(device, since);
      expect(program.output()).toBe('');
    });

    it('comes back with it after an outage, with what it measured meanwhile', async () => {
      const from = Date.now();
      await broker.close();
      const until = Date.now() + 1_500;
      await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(until), WAIT);
      broker = await world.start('broker');
      await untilStored(device, until);
      await vi.waitFor(async () => {
        const measured = (await timesOf(device)).filter((time) => time >= from && time <= until);
        expect(measured.length).toBeGreaterThan(0);
      }, WAIT);
    });

    it('says that it is refused, and tries again', async () => {
      await revokeSessions(world.db, { gatewayId: gateway.id }, 'revoked');
      const refusals = () => program.output().match(/refused/gi) ?? [];
      await vi.waitFor(() => expect(refusals().length, program.output()).toBeGreaterThan(1), WAIT);
      expect(await Promise.race([program.ended, 'it runs'])).toBe('it runs');
    });
  });
});

describe.skipIf(missing('mosquitto_pub'))('the script for mosquitto_pub and mosquitto_sub', () => {
  const runScript = (gateway: TestGateway) =>
    run('sh -e', snippetOf('mosquitto_pub and mosquitto_sub', 'sh'), 'script.sh', gateway);

  it('publishes a reading, and an event as gzip, and is told of the session', async () => {
    const gateway = await world.createGateway();
    const script = await runScript(gateway);
    expect([await script.ended, script.output()]).toEqual([0, expect.stringMatching(/^\{"serverTime":.*\}\n$/)]);
    await untilStored('script');
    const events = () => world.db.selectFrom('event').where('gateway_id', '=', gateway.id).select('type').execute();
    await vi.waitFor(async () => expect(await events()).toEqual([{ type: 'performed_task' }]), WAIT);
  });

  it('ends with exit code 5 where it is refused', async () => {
    const script = await runScript({ ...(await world.createGateway()), token: 'wrong' });
    expect([await script.ended, script.output()]).toEqual([5, expect.stringContaining('not authorised')]);
  });
});

describe.skipIf(missing('mosquitto'))('the bridge of Mosquitto', () => {
  let gateway: TestGateway;
  let bridge: Mosquitto;
  beforeAll(async () => {
    gateway = await world.createGateway();
    const options = { now: Date.now() + ahead, lifetimeMs: 400 * 24 * HOUR };
    const { token } = await openSession(world.db, world.tokens, 'gateway', gateway.id, options);
    const lines = snippetOf('The bridge of Mosquitto', 'conf')
      .replaceAll('GATEWAY_ID', gateway.id)
      .replace('TOKEN', token)
      .replace('broker.example.org:8883', `127.0.0.1:${port}`)
      .replace('/var/lib/mosquitto/', `${await mkdtemp(join(folder, 'mosquitto-'))}/`)
      .split('\n')
      .filter((line) => !line.startsWith('bridge_capath')); // the StepCloud of this test has no TLS
    bridge = await startMosquitto(lines);
  });
  afterAll(() => bridge?.stop());

  it('passes on what local clients publish, and to them what their gateway is told', async () => {
    const local = await bridge.connect();
    const told = vi.fn();
    local.on('message', told);
    const base = `v1/gateways/${gateway.id}`;
    await local.subscribeAsync(`${base}/down/#`, { qos: 1 });
    const payload = JSON.stringify({ ts: Date.now(), values: { n: 'no\0' } });
    await local.publishAsync(`${base}/devices/bridged/readings`, payload, { qos: 1 });
    await local.publishAsync(`${base}/status`, '{"state": "online"}', { qos: 1 });
    await vi.waitFor(async () => expect(await stateOf(gateway)).toBe('online'), WAIT);
    const topics = () => told.mock.calls.map(([topic]) => topic);
    await vi.waitFor(() => expect(topics()).toContain(`${base}/down/errors`), WAIT);
  });

  it('keeps what is published while StepCloud is away', async () => {
    const local = await bridge.connect();
    await broker.close();
    await vi.waitFor(() => expect(bridge.output()).toMatch(/closed its connection/), WAIT);
    const payload = JSON.stringify({ ts: Date.now(), values: { n: 1 } });
    await local.publishAsync(`v1/gateways/${gateway.id}/devices/bridged/readings`, payload, { qos: 1 });
    broker = await world.start('broker');
    await untilStored('bridged');
  });
});

describe('the flow for Node-RED', () => {
  const flow = JSON.parse(snippetOf('Node-RED', 'json').replaceAll('GATEWAY_ID', 'g')) as Record<string, unknown>[];
  const nodeOf = (id: string) => flow.find((node) => node.id === id) as Record<string, unknown>;
  /** What a function node does with a message. */
  const call = (id: string, message: object, context = new Map<string, unknown>()) =>
    new Function('msg', 'context', 'RED', String(nodeOf(id).func))(message, context, {
      util: { cloneMessage: structuredClone },
    });

  it('connects as the table at the top says', () => {
    expect(nodeOf('stepcloud')).toMatchObject({ protocolVersion: '4', cleansession: true, keepalive: '60' });
    for (const node of flow)
      for (const [name, value] of Object.entries(node)) {
        if (/qos$/i.test(name)) expect(value, `${node.id} ${name}`).toBe('1');
        if (/retain$/i.test(name)) expect(value, `${node.id} ${name}`).toBe('false');
      }
  });

  it('leads from node to node that there is', () => {
    const ids = flow.map(({ id }) => id);
    for (const { wires = [], scope = [], broker, z } of flow) {
      expect(ids).toEqual(expect.arrayContaining([...(wires as string[][]).flat(), ...(scope as string[])]));
      if (z !== undefined) expect(ids).toContain(z);
      if (broker !== undefined && z !== undefined) expect(broker).toBe('stepcloud');
    }
  });

  it('makes a reading of a moment', () => {
    const { topic, payload } = call('reading', { payload: 1795428900000 });
    expect(routeTopic(topic, 'g')).toMatchObject({ kind: { name: 'readings' }, deviceKey: 'node-red' });
    expect(payload).toEqual({ ts: 1795428900000, values: { temperature: 21.5 } });
  });

  it('keeps each message until its PUBACK, in order, whatever is thrown away on its way', () => {
    const context = new Map<string, unknown>();
    const message = (n: number) => ({ topic: 't', payload: n, _msgid: `id-${n}` });
    expect(call('keep', message(1), context).payload).toBe(1);
    const first = call('keep', message(2), context); // the first was thrown away, or is under way: it goes again
    expect(first.payload).toBe(1);
    const second = call('keep', first, context);
    expect(second.payload).toBe(2);
    expect(call('keep', first, context).payload).toBe(2); // a PUBACK that comes twice
    expect(call('keep', second, context)).toBeUndefined();
    expect(context.get('kept')).toEqual([]);
  });
});
