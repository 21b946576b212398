import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { csv } from '../../src/api/exports/formats.ts';
import { readingPages } from '../../src/api/exports/readings.ts';
import { createTimeWriters } from '../../src/api/exports/times.ts';
import { ensurePartitions } from '../../src/db/partitions.ts';
import { revokeSessions } from '../../src/db/sessions.ts';
import { createScene, DAY, type Home, NOW, type Scene } from './scene.ts';

const WAIT = { timeout: 10_000, interval: 20 };
const FROM = NOW - 7 * DAY;
const iso = (at: number) => new Date(at).toISOString();
const SPAN = `from=${iso(FROM)}&to=${iso(NOW + DAY)}`;

let scene: Scene;
let home: Home;
let token: string;
let [printer, lamp]: [string, string] = ['', ''];

/** Times after NOW, and values, of each sensor of the printer, by label. */
const SENSORS = {
  'lid, "left"': [
    [0, true],
    [60_000, false],
  ],
  note: [
    [0, 'say "a",\r\nb'],
    [1, '=1+1'],
    [2, ''],
    [3, "'q"],
  ],
  temperature: [0.1 + 0.2, -5, 1e21, 1e-7, 5e-324, Number.MAX_VALUE, 0].map((value, n) => [n * 1_001, value] as const),
} as const;

beforeAll(async () => {
  scene = await createScene();
  home = await scene.createOffice(await scene.createCustomer());
  token = await scene.signIn(await scene.createUser({ homes: [home] }));
  const gateway = await scene.createGateway(home);
  [printer = '', lamp = ''] = [await scene.createDevice(home, 'SN-1'), await scene.createDevice(home, 'SN-2')];
  await scene.db.updateTable('device').where('id', '=', printer).set({ label: '=Printer, "1"' }).execute();
  for (const [label, values] of Object.entries(SENSORS))
    await scene.store(
      printer,
      label,
      values.map(([at, value]) => [NOW + at, value]),
    );
  await scene.db.updateTable('sensor').where('label', '=', 'temperature').set({ unit: '°C' }).execute();
  await scene.store(lamp, 'temperature', [
    [FROM - 1, 1],
    [FROM, 2],
    [NOW + DAY - 1, 3],
    [NOW + DAY, 4],
  ]);
  const pending = await scene.createDevice(home, 'SN-3');
  await scene.db.updateTable('device').where('id', '=', pending).set({ state: 'pending' }).execute();
  await scene.store(pending, 'temperature', [[NOW, 5]]);
  const stranger = await scene.createOffice(await scene.createCustomer());
  await scene.store(await scene.createDevice(stranger, 'SN-1'), 'temperature', [[NOW, 6]]);
  await storeEvents(gateway);
  await scene.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => scene?.close());

/** Two events of one time, and one later, with logs. */
async function storeEvents(gateway: string): Promise<void> {
  await ensurePartitions(scene.db, 'event_log', [NOW], 'month');
  await ensurePartitions(scene.db, 'event_sensor', [NOW], 'month');
  const content_hash = Buffer.from('x');
  for (const [n, id] of [uuid(), uuid(), uuid()].sort().entries()) {
    const recorded_at = new Date(NOW + (n === 2 ? 5 : 0));
    const key = { device_id: printer, recorded_at, content_hash };
    const head = {
      gateway_id: gateway,
      received_at: new Date(NOW + 1),
      started_at: n === 0 ? new Date(NOW - 1) : null,
      outcome: n === 1 ? ('failed' as const) : null,
    };
    await scene.db
      .insertInto('event')
      .values({ ...key, ...head, id, type: n === 2 ? 'other' : 'performed_task', attributes: { job: `J,${n}` } })
      .execute();
    const part = { ...key, event_id: id, position: 0 };
    const log = (label: string, level: 'error' | 'build', data: object) => ({
      ...part,
      label,
      level,
      data: data as never,
    });
    await scene.db
      .insertInto('event_log')
      .values([
        log('b', 'build', { content: ['one', '=two', 'three\n3'] }),
        log('=a', 'error', { time: [NOW, null], label: [null, 'x'], content: ['four', ''] }),
      ])
      .execute();
    const sensor = {
      ...part,
      kind: 'singular',
      visualization: 'default',
      unit: 'ml',
      label: 'resin',
      number: 27.1,
    } as const;
    await scene.db.insertInto('event_sensor').values(sensor).execute();
  }
}

const path = (what: string, query: string, span = SPAN) => `/api/v1/${what}/export?${span}&${query}`;

/** Records of CSV as they stand there, and their cells. */
function parse(body: string): { raw: string; cells: string[] }[] {
  const records = [...body.matchAll(/((?:"(?:[^"]|"")*"|[^"\r\n])*)\r\n/g)].map(([, raw]) => raw as string);
  return records.map((raw) => ({
    raw,
    cells: [...raw.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
      ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '',
    ),
  }));
}

/** An answer over a socket, of which nothing is read before somebody does. */
async function open(what: string, query: string, headers: object = {}, span = SPAN): Promise<IncomingMessage> {
  const { port } = scene.app.server.address() as AddressInfo;
  const sent = get({
    agent: false,
    port,
    path: path(what, query, span),
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return answer;
}

describe('readings', () => {
  it('are what was stored, by device, label and time, as CSV', async () => {
    const { status, headers, text: body } = await scene.get(path('readings', 'formulas=keep'), token);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
    expect(headers['content-disposition']).toBe(
      'attachment; filename="stepcloud-readings-2026-11-16-to-2026-11-24.csv"',
    );
    const [names, ...rows] = parse(body).map(({ cells }) => cells);
    expect(names?.join()).toBe('deviceId,label,recordedAt,value,unit,receivedAt,deviceKey,deviceLabel');
    const expected = Object.entries(SENSORS).flatMap(([label, values]) =>
      values.map(([at, value]) => {
        const unit = label === 'temperature' ? '°C' : '';
        const number = typeof value === 'number' ? value : String(value);
        return [printer, label, iso(NOW + at), number, unit, iso(NOW + at + 2_000), 'SN-1', '=Printer, "1"'];
      }),
    );
    const ofLamp = [FROM, NOW + DAY - 1].map((at, n) => [
      ...[lamp, 'temperature', iso(at), n + 2, '', iso(at + 2_000), 'SN-2', ''],
    ]);
    const found = rows.map((cells) =>
      cells.map((cell, n) => (n === 3 && cells[1] === 'temperature' ? Number(cell) : cell)),
    );
    expect(found).toEqual([...expected, ...ofLamp]);
  });

  it('guard spreadsheets against formulas, and leave numbers alone', async () => {
    const { text: body } = await scene.get(path('readings', `deviceId=${printer}`), token);
    expect(body).toContain(`,note,${iso(NOW + 1)},'=1+1,`);
    expect(body).toContain(`,"'=Printer, ""1"""\r\n`);
    expect(body).toContain(`,temperature,${iso(NOW + 1_001)},-5,°C,`);
  });

  it('are JSON a line, and the last one says that they are whole', async () => {
    const { text: body, headers } = await scene.get(path('readings', 'format=ndjson&label=note&label=none'), token);
    expect(headers['content-type']).toBe('application/x-ndjson');
    const lines = body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.pop()).toEqual({ end: { complete: true, rows: 4, from: iso(FROM), to: iso(NOW + DAY) } });
    expect(lines).toEqual(
      SENSORS.note.map(([at, value]) => ({
        ...{ deviceId: printer, label: 'note', recordedAt: iso(NOW + at), value, unit: null },
        ...{ receivedAt: iso(NOW + at + 2_000), deviceKey: 'SN-1', deviceLabel: '=Printer, "1"' },
      })),
    );
  });

  it('have the times of a time zone, with their offset', async () => {
    const { text: body } = await scene.get(path('readings', `deviceId=${lamp}&timeZone=Asia/Kolkata`), token);
    expect(body).toContain('temperature,2026-11-16T14:45:00.000+05:30,2,,2026-11-16T14:45:02.000+05:30,');
    const wrong = await scene.get(path('readings', 'timeZone=Europe/Atlantis'), token);
    expect(wrong).toMatchObject({ status: 400, body: { detail: expect.stringContaining('Europe/Atlantis') } });
  });

  it('of a device that is pending come when it is named', async () => {
    const { id } = await scene.db
      .selectFrom('device')
      .where('state', '=', 'pending')
      .select('id')
      .executeTakeFirstOrThrow();
    expect(parse((await scene.get(path('readings', `deviceId=${id}`), token)).text)).toHaveLength(2);
  });
});

describe('events', () => {
  it('come with attributes and what was measured, those of one time by id', async () => {
    const { text: body } = await scene.get(path('events', 'format=ndjson'), token);
    const lines = body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.pop()).toMatchObject({ end: { rows: 3 } });
    expect(lines.map(({ attributes }) => attributes.job)).toEqual(['J,0', 'J,1', 'J,2']);
    expect(lines[0]).toEqual({
      ...{ deviceId: printer, recordedAt: iso(NOW), id: expect.any(String), type: 'performed_task', outcome: null },
      ...{ startedAt: iso(NOW - 1), receivedAt: iso(NOW + 1), gatewayId: expect.any(String) },
      ...{ attributes: { job: 'J,0' }, sensors: [{ label: 'resin', unit: 'ml', kind: 'singular', value: 27.1 }] },
      ...{ deviceKey: 'SN-1', deviceLabel: '=Printer, "1"' },
    });
  });

  it.each([
    ['type=other', 'J,2'],
    ['outcome=failed', 'J,1'],
    ['attribute=job:J,0&type=performed_task', 'J,0'],
  ])('can be those of one kind alone: %s', async (query, job) => {
    const { text: body } = await scene.get(path('events', `format=ndjson&${query}`), token);
    expect(body.match(/J,\d/g)).toEqual([job]);
  });
});

describe('logs', () => {
  it('come line by line, by event, level and label', async () => {
    const { text: body } = await scene.get(path('logs', ''), token);
    const [names, ...rows] = parse(body).map(({ cells }) => cells);
    expect(names?.join()).toBe(
      'deviceId,recordedAt,eventId,level,label,line,time,lineLabel,content,deviceKey,deviceLabel',
    );
    expect(rows).toHaveLength(15);
    expect(rows.slice(0, 5).map((cells) => cells.slice(3, 9))).toEqual([
      ['build', 'b', '1', '', '', 'one'],
      ['build', 'b', '2', '', '', "'=two"],
      ['build', 'b', '3', '', '', 'three\n3'],
      ['error', "'=a", '1', iso(NOW), '', 'four'],
      ['error', "'=a", '2', '', 'x', ''],
    ]);
    const errors = parse((await scene.get(path('logs', 'level=error'), token)).text);
    expect(errors).toHaveLength(7);
  });
});

describe('events and logs of more than a page', () => {
  const OLD = NOW - 60 * DAY;
  const EVENTS = 250;
  let busy: string;
  beforeAll(async () => {
    busy = await scene.createDevice(home, 'busy');
    await ensurePartitions(scene.db, 'event_log', [OLD], 'month');
    // The 100th and the 101st, where a page ends, are of one time; some logs are as large as what one look takes.
    await sql`
      INSERT INTO event (device_id, id, gateway_id, recorded_at, received_at, type, attributes, content_hash)
      SELECT ${busy}, gen_random_uuid(), gen_random_uuid(), to_timestamp(${OLD / 1000}::float8 + (n - (n = 100)::int) * 0.017),
        now(), 't', jsonb_build_object('n', n), '' FROM generate_series(0, ${EVENTS - 1}) AS n`.execute(scene.db);
    await sql`
      INSERT INTO event_log (device_id, event_id, recorded_at, position, label, content_hash, level, data)
      SELECT device_id, id, recorded_at, 0, label, '', 'debug', jsonb_build_object('content', jsonb_build_array(
        attributes -> 'n', CASE WHEN (attributes ->> 'n')::int % 50 = 0 THEN (
          SELECT string_agg(md5(random()::text), '') FROM generate_series(1, 6000)) END))
      FROM event, unnest(ARRAY['a', 'b']) AS label WHERE device_id = ${busy}`.execute(scene.db);
  });
  const span = `from=${iso(OLD)}&to=${iso(OLD + DAY)}`;
  const rowsOf = async (what: string, columns: readonly number[]) => {
    const { text: body } = await scene.get(path(what, `deviceId=${busy}`, span), token);
    return parse(body)
      .slice(1)
      .map(({ cells }) => columns.map((n) => cells[n]).join());
  };

  it('come once each, in order', async () => {
    const events = await rowsOf('events', [1, 2, 8]);
    expect(events).toEqual([...events].sort());
    expect(new Set(events).size).toBe(EVENTS);
    expect(events).toHaveLength(EVENTS);
    const lines = await rowsOf('logs', [1, 2, 4, 5]);
    expect(lines).toEqual([...lines].sort());
    expect(new Set(lines).size).toBe(4 * EVENTS);
    expect(lines).toHaveLength(4 * EVENTS);
  });
});

describe('an export that broke off', () => {
  it.each(['readings', 'events', 'logs'])(
    'goes on behind any row, with the very rows that are missing: %s',
    async (what) => {
      const behind = (raw: string, query = '') => path(what, `after=${encodeURIComponent(raw)}&${query}`);
      const [head, ...records] = parse((await scene.get(path(what, ''), token)).text);
      expect(records.length).toBeGreaterThan(2);
      for (const [n, { raw }] of records.entries()) {
        const rest = parse((await scene.get(behind(raw), token)).text);
        expect(rest.map((record) => record.raw)).toEqual([head, ...records.slice(n + 1)].map((record) => record?.raw));
      }
      const kept = parse((await scene.get(path(what, 'formulas=keep'), token)).text);
      const rest = parse((await scene.get(behind(kept[2]?.raw ?? '', 'formulas=keep'), token)).text);
      expect(rest.slice(1)).toEqual(kept.slice(3));
    },
  );

  it.each([
    ['readings', 'x'],
    ['readings', 'x,temperature,2026-11-23T09:15:00Z'],
    ['readings', `${uuid()},temperature,yesterday`],
    ['readings', `${uuid()},temperature,2026-11-23T09:15:00`],
    ['events', `${uuid()},2026-11-23T09:15:00Z,x`],
    ['logs', `${uuid()},2026-11-23T09:15:00Z,${uuid()},error,a,-1`],
  ])('does not go on behind what is no row of it: %s %s', async (what, row) => {
    const { status, body } = await scene.get(path(what, `after=${encodeURIComponent(row)}`), token);
    expect([status, body.code]).toEqual([400, 'REQUEST_INVALID']);
  });
});

describe('an answer', () => {
  it('has trailers that say it is whole, packed or not', async () => {
    const plain = await open('readings', `deviceId=${printer}`, { 'accept-encoding': 'gzip;q=0, br' });
    const body = await text(plain);
    expect(plain.headers).not.toHaveProperty('content-encoding');
    expect(plain.trailers).toEqual({ 'x-export-complete': 'true', 'x-export-rows': '13' });
    const packed = await open('readings', `deviceId=${printer}`, { 'accept-encoding': 'br, gzip;q=0.5' });
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding, origin' });
    const chunks = [];
    for await (const chunk of packed) chunks.push(chunk);
    expect(gunzipSync(Buffer.concat(chunks)).toString()).toBe(body);
    expect(packed.trailers).toEqual(plain.trailers);
  });

  it.each([
    ['gzip', true],
    ['x-gzip;q=0.001', true],
    ['*', true],
    ['br, *;q=0.1', true],
    ['gzip;q=0, *', false],
    ['*;q=0', false],
    ['*;q=0.0, gzip', true],
    ['identity', false],
    ['', false],
  ])('is packed or not for who takes "%s"', async (codings, isPacked) => {
    const url = path('readings', `deviceId=${printer}`);
    const { headers } = await scene.request({ method: 'HEAD', url, token, headers: { 'accept-encoding': codings } });
    expect(headers['content-encoding']).toBe(isPacked ? 'gzip' : undefined);
  });

  it('is refused to who speaks HTTP/1.0, and so could not tell whether it is whole', async () => {
    const { port } = scene.app.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET ${path('readings', '')} HTTP/1.0\r\nAuthorization: Bearer ${token}\r\n\r\n`);
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('needs HTTP/1.1');
    expect(answer).not.toMatch(/transfer-encoding/i);
  });

  it('breaks off also where nothing of it was sent yet', async () => {
    await sql`ALTER TABLE event_sensor RENAME TO hidden`.execute(scene.db);
    const answer = await open('events', 'format=ndjson', { 'accept-encoding': 'gzip' });
    await expect(text(answer)).rejects.toThrow('aborted');
    await sql`ALTER TABLE hidden RENAME TO event_sensor`.execute(scene.db);
    expect([answer.statusCode, answer.trailers]).toEqual([200, {}]);
  });

  it('to HEAD is that to GET without its body', async () => {
    const { status, headers, text: body } = await scene.request({ method: 'HEAD', url: path('events', ''), token });
    expect([status, body]).toEqual([200, '']);
    expect(headers).toMatchObject({ 'content-type': 'text/csv; charset=utf-8; header=present' });
    expect(headers).not.toHaveProperty('content-length');
  });

  it('about what is not theirs is that there is none', async () => {
    const foreign = await scene.createOffice(await scene.createCustomer());
    const device = await scene.createDevice(foreign, 'd');
    for (const query of [`deviceId=${device}`, `deviceId=${printer}&deviceId=${device}`])
      expect((await scene.get(path('logs', query), token)).status).toBe(404);
    for (const [name, id] of Object.entries(foreign))
      expect((await scene.get(path('events', `${name}=${id}`), token)).status).toBe(404);
    expect((await scene.get(path('readings', `officeId=${home.officeId}`), token)).status).toBe(200);
    const nobody = await scene.signIn(await scene.createUser());
    expect(parse((await scene.get(path('readings', ''), nobody)).text)).toHaveLength(1);
  });
});

describe('a large export', () => {
  const ROWS = 200_000;
  const OLD = Date.UTC(2026, 7, 1);
  const partition = 'reading_20260801_20260901';
  let large: string;
  beforeAll(async () => {
    large = await scene.createDevice(home, 'large');
    await scene.store(large, 'dense', [[OLD, 0]]);
    await sql`
      INSERT INTO reading (sensor_id, recorded_at, value, received_after)
      SELECT sensor.id, to_timestamp(${OLD / 1000}::float8 + n), n, 0 FROM sensor, generate_series(1, ${ROWS - 1}) AS n
      WHERE device_id = ${large}`.execute(scene.db);
    await sql`ANALYZE reading`.execute(scene.db);
  });
  const openLarge = (as = token, headers = {}) =>
    open(
      'readings',
      `deviceId=${large}`,
      { authorization: `Bearer ${as}`, ...headers },
      `from=${iso(OLD)}&to=${iso(NOW)}`,
    );
  const valuesOf = (body: string) =>
    body
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((line) => Number(line.split(',')[3]));
  const upTo = (count: number, from = 0) => Array.from({ length: count }, (_, n) => from + n);

  it('has every row once and in order, also of a reader that is slow', async () => {
    const answer = await openLarge();
    await vi.waitFor(async () => expect(await countActive()).toBe(0), WAIT);
    expect(valuesOf(await text(answer))).toEqual(upTo(ROWS));
    expect(answer.trailers).toMatchObject({ 'x-export-rows': String(ROWS) });
  });

  /** Statements and transactions that are under way, but for this one. */
  async function countActive(): Promise<number> {
    const { rows } = await sql<{ n: number }>`
      SELECT count(*)::int4 AS n FROM pg_stat_activity
      WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()
        AND application_name = ''`.execute(scene.db);
    return rows[0]?.n ?? 0;
  }

  it('is not moved by what arrives meanwhile', async () => {
    const scope = { customerIds: [home.customerId], officeIds: [] };
    const filter = { deviceIds: [large], officeId: undefined, customerId: undefined, labels: undefined };
    const range = { from: new Date(OLD), to: new Date(OLD + 25_000_000) };
    const writing = { format: csv({ guarded: true }), timeWriter: createTimeWriters(undefined) };
    const found: number[] = [];
    let pages = 0;
    for await (const page of readingPages(
      (work) => work(scene.db, scope),
      { filter: { ...filter, ...range }, after: undefined },
      writing,
    )) {
      found.push(...valuesOf(`\r\n${page.bytes}`));
      if (pages++ > 0) continue;
      const late = [OLD + 500, OLD + 20_000_500].map((at) => new Date(at));
      await sql`
        INSERT INTO reading (sensor_id, recorded_at, value, received_after)
        SELECT id, unnest(${late}::timestamptz[]), -1, 9 FROM sensor WHERE device_id = ${large}`.execute(scene.db);
    }
    await sql`DELETE FROM reading WHERE value = -1`.execute(scene.db);
    expect(pages).toBe(3);
    expect(found).toEqual([...upTo(20_001), -1, ...upTo(4_999, 20_001)]);
  });

  it('stands still with its reader, in bounded memory, and holds no partition meanwhile', async () => {
    const sockets = new Set<Socket>();
    scene.app.server.on('connection', (socket) => sockets.add(socket));
    const answer = await openLarge();
    answer.pause();
    const sent = () =>
      [...sockets].reduce((sum, { bytesWritten, writableLength }) => sum + bytesWritten + writableLength, 0);
    let last = -1;
    await vi.waitFor(
      async () => {
        const now = sent();
        const isStill = now === last && now > 1_000_000 && (await countActive()) === 0;
        last = now;
        expect(isStill).toBe(true);
      },
      { ...WAIT, interval: 200 },
    );
    // All of it is 24 MB: what is not here yet was not even looked up.
    expect(last).toBeLessThan(14_000_000);
    const connection = scene.db.connection();
    await connection.execute(async (own) => {
      await sql`SET lock_timeout = '2s'`.execute(own);
      await sql`ALTER TABLE reading DETACH PARTITION ${sql.table(partition)} CONCURRENTLY`.execute(own);
      await sql`RESET lock_timeout`.execute(own);
    });
    const values = valuesOf(await text(answer));
    expect(values).toEqual(upTo(values.length));
    expect(values.length).toBeLessThan(ROWS);
    expect(answer.trailers).toMatchObject({ 'x-export-rows': String(values.length) });
    const [from, to] = [iso(OLD), '2026-09-01'];
    await sql`
      ALTER TABLE reading ATTACH PARTITION ${sql.table(partition)} FOR VALUES FROM (${sql.lit(from)}) TO (${sql.lit(to)})`.execute(
      scene.db,
    );
  });

  it('may take longer than other answers', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const answer = await openLarge();
    answer.pause();
    vi.advanceTimersByTime(40_000);
    vi.useRealTimers();
    expect(valuesOf(await text(answer))).toHaveLength(ROWS);
  });

  it('is one of two that a user may have at a time', async () => {
    const [first, second] = [await openLarge(), await openLarge()];
    const third = await openLarge();
    expect([third.statusCode, third.headers['retry-after'], third.headers['content-disposition']]).toEqual([
      429,
      '30',
      undefined,
    ]);
    third.resume();
    const other = await scene.signIn(await scene.createUser({ homes: [home] }));
    const theirs = await openLarge(other);
    expect(theirs.statusCode).toBe(200);
    for (const answer of [first, second, theirs]) answer.destroy();
    await vi.waitFor(async () => {
      const again = await openLarge();
      again.destroy();
      expect(again.statusCode).toBe(200);
    }, WAIT);
  });

  it.each([{}, { 'accept-encoding': 'gzip' }])('breaks off when its reader may no longer (%o)', async (headers) => {
    const user = await scene.createUser({ homes: [home] });
    const answer = await openLarge(await scene.signIn(user), headers);
    answer.pause();
    await revokeSessions(scene.db, { userId: user.id }, 'revoked');
    scene.clock.now += 3_000;
    await expect(text(answer)).rejects.toThrow('aborted');
    expect(answer.trailers).toEqual({});
  });
});
