import { gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildApi } from '../../src/api/server.ts';
import type { DeadLetter } from '../../src/db/dead-letters.ts';
import { StepCloudError } from '../../src/errors.ts';
import { type AcceptedMessage, decodeEnvelope } from '../../src/ingest/envelope.ts';
import { createIngest } from '../../src/ingest/ingest.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { createScene, type Home, NOW, type Scene } from './scene.ts';

let scene: Scene;
let app: FastifyInstance;
let home: Home;
let gatewayId: string;
let token: string;
/** What the queue holds, and whether it takes more. */
let held: AcceptedMessage[] = [];
let away = false;
let gate = Promise.resolve();

const HOUR = 3_600_000;
const SETTINGS = { ackTimeoutMs: 300, shards: 1, batch: { maxMessages: 2000, maxBytes: 512 * 1024, lingerMs: 0 } };

beforeAll(async () => {
  scene = await createScene();
  await vi.waitFor(async () => expect(await scene.queue.isReady()).toBe(true));
  const send: typeof scene.queue.send = async (batch, timeoutMs) => {
    await gate;
    if (away) throw new StepCloudError('QUEUE_UNAVAILABLE', 'away');
    await scene.queue.send(batch, timeoutMs);
    held.push(...decodeEnvelope(batch.body).messages);
  };
  const { log, parts } = scene;
  const metrics = createMetrics().ingest;
  const ingest = createIngest({ queue: { ...scene.queue, send }, brokerId: uuid(), settings: SETTINGS, metrics, log });
  app = await buildApi({ ...parts, ingest });
  home = await scene.createOffice(await scene.createCustomer());
  gatewayId = await scene.createGateway(home, 'Hall 1');
  token = await scene.signIn(await scene.createUser({ homes: [{ ...home, role: 'operator' }] }));
});
beforeEach(() => {
  held = [];
  away = false;
});
afterAll(async () => {
  await app?.close();
  await scene?.close();
});

async function post(path: string, payload: object, as = token) {
  const headers = { authorization: `Bearer ${as}` };
  const response = await app.inject({ method: 'POST', url: `/api/v1/dead-letters/${path}`, payload, headers });
  return { status: response.statusCode, body: response.json() };
}
const make = (item: string | Buffer, letter: Partial<DeadLetter> = {}) =>
  scene.createDeadLetter(home, gatewayId, { item: Buffer.from(item), size: Buffer.from(item).length, ...letter });
const isThere = async (id: string) => (await scene.get(`/api/v1/dead-letters/${id}`, token)).status === 200;
const sent = () => held.map(({ topic, payload }) => [topic, payload.toString()]);
const topic = (kind: string, device = 'd') => `v1/gateways/${gatewayId}/devices/${device}/${kind}`;
const READING = JSON.stringify({ ts: NOW - HOUR, values: { n: 1 } });

describe('a replay', () => {
  it('sends the item as a new message of its gateway, and the letter is gone', async () => {
    const id = await make(READING, { topic: `${topic('readings')}/r-1`, ref: 'r-1' });
    const { status, body } = await post(`${id}/replay`, {});
    expect([status, body]).toEqual([202, { messageId: expect.stringMatching(/^[\da-f-]{36}$/) }]);
    expect(held).toMatchObject([{ gatewayId, receivedAt: NOW }]);
    expect(sent()).toEqual([[`${topic('readings')}/r-1`, READING]]);
    expect(await isThere(id)).toBe(false);
  });

  it('sends what was mended, to the device that it should have been', async () => {
    const id = await make(READING);
    await post(`${id}/replay`, { item: '{"ts":1795428900000,"values":{"n":2}}', deviceKey: 'printer (3)', shiftMs: 5 });
    expect(sent()).toEqual([[topic('readings', 'printer%20%283%29'), '{"ts":1795428900005,"values":{"n":2}}']]);
  });

  it.each([
    ['that names nothing', 'TOPIC_UNKNOWN', 'home/kitchen'],
    ['of another gateway', 'TOPIC_FOREIGN', `v1/gateways/${uuid()}/devices/d/readings`],
  ] as const)('of a topic %s needs a kind and a device', async (_, code, given) => {
    const id = await make(READING, { code, topic: given, deviceKey: undefined });
    for (const place of [{}, { kind: 'readings' }, { deviceKey: 'd' }])
      expect((await post(`${id}/replay`, place)).status, JSON.stringify(place)).toBe(409);
    expect((await post(`${id}/replay`, { kind: 'readings', deviceKey: 'd' })).status).toBe(202);
    expect(sent()).toEqual([[topic('readings'), READING]]);
  });

  it.each([
    ['that was kept in part', { code: 'PAYLOAD_TOO_LARGE', size: 5_000_000 } as const],
    ['with a number that JSON cannot say', { code: 'NUMBER_NOT_FINITE' } as const],
  ])('of an item %s needs a mended one', async (_, letter) => {
    const id = await make(READING, letter);
    const { status, body } = await post(`${id}/replay`, {});
    expect([status, body.code, held]).toEqual([409, 'CONFLICT', []]);
    expect((await post(`${id}/replay`, { item: READING })).status).toBe(202);
  });

  it('of a status is refused, since it was true of its moment only', async () => {
    const id = await make('{"state":"offline"}', { topic: `v1/gateways/${gatewayId}/status`, deviceKey: undefined });
    expect(await post(`${id}/replay`, {})).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
    expect(await isThere(id)).toBe(true);
  });

  it('to a device whose name cannot be one is refused', async () => {
    const id = await make(READING);
    expect((await post(`${id}/replay`, { deviceKey: '\ud800' })).status).toBe(400);
  });

  it('of the same letter twice at the same moment sends it once', async () => {
    const id = await make(READING);
    let open = () => {};
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const both = Promise.all([post(`${id}/replay`, {}), post(`${id}/replay`, {})]);
    const waiting = sql`
      SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    await vi
      .waitFor(async () => expect((await waiting.execute(scene.db)).rows).toHaveLength(1), { timeout: 10_000 })
      .finally(open);
    const answers = await both;
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 404]);
    expect(sent()).toHaveLength(1);
  });

  it('keeps the letter while the queue is away', async () => {
    const id = await make(READING);
    away = true;
    const { status, body } = await post(`${id}/replay`, {});
    expect([status, body.code]).toEqual([503, 'QUEUE_UNAVAILABLE']);
    expect(await isThere(id)).toBe(true);
    away = false;
    expect((await post(`${id}/replay`, {})).status).toBe(202);
  });

  it('beside too many others has to wait, so that other requests find the database', async () => {
    const ids = [await make(READING), await make(`${READING} `), await make(`${READING}  `)];
    away = true;
    const answers = await Promise.all(ids.map((id) => post(`${id}/replay`, {})));
    expect(answers.map(({ status }) => status).sort()).toEqual([429, 503, 503]);
  });

  it('is written down with its user, its gateway and its code, and nothing of its content', async () => {
    const gateway = await scene.createGateway(home, 'Hall 2');
    const user = await scene.createUser({ homes: [{ ...home, role: 'operator' }] });
    const own = await scene.signIn(user);
    const kept = { item: Buffer.from(READING), size: READING.length, code: 'TYPE_MISMATCH' } as const;
    const [a, b, c] = [
      await scene.createDeadLetter(home, gateway, kept),
      await scene.createDeadLetter(home, gateway, kept),
      await scene.createDeadLetter(home, gateway, kept),
    ];
    await post(`${a}/replay`, { item: '{"values":{"secret":1}}' }, own);
    await post('replay', { ids: [b, c] }, own);
    const { items } = (await scene.get(`/api/v1/audit?subjectId=${gateway}&to=2026-11-24T00:00:00Z`, token)).body;
    const common = { action: 'dead_letter.replayed', actor: { id: user.id }, subject: { name: 'Hall 2' }, ...home };
    expect(items).toMatchObject([
      { ...common, detail: { code: 'TYPE_MISMATCH', letters: 2, edited: false } },
      { ...common, detail: { code: 'TYPE_MISMATCH', letters: 1, edited: true } },
    ]);
    expect(JSON.stringify(items)).not.toContain('secret');
  });
});

describe('times since power-up', () => {
  const FIRST = NOW - HOUR;
  const payload = (boot: string) => JSON.stringify({ boot, sentUp: 60_000, up: 50_000, values: { n: 1 } });
  const firstOf = (preview: Awaited<ReturnType<typeof post>>) => Date.parse(preview.body.readings[0]?.recordedAt);
  const zeros = async () => {
    const rows = await scene.db.selectFrom('gateway_boot').where('gateway_id', '=', gatewayId).selectAll().execute();
    return rows.map(({ boot, zero }) => [boot, Number(zero)]);
  };

  it('of a power-up that nobody knew count from the first receipt of the letter, once it is replayed', async () => {
    const id = await make(payload('unheard'), { code: 'TOPIC_UNKNOWN', topic: 'x', receivedAt: new Date(FIRST) });
    const place = { kind: 'readings', deviceKey: 'counted' };
    expect(firstOf(await post(`${id}/preview`, place))).toBe(FIRST - 10_000);
    expect(await zeros()).toEqual([]);
    expect((await post(`${id}/replay`, place)).status).toBe(202);
    expect(sent()).toEqual([[topic('readings', 'counted'), payload('unheard')]]);
    expect(await zeros()).toEqual([['unheard', FIRST - 60_000]]);
  });

  it('of one that is known count from that, shifted or not', async () => {
    const row = { gateway_id: gatewayId, boot: 'known', zero: new Date(FIRST), received_at: new Date(FIRST) };
    await scene.db.insertInto('gateway_boot').values(row).execute();
    const id = await make(payload('known'));
    expect(firstOf(await post(`${id}/preview`, {}))).toBe(FIRST + 50_000);
    expect(firstOf(await post(`${id}/preview`, { shiftMs: -HOUR }))).toBe(FIRST + 50_000 - HOUR);
    await post(`${id}/replay`, { shiftMs: -HOUR });
    expect(sent().map(([, text]) => JSON.parse(text as string))).toMatchObject([{ ts: FIRST + 50_000 - HOUR }]);
  });
});

describe('a replay of many', () => {
  it('says of each what became of it, in order, with times shifted', async () => {
    const foreign = await scene.createOffice(await scene.createCustomer());
    const theirs = await scene.createDeadLetter(foreign, await scene.createGateway(foreign));
    const ids = [await make(READING), await make('{}', { size: 9 }), uuid(), theirs, await make('{"values":{"m":1}}')];
    const { status, body } = await post('replay', { ids, shiftMs: HOUR });
    expect(status).toBe(200);
    expect(body.items.map(({ id, code }: Record<string, string>) => [id, code])).toEqual([
      [ids[0], null],
      [ids[1], 'CONFLICT'],
      [ids[2], 'NOT_FOUND'],
      [ids[3], 'NOT_FOUND'],
      [ids[4], null],
    ]);
    expect(
      sent()
        .map(([, payload]) => payload)
        .sort(),
    ).toEqual([JSON.stringify({ ts: NOW, values: { n: 1 } }), JSON.stringify({ values: { m: 1 }, ts: NOW + HOUR })]);
    expect(await Promise.all([ids[0], ids[1], ids[4]].map((id) => isThere(id as string)))).toEqual([
      false,
      true,
      false,
    ]);
    expect((await scene.db.selectFrom('dead_letter').where('id', '=', theirs).execute()).length).toBe(1);
  });

  it('leaves to another request what is too much for one', async () => {
    const large = gzipSync(JSON.stringify({ ts: NOW, values: { text: 'x'.repeat(9_000_000) } }));
    const ids = [await make(large), await make(large, { topic: `${topic('readings')}/other` })];
    const codes = async (some: readonly string[]) =>
      (await post('replay', { ids: some })).body.items.map(({ code }: { code: string }) => code);
    const first = await codes(ids);
    expect([...first].sort()).toEqual(['TOO_LARGE', null].sort());
    expect(await codes(ids.filter((_, index) => first[index] !== null))).toEqual([null]);
  });

  it('keeps all of them while the queue is away', async () => {
    const ids = [await make(READING), await make(READING)];
    away = true;
    const { status, body } = await post('replay', { ids });
    expect(status).toBe(200);
    expect(body.items.map(({ code }: { code: string }) => code)).toEqual(['QUEUE_UNAVAILABLE', 'QUEUE_UNAVAILABLE']);
    expect(await Promise.all(ids.map(isThere))).toEqual([true, true]);
  });
});

describe('a preview', () => {
  it('says what would be stored and what not, against what is stored, and changes nothing', async () => {
    const deviceId = await scene.createDevice(home, 'preview', gatewayId);
    await scene.store(deviceId, 'n', [[NOW - HOUR, 1]]);
    await scene.store(deviceId, 'on', [[NOW - HOUR, true]]);
    await scene.store(deviceId, 'state', [[NOW - HOUR, 'idle']]);
    const id = await make('{}', { topic: topic('readings', 'preview') });
    const item = JSON.stringify([
      { ts: NOW - HOUR, values: { n: 1, on: false, state: 'idle', fresh: 'x' } },
      { ts: NOW, values: { n: 'two', on: true, state: 5 } },
      { ts: 5, values: { n: 5 } },
    ]);
    const { status, body } = await post(`${id}/preview`, { item });
    expect(status).toBe(200);
    const at = (ms: number) => new Date(ms).toISOString();
    expect(body).toEqual({
      deviceKey: 'preview',
      readings: [
        { label: 'n', recordedAt: at(NOW - HOUR), value: 1, duplicate: true },
        { label: 'state', recordedAt: at(NOW - HOUR), value: 'idle', duplicate: true },
        { label: 'fresh', recordedAt: at(NOW - HOUR), value: 'x', duplicate: false },
        { label: 'on', recordedAt: at(NOW), value: true, duplicate: false },
      ],
      events: [],
      refusals: [
        { code: 'TIME_INVALID', path: '/2/ts', detail: expect.stringContaining('seconds') },
        { code: 'VALUE_CONFLICT', path: '/0/values/on', detail: expect.stringContaining('true is stored') },
        { code: 'TYPE_MISMATCH', path: '/1/values/n', detail: expect.stringContaining('type number') },
        { code: 'TYPE_MISMATCH', path: '/1/values/state', detail: expect.stringContaining('type string') },
      ],
      counts: { readings: 4, events: 0, refusals: 4 },
    });
    expect([held, await isThere(id)]).toEqual([[], true]);
  });

  it('shows an event with what is right of it', async () => {
    const event = {
      type: 'performed_task',
      recordedAt: NOW,
      sensors: [{ label: 'w', kind: 'singular', value: 1, unit: 'g' }],
      settings: [{ label: 's' }],
    };
    const id = await make(JSON.stringify(event), { topic: topic('events', 'new') });
    const { body } = await post(`${id}/preview`, { unit: 'kg', shiftMs: -HOUR });
    expect(body).toMatchObject({
      events: [{ recordedAt: new Date(NOW - HOUR).toISOString(), sensors: 1, logs: 0, settings: 0 }],
      refusals: [{ code: 'PAYLOAD_INVALID', path: '/settings/0' }],
    });
  });

  it('tells of units that the device has otherwise, and of models that the catalogue does not have', async () => {
    const deviceId = await scene.createDevice(home, 'units', gatewayId);
    await scene.db.insertInto('sensor').values({ device_id: deviceId, label: 'w', unit: 'kg' }).execute();
    const sensors = [
      { label: 'w', unit: 'g', kind: 'singular', measure: 'gauge', value: 1 },
      { label: 'new', unit: 'g', kind: 'singular', measure: 'gauge', value: 1 },
    ];
    const event = { type: 'x', recordedAt: NOW, sensors };
    const mismatch = { code: 'UNIT_MISMATCH', path: '/sensors/0/unit' };
    const letters = [
      await make(JSON.stringify(event), { topic: topic('events', 'units') }),
      await make(JSON.stringify({ model: 'MAX Mini', sensors }), { topic: topic('registration', 'units') }),
    ];
    for (const id of letters) {
      expect((await post(`${id}/preview`, {})).body.refusals).toMatchObject([mismatch]);
      expect((await post(`${id}/preview`, { unit: 'kg' })).body.refusals).toEqual([]);
    }
    const { body } = await post(`${letters[0]}/preview`, {});
    expect(body.events).toMatchObject([{ sensors: 1 }]);
    for (const device of ['units', 'unheard']) {
      const unknown = await make('{"model":"Nobody"}', { topic: topic('registration', device) });
      expect((await post(`${unknown}/preview`, {})).body.refusals).toMatchObject([{ code: 'MODEL_UNKNOWN' }]);
    }
  });

  it.each([
    ['is no JSON', 'no JSON', 'PAYLOAD_NOT_JSON'],
    ['is empty', '', 'PAYLOAD_EMPTY'],
    ['lies too far ahead', JSON.stringify({ ts: NOW + HOUR, values: { n: 1 } }), 'TIME_IN_FUTURE'],
  ])('tells that what %s would be refused again', async (_, item, code) => {
    const { status, body } = await post(`${await make(READING)}/preview`, { item });
    expect([status, body.readings, body.refusals[0].code]).toEqual([200, [], code]);
  });

  it('tells of a device that takes no data', async () => {
    const deviceId = await scene.createDevice(home, 'blocked', gatewayId);
    await scene.db.updateTable('device').set({ state: 'blocked' }).where('id', '=', deviceId).execute();
    const { body } = await post(`${await make(READING)}/preview`, { deviceKey: 'blocked' });
    expect(body).toMatchObject({ readings: [], refusals: [{ code: 'DEVICE_BLOCKED' }] });
  });

  it('shows of many rows the first, and how many there are', async () => {
    const item = JSON.stringify({ series: { n: { start: NOW - HOUR, step: 1, values: Array(250).fill(1) } } });
    const { body } = await post(`${await make(READING)}/preview`, { item, deviceKey: 'series' });
    expect([body.readings.length, body.counts.readings]).toEqual([100, 250]);
  });
});
