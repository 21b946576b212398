import { CompiledQuery, createQueryId, type RootOperationNode, sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { listEventsOf } from '../../src/db/event-views.ts';
import { createScene, DAY, type Home, NOW, type Scene } from './scene.ts';

const HOUR = 3_600_000;
const EVENTS = 10_000;

let scene: Scene;
let customerId: string;
let homes: Home[];
let foreign: Home;
let token: string;
const devices: Record<string, string> = {};
/** Names of events: that of the device, and how many hours ago. */
const names = new Map<string, string>();
const get = (query = '', as = token) => scene.get(`/api/v1/events?${query}`, as);
// biome-ignore lint/suspicious/noExplicitAny: items of every shape
const namesOf = (items: any[]) => items.map(({ id }) => names.get(id));

async function store(
  name: string,
  hoursAgo: number,
  event: { type?: string; outcome?: 'ok'; attributes?: Record<string, string> } = {},
) {
  const id = uuid();
  const at = new Date(NOW - hoursAgo * HOUR);
  const { type = 'performed_task', outcome = null, attributes = {} } = event;
  const times = { recorded_at: at, received_at: at };
  await scene.db
    .insertInto('event')
    .values({
      ...{ id, device_id: devices[name] as string, gateway_id: uuid(), ...times, type, outcome },
      ...{ attributes, content_hash: Buffer.alloc(16) },
    })
    .execute();
  names.set(id, `${name} ${hoursAgo}`);
}

beforeAll(async () => {
  scene = await createScene();
  customerId = await scene.createCustomer();
  homes = [await scene.createOffice(customerId), await scene.createOffice(customerId)];
  foreign = await scene.createOffice(await scene.createCustomer());
  for (const [name, home] of [
    ['a', homes[0]],
    ['b', homes[1]],
    ['pending', homes[0]],
    ['foreign', foreign],
  ] as [string, Home][]) {
    devices[name] = await scene.createDevice(home, name);
    for (const hours of [1, 2, 3]) await store(name, hours, { attributes: { lot: `L-${hours}` } });
  }
  await store('a', 2, { type: 'settings_changes', outcome: 'ok' }); // the same time again
  await store('b', 31 * 24);
  const pending = scene.db.updateTable('device').where('id', '=', devices.pending as string);
  await pending.set({ state: 'pending' }).execute();
  token = await scene.signIn(await scene.createUser({ homes: [{ customerId, officeId: null }] }));
});
afterAll(() => scene?.close());

const LAST_30_DAYS = ['a 1', 'a 2', 'a 2', 'a 3', 'b 1', 'b 2', 'b 3'];

describe('events of many devices', () => {
  it('are those of the whole customer, each with its place and its time zone', async () => {
    const { body, text } = await get();
    expect(namesOf(body.items).sort(), text).toEqual(LAST_30_DAYS);
    const times = body.items.map(({ recordedAt }: { recordedAt: string }) => recordedAt);
    expect(times).toEqual([...times].sort().reverse());
    expect(body.items[0]).toMatchObject({ deviceLabel: null, timeZone: 'UTC', sensors: [] });
    expect(homes.map(({ officeId }) => officeId)).toContain(body.items[0].officeId);
  });

  it.each<[string, () => string, string[]]>([
    ['a device', () => `deviceId=${devices.b}`, ['b 1', 'b 2', 'b 3']],
    ['an office', () => `officeId=${homes[1]?.officeId}`, ['b 1', 'b 2', 'b 3']],
    ['a customer', () => `customerId=${customerId}`, LAST_30_DAYS],
    ['a type and an outcome', () => 'type=settings_changes&outcome=ok', ['a 2']],
    ['an attribute', () => 'attribute=lot:L-2', ['a 2', 'b 2']],
    ['a span', () => `from=2026-10-01T00:00:00Z&to=${new Date(NOW - DAY).toISOString()}`, [`b ${31 * 24}`]],
    ['a device that is pending', () => `deviceId=${devices.pending}`, []],
  ])('can be narrowed to %s', async (_, query, expected) => {
    expect(namesOf((await get(query())).body.items).sort()).toEqual(expected);
  });

  it.each(['asc', 'desc'])('are led through once by pages, %s, also those of one time', async (order) => {
    for (const limit of [1, 3, 7]) {
      const items = await scene.getAll(`/api/v1/events?order=${order}&limit=${limit}`, token);
      expect(namesOf(items).sort(), `limit ${limit}`).toEqual(LAST_30_DAYS);
      const times = items.map(({ recordedAt }) => recordedAt);
      expect(times).toEqual(order === 'asc' ? [...times].sort() : [...times].sort().reverse());
    }
  });

  it('of others are not found, and not there', async () => {
    for (const query of [
      `deviceId=${devices.foreign}`,
      `officeId=${foreign.officeId}`,
      `customerId=${foreign.customerId}`,
    ])
      expect((await get(query)).body.code, query).toBe('NOT_FOUND');
    const ofOffice = await scene.signIn(await scene.createUser({ homes: [homes[1] as Home] }));
    expect(namesOf((await get('', ofOffice)).body.items)).toEqual(['b 1', 'b 2', 'b 3']);
    expect((await get(`deviceId=${devices.a}`, ofOffice)).body.code).toBe('NOT_FOUND');
  });
});

describe('among many events', () => {
  /** A device of another customer has very many; another one of ours has as many, with a lot of its own each. */
  beforeAll(async () => {
    await scene.createDevice(homes[0] as Home, 'busy').then((id) => {
      devices.busy = id;
    });
    for (const device of [devices.foreign, devices.busy]) {
      await sql`
        INSERT INTO event (device_id, id, gateway_id, recorded_at, received_at, type, attributes, content_hash)
        SELECT ${device}, gen_random_uuid(), gen_random_uuid(), at, at, 'x', jsonb_build_object('lot', n), ''
        FROM generate_series(1, ${EVENTS}::int4) AS n, LATERAL (SELECT ${new Date(NOW)}::timestamptz - n * interval '20 minutes' AS at) AS t`.execute(
        scene.db,
      );
    }
    await sql`ANALYZE event, device, office`.execute(scene.db);
  });

  async function planOf(ask: (db: Database) => Promise<unknown>): Promise<string> {
    const asked: RootOperationNode[] = [];
    const spied = scene.db.withPlugin({
      transformQuery: ({ node }) => {
        asked.push(node);
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    await ask(spied);
    const queries = asked.map((node) => scene.db.getExecutor().compileQuery(node, createQueryId()));
    const query = queries.find((one) => one.sql.includes('from "event"')) as CompiledQuery;
    const { rows } = await scene.db.executeQuery<{ 'QUERY PLAN': string }>(
      CompiledQuery.raw(`EXPLAIN ${query.sql}`, [...query.parameters]),
    );
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  }
  const everywhere = { customerId: undefined, officeId: undefined, deviceIds: undefined };
  const filter = {
    ...{ from: new Date(NOW - 120 * DAY), to: new Date(NOW), type: undefined, outcome: undefined },
    ...{ attributes: [] as [string, string][], order: 'desc' as const, limit: 51 },
  };

  const last = () => ({ recordedAt: new Date(NOW - 50 * DAY), deviceId: devices.busy as string, id: uuid() });

  it('a page of few devices comes from each of them, without reading those of others in between', async () => {
    const scope = { customerIds: [customerId], officeIds: [] };
    for (const after of [undefined, last()]) {
      const plan = await planOf((db) => listEventsOf(db, scope, everywhere, { ...filter, after }));
      expect(plan).toMatch(/Index Scan.* using event_device_id_recorded_at_id_idx/);
      expect(plan).not.toMatch(/event_by_time|Seq Scan on event/);
      if (after) expect(plan).toMatch(/Index Cond: \(\(device_id = device.id\).*recorded_at <= /);
    }
  });

  it('a page of many devices comes by the index of time, and goes on there, without reading what lies before', async () => {
    const many = await scene.createOffice(await scene.createCustomer());
    await sql`
      INSERT INTO device (id, customer_id, office_id, key, state)
      SELECT gen_random_uuid(), ${many.customerId}, ${many.officeId}, n, 'active' FROM generate_series(1, 201) AS n`.execute(
      scene.db,
    );
    const scope = { customerIds: [customerId, many.customerId], officeIds: [] };
    for (const after of [undefined, last()]) {
      const plan = await planOf((db) => listEventsOf(db, scope, everywhere, { ...filter, after }));
      expect(plan).toMatch(/Index Scan.* using event_by_time/);
      expect(plan).not.toMatch(/Seq Scan on event|Sort Key: event/);
      if (after) expect(plan).toMatch(/Index Cond: .*ROW\(recorded_at, device_id, id\) </i);
    }
  });

  it('one with a certain attribute is found by the index of attributes', async () => {
    const scope = { customerIds: [customerId], officeIds: [] };
    const asked = { ...filter, after: undefined, attributes: [['lot', '17'] as [string, string]] };
    const plan = await planOf((db) => listEventsOf(db, scope, everywhere, asked));
    expect(plan).toMatch(/Bitmap Index Scan on event_attributes/);
    expect(plan).not.toMatch(/Seq Scan on event/);
    const { body } = await get('attribute=lot:17&from=2026-01-01T00:00:00Z');
    expect(body.items).toMatchObject([{ deviceId: devices.busy, attributes: { lot: 17 } }]);
  });
});
