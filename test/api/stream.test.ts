import { once } from 'node:events';
import { type AddressInfo, connect as connectSocket, type Socket } from 'node:net';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { appendLive, type LiveItem } from '../../src/db/live.ts';
import { deleteMembership } from '../../src/db/memberships.ts';
import { endSessions } from '../../src/identity/sessions.ts';
import { type EventSource, openEventSource } from '../support/event-source.ts';
import { createScene, type Home, type Scene } from './scene.ts';

const WAIT = { timeout: 20_000, interval: 20 };

let scene: Scene;
let home: Home;
let deviceId: string;
let gatewayId: string;
let foreignDevice: string;
let user: { id: string; email: string };
let token: string;
let url: string;
/** The server's ends of all connections. */
const accepted = new Set<Socket>();

beforeAll(async () => {
  scene = await createScene();
  home = await scene.createOffice(await scene.createCustomer());
  gatewayId = await scene.createGateway(home);
  deviceId = await scene.createDevice(home, 'a', gatewayId);
  foreignDevice = await scene.createDevice(await scene.createOffice(await scene.createCustomer()), 'b');
  user = await scene.createUser({ homes: [home] });
  token = await scene.signIn(user);
  scene.app.server.on('connection', (socket) => accepted.add(socket));
  await scene.app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(scene.app.server.address() as AddressInfo).port}/api/v1/stream`;
});
afterAll(() => scene.close());

const watch = (query = `deviceId=${deviceId}`, lastEventId?: string, as = token) =>
  openEventSource(`${url}?${query}`, { token: as, lastEventId });
const item = (n: number, text?: string): LiveItem => ({
  topic: deviceId,
  kind: 'event',
  body: { id: String(n), type: text ?? 'print', outcome: null, recordedAt: 0 },
});
const idsOf = ({ events }: EventSource) =>
  events.filter(({ event }) => event === 'event').map(({ data }) => data.eventId);
const ends = (source: EventSource) => vi.waitFor(() => expect(source.isEnded).toBe(true), WAIT);

it.each<[string, () => string, string | undefined, number, RegExp]>([
  ['nothing to watch', () => '', undefined, 400, /name a device/],
  ['a device of others', () => `deviceId=${foreignDevice}`, undefined, 404, /no such device as .*not yours/],
  [
    'a device of others beside an own one',
    () => `deviceId=${deviceId}&deviceId=${foreignDevice}`,
    undefined,
    404,
    /device/,
  ],
  ['a gateway that is none', () => `gatewayId=${deviceId}`, undefined, 404, /no such gateway/],
  ['an id that is none', () => 'deviceId=x', undefined, 400, /query/],
  ['a parameter that nobody knows', () => `deviceId=${deviceId}&kinds=x`, undefined, 400, /query/],
  [
    'more than 200 devices and gateways',
    () => Array.from({ length: 201 }, (_, n) => `${n % 2 ? 'deviceId' : 'gatewayId'}=${uuid()}`).join('&'),
    undefined,
    400,
    /200 devices and gateways/,
  ],
  ['a last event id of something else', () => `deviceId=${deviceId}`, 'abc', 400, /last event id/],
])('refuses %s', async (_, query, lastEventId, status, detail) => {
  const source = await watch(query(), lastEventId);
  expect([source.status, (await source.body()).detail]).toEqual([status, expect.stringMatching(detail)]);
});

it('wants a token, and has no HEAD', async () => {
  expect((await watch(undefined, undefined, 'x')).status).toBe(401);
  const head = await scene.request({ method: 'HEAD', url: `/api/v1/stream?deviceId=${deviceId}`, token });
  expect(head.status).toBe(404);
});

it('tells who resumes too late that something may be missing, and goes on', async () => {
  const first = await watch();
  const [ready] = await first.until('ready');
  expect(ready?.data).toEqual({ serverTime: expect.any(String), resumed: false });
  first.cut();
  const [at, ...rest] = (first.lastId as string).split(';');
  const old = [Number(at) - 20 * 60_000, ...rest].join(';');
  const late = await watch(undefined, old);
  const [gap] = await late.until('gap');
  expect(gap?.data.from).toBe(new Date(Number(old.split(';')[0])).toISOString());
  expect(Date.parse(gap?.data.to)).toBeGreaterThanOrEqual(Number(at));
  await appendLive(scene.db, [item(1)]);
  await late.until('event');
  late.cut();
  const resumed = await watch(undefined, late.lastId);
  expect((await resumed.until('ready'))[0]?.data.resumed).toBe(true);
  await appendLive(scene.db, [item(2)]);
  await resumed.until('event');
  expect([idsOf(late), idsOf(resumed)]).toEqual([['1'], ['2']]);
  resumed.cut();
});

it('shows more than one look takes, in order', async () => {
  const source = await watch();
  await source.until('ready');
  const numbers = Array.from({ length: 170 }, (_, n) => n);
  await appendLive(
    scene.db,
    numbers.map((n) => item(n)),
  );
  await source.until('event', numbers.length);
  expect(idsOf(source)).toEqual(numbers.map(String));
  source.cut();
});

/** Hides a table for so long. */
async function without(table: string, work: () => Promise<void>): Promise<void> {
  await sql`ALTER TABLE ${sql.table(table)} RENAME TO away`.execute(scene.db);
  await work().finally(() => sql`ALTER TABLE away RENAME TO ${sql.table(table)}`.execute(scene.db));
}

it('shows to whom resumes what came meanwhile, also when connectivity cannot be looked up', async () => {
  const first = await watch();
  await first.until('ready');
  first.cut();
  await appendLive(scene.db, [item(1)]);
  await without('gateway_presence', async () => {
    const resumed = await watch(undefined, first.lastId);
    await resumed.until('event');
    resumed.cut();
  });
});

it('ends at once when it cannot begin, so that its reader comes again', async () => {
  await without('live_interest', async () => ends(await watch()));
});

it('ends when a gateway that it shows beside a device is not of the caller any more', async () => {
  const moved = await scene.createGateway(home);
  const source = await watch(`deviceId=${await scene.createDevice(home, 'moved', moved)}`);
  await source.until('connectivity');
  const { customerId, officeId } = await scene.createOffice(await scene.createCustomer());
  const other = { customer_id: customerId, office_id: officeId };
  await scene.db.updateTable('gateway').set(other).where('id', '=', moved).execute();
  scene.parts.live.check();
  await source.until('end');
  await ends(source);
});

it('shows a gateway that begins to hear a device, and what is refused of it from then on', async () => {
  const device = await scene.createDevice(home, 'heard', gatewayId);
  const source = await watch(`deviceId=${device}`);
  await source.until('connectivity');
  const another = await scene.createGateway(home);
  const at = new Date();
  const heard = { device_id: device, gateway_id: another, first_heard_at: at, last_heard_at: at };
  await scene.db.insertInto('device_gateway').values(heard).execute();
  const shown = () => source.events.filter(({ event }) => event === 'connectivity').map(({ data }) => data.gatewayId);
  await vi.waitFor(() => {
    scene.parts.live.check();
    expect(shown()).toEqual([gatewayId, another]);
  }, WAIT);
  const body = { code: 'TEXT_INVALID', detail: 'no text', deviceKey: 'heard', ref: null, seen: 1 } as const;
  await appendLive(scene.db, [{ topic: another, kind: 'dead-letter', body }]);
  const [letter] = await source.until('dead-letter');
  expect(letter?.data).toMatchObject({ gatewayId: another, code: 'TEXT_INVALID' });
  expect(source.events.map(({ event }) => event)).not.toContain('gap');
  source.cut();
});

it.each<[string, (other: { id: string }) => Promise<unknown>]>([
  ['the session ends', ({ id }) => endSessions(scene.db, { userId: id }, 'revoked')],
  [
    'the membership ends',
    async ({ id }) => {
      const rows = await scene.db.selectFrom('membership').where('user_id', '=', id).select('id').execute();
      for (const membership of rows) await deleteMembership(scene.db, membership.id);
    },
  ],
])('ends when %s', async (_, takeBack) => {
  const other = await scene.createUser({ homes: [home] });
  const source = await watch(undefined, undefined, await scene.signIn(other));
  await source.until('ready');
  await takeBack(other);
  scene.parts.live.check();
  await source.until('end');
  await ends(source);
});

it('is opened by an API token too, and ends with it', async () => {
  const payload = { name: 'screen', ...home, role: 'viewer', expiresInDays: 1 };
  const api = '/api/v1/me/api-tokens';
  const { body: made } = await scene.request({ method: 'POST', url: api, token, payload });
  const source = await watch(undefined, undefined, made.token);
  await source.until('ready');
  scene.parts.live.check();
  await appendLive(scene.db, [item(1)]);
  await source.until('event');
  await scene.request({ method: 'DELETE', url: `${api}/${made.id}`, token });
  scene.parts.live.check();
  await source.until('end');
  await ends(source);
});

it('is open so many times for a user at most, and again when others have ended', async () => {
  const other = await scene.createUser({ homes: [home] });
  const own = await scene.signIn(other);
  const open = await Promise.all(Array.from({ length: 20 }, () => watch(undefined, undefined, own)));
  expect(open.map(({ status }) => status)).toEqual(Array(20).fill(200));
  const refused = await watch(undefined, undefined, own);
  expect([refused.status, refused.response.headers['retry-after']]).toEqual([429, '10']);
  for (const source of open) source.cut();
  await vi.waitFor(async () => {
    const again = await watch(undefined, undefined, own);
    again.cut();
    expect(again.status).toBe(200);
  }, WAIT);
});

/** A reader that reads the head of the answer and then no more, until it is told to. */
async function openSlow(): Promise<Socket> {
  const { port, pathname } = new URL(url);
  const socket = connectSocket({ port: Number(port), host: '127.0.0.1' });
  await once(socket, 'connect');
  socket.write(`GET ${pathname}?deviceId=${deviceId} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  let text = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += chunk;
    if (text.includes('event: ready')) break;
  }
  socket.pause();
  return socket;
}

it('keeps for a reader that is slow no more than a few megabytes, and shows it all when it reads again', async () => {
  const socket = await openSlow();
  const long = 'x'.repeat(100_000);
  const total = 200;
  const other = await watch();
  await other.until('ready');
  for (let n = 0; n < total; n += 20)
    await appendLive(
      scene.db,
      Array.from({ length: 20 }, (_, i) => item(n + i, long)),
    );
  await other.until('event', total); // so the slow one was looked at as often, and left out
  const held = [...accepted].map(({ writableLength }) => writableLength);
  expect(Math.max(...held)).toBeGreaterThan(0);
  expect(Math.max(...held)).toBeLessThan(10_000_000);
  let text = '';
  socket.on('data', (chunk) => (text += chunk));
  await vi.waitFor(() => expect(text.match(/"eventId":"\d+"/g)).toHaveLength(total), WAIT);
  const ids = [...text.matchAll(/"eventId":"(\d+)"/g)].map(([, id]) => Number(id));
  expect(ids).toEqual(Array.from({ length: total }, (_, n) => n));
  socket.destroy();
  other.cut();
});
