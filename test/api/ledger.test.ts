import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { moveStatus } from '../../src/db/gateway-status.ts';
import { appendCounts, foldCounts, type LedgerEntry } from '../../src/db/ledger.ts';
import { recordLosses } from '../../src/db/losses.ts';
import { createScene, type Home, NOW, type Scene } from './scene.ts';

const HOUR = 3_600_000;
const THIS_HOUR = Math.floor(NOW / HOUR) * HOUR;

let scene: Scene;
let home: Home;
let token: string;

beforeAll(async () => {
  scene = await createScene();
  home = await scene.createOffice(await scene.createCustomer());
  token = await scene.signIn(await scene.createUser({ homes: [home] }));
});
afterAll(() => scene?.close());

const entry = (gatewayId: string, hour: number, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  gatewayId,
  brokerId: uuid(),
  hour,
  seen: [],
  voided: [],
  stored: 0,
  duplicate: 0,
  rejected: 0,
  itemsStored: 0,
  itemsDuplicate: 0,
  itemsRejected: 0,
  ...more,
});

const append = (...entries: LedgerEntry[]) => appendCounts(entries).execute(scene.db);
const ask = (gatewayId: string, query = '') => scene.get(`/api/v1/gateways/${gatewayId}/ledger?${query}`, token);
const hour = (ago: number) => ({
  from: new Date(THIS_HOUR - ago * HOUR).toISOString(),
  to: new Date(THIS_HOUR - (ago - 1) * HOUR).toISOString(),
});

describe('the books of a gateway', () => {
  it('add up by hour, newest first, folded or not', async () => {
    const gatewayId = await scene.createGateway(home);
    await append(
      entry(gatewayId, THIS_HOUR - HOUR, { stored: 2, duplicate: 1, itemsStored: 20, itemsDuplicate: 3 }),
      entry(gatewayId, THIS_HOUR, { stored: 1 }),
    );
    await foldCounts(scene.db);
    await append(entry(gatewayId, THIS_HOUR, { stored: 4, rejected: 1, itemsRejected: 2 }));
    const { status, body } = await ask(gatewayId);
    expect(status).toBe(200);
    const none = { duplicate: 0, rejected: 0, itemsStored: 0, itemsDuplicate: 0, itemsRejected: 0, lost: 0 };
    expect(body).toEqual({
      items: [
        { ...none, ...hour(0), accepted: 6, stored: 5, rejected: 1, itemsRejected: 2 },
        { ...none, ...hour(1), accepted: 3, stored: 2, duplicate: 1, itemsStored: 20, itemsDuplicate: 3 },
      ],
      nextCursor: null,
      timeZone: 'UTC',
      unseen: 0,
      lost: 0,
      reported: { reportedAt: null, buffered: null, oldestBufferedAt: null, dropped: null },
    });
  });

  it('show what the gateway says of itself beside them', async () => {
    const gatewayId = await scene.createGateway(home);
    const said = { state: 'online', softwareVersion: null, hardwareVersion: null, clockSynced: null } as const;
    const [receivedAt, oldestBufferedAt] = [NOW - 1_000, NOW - HOUR];
    await moveStatus(scene.db, [{ ...said, gatewayId, receivedAt, buffered: 120, oldestBufferedAt, dropped: 3 }]);
    expect((await ask(gatewayId)).body.reported).toEqual({
      reportedAt: new Date(receivedAt).toISOString(),
      buffered: 120,
      oldestBufferedAt: new Date(oldestBufferedAt).toISOString(),
      dropped: 3,
    });
  });

  it('tell what is on its way from what is lost, which is in the hour in which the next message came', async () => {
    const gatewayId = await scene.createGateway(home);
    const brokerId = uuid();
    await append(entry(gatewayId, THIS_HOUR - 5 * HOUR, { brokerId, stored: 2, seen: [[1, 2]] }));
    await append(entry(gatewayId, THIS_HOUR - HOUR, { brokerId, stored: 1, seen: [[6, 6]], voided: [[3, 3]] }));
    const states = async () => {
      const { items, unseen, lost } = (await ask(gatewayId)).body;
      return { unseen, lost, hours: items.map((item: { from: string; lost: number }) => [item.from, item.lost]) };
    };
    const hours = (lost: number) => [
      [hour(1).from, lost],
      [hour(5).from, 0],
    ];
    const search = (at: number) => ({ now: new Date(at), settledBefore: new Date(at) });
    expect(await states()).toEqual({ unseen: 2, lost: 0, hours: hours(0) });
    await recordLosses(scene.db, search(NOW));
    expect(await states()).toEqual({ unseen: 2, lost: 0, hours: hours(0) });
    await recordLosses(scene.db, search(NOW + 1));
    await append(entry(gatewayId, THIS_HOUR, { brokerId, seen: [[8, 8]] }));
    expect(await states()).toMatchObject({ unseen: 1, lost: 2, hours: [[hour(0).from, 0], ...hours(2)] });
  });

  it('are of the last 24 hours, or of any span, in whole hours', async () => {
    const gatewayId = await scene.createGateway(home);
    await append(...[0, 1, 24, 25, 48].map((ago) => entry(gatewayId, THIS_HOUR - ago * HOUR, { stored: ago + 1 })));
    const stored = async (query: string) =>
      (await ask(gatewayId, query)).body.items.map((item: { stored: number }) => item.stored);
    expect(await stored('')).toEqual([1, 2, 25]);
    const iso = (ago: number) => new Date(THIS_HOUR - ago * HOUR).toISOString();
    expect(await stored(`from=${iso(48)}&to=${iso(1)}`)).toEqual([25, 26, 49]);
    expect(await stored(`from=${iso(24.5)}&to=${iso(0)}`)).toEqual([2, 25, 26]);
    expect(await stored(`from=${iso(100)}`)).toEqual([1, 2, 25, 26, 49]);
  });

  it('come page by page, of a span that does not move meanwhile', async () => {
    const gatewayId = await scene.createGateway(home);
    await append(...[0, 2, 3, 23, 24, 25].map((ago) => entry(gatewayId, THIS_HOUR - ago * HOUR, { stored: 1 })));
    const items = await scene.getAll(`/api/v1/gateways/${gatewayId}/ledger?limit=2`, token, async () => {
      scene.clock.now += 0.4 * HOUR; // the last page is asked for in the next hour
    });
    scene.clock.now = NOW;
    expect(items.map(({ from }) => from)).toEqual([0, 2, 3, 23, 24].map((ago) => hour(ago).from));
  });

  it('cannot be asked for a span that ends before it begins', async () => {
    const gatewayId = await scene.createGateway(home);
    const { body } = await ask(gatewayId, 'from=2026-11-23T09:00:00Z&to=2026-11-23T08:00:00Z');
    expect(body).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
  });
});

describe('the books of a gateway by day', () => {
  it("are of the last 30 days of its office's time zone, or of another one", async () => {
    const away = await scene.createOffice(home.customerId);
    const inOffice = scene.db.updateTable('office').where('id', '=', away.officeId);
    await inOffice.set({ time_zone: 'Europe/Berlin' }).execute();
    const gatewayId = await scene.createGateway(away);
    await append(
      entry(gatewayId, Date.parse('2026-10-23T10:00:00Z'), { stored: 1 }), // before the 30 days
      entry(gatewayId, Date.parse('2026-10-24T22:00:00Z'), { stored: 10 }),
      entry(gatewayId, Date.parse('2026-10-25T22:00:00Z'), { stored: 100 }),
    );
    const manager = await scene.signIn(await scene.createUser({ homes: [away] }));
    const days = async (query: string) => {
      const { body } = await scene.get(`/api/v1/gateways/${gatewayId}/ledger?by=day${query}`, manager);
      return [body.timeZone, ...body.items.map(({ from, to, stored }: Record<string, string>) => [from, to, stored])];
    };
    expect(await days('')).toEqual(['Europe/Berlin', ['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z', 110]]);
    expect(await days('&timeZone=America/New_York')).toEqual([
      'America/New_York',
      ['2026-10-25T04:00:00.000Z', '2026-10-26T04:00:00.000Z', 100],
      ['2026-10-24T04:00:00.000Z', '2026-10-25T04:00:00.000Z', 10],
    ]);
    expect(await days(`&timeZone=${encodeURIComponent('Etc/GMT+5')}&to=2026-10-25T05:00:00Z`)).toMatchObject([
      'Etc/GMT+5',
      ['2026-10-24T05:00:00.000Z', '2026-10-25T05:00:00.000Z', 10],
      ['2026-10-23T05:00:00.000Z', '2026-10-24T05:00:00.000Z', 1],
    ]);
    expect(await days('&timeZone=UTC&from=2026-10-23T23:59:59Z&to=2026-10-24T00:00:00Z')).toEqual([
      'UTC',
      ['2026-10-23T00:00:00.000Z', '2026-10-24T00:00:00.000Z', 1],
    ]);
  });

  it.each(['Europe/Atlantis', 'CET', 'EST5EDT', '+02:00', 'utc', "UTC' OR 1=1", 'Etc/GMT+13', 'Mars/Base+5', ''])(
    'cannot be asked for in the time zone "%s"',
    async (timeZone) => {
      const gatewayId = await scene.createGateway(home);
      const { body } = await ask(gatewayId, `by=day&timeZone=${encodeURIComponent(timeZone)}`);
      expect(body).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
    },
  );
});

describe('the books of all gateways together', () => {
  it('count what is received from the hour on that is asked for, folded or not, of what the caller may see', async () => {
    const own = await scene.createOffice(await scene.createCustomer());
    const reader = await scene.signIn(await scene.createUser({ homes: [own] }));
    const [one, other, foreign] = [
      await scene.createGateway(own),
      await scene.createGateway(own),
      await scene.createGateway(home),
    ];
    const sum = async (query: string) => (await scene.get(`/api/v1/ledger${query}`, reader)).body;
    await append(
      entry(one, THIS_HOUR, { stored: 3, duplicate: 1, itemsStored: 30, itemsDuplicate: 4 }),
      entry(one, THIS_HOUR - 2 * HOUR, { stored: 1_000 }),
      entry(foreign, THIS_HOUR, { stored: 7 }),
    );
    await foldCounts(scene.db);
    await append(entry(other, THIS_HOUR, { stored: 5, rejected: 1, itemsRejected: 2 }));
    expect(await sum(`?from=${new Date(NOW).toISOString()}`)).toEqual({
      ...{ from: hour(0).from, asOf: expect.stringMatching(/Z$/) },
      ...{ accepted: 10, stored: 8, duplicate: 1, rejected: 1, itemsStored: 30, itemsDuplicate: 4, itemsRejected: 2 },
    });
    expect(await sum('')).toMatchObject({ from: hour(1).from, accepted: 10 });
    expect(await sum(`?from=${hour(2).from}`)).toMatchObject({ accepted: 1_010 });
  });
});

describe('the losses of an installation', () => {
  const LOSSES = '/admin/api/v1/losses';

  it('are listed for admins, of all customers, newest first, page by page', async () => {
    const admin = await scene.signIn(await scene.createUser({ isAdmin: true }));
    const gateways: { id: string; customerId: string }[] = [];
    for (const name of ['First', 'Second', 'Third']) {
      const own = await scene.createOffice(await scene.createCustomer(name));
      gateways.push({ id: await scene.createGateway(own, `${name} gateway`), customerId: own.customerId });
    }
    const brokerId = uuid();
    const search = (at: number) => ({ now: new Date(at), settledBefore: new Date(at) });
    for (const [index, { id }] of gateways.entries()) {
      await append(
        entry(id, THIS_HOUR, {
          brokerId,
          seen: [
            [3, 3],
            [5, 5],
          ],
        }),
      );
      await recordLosses(scene.db, search(NOW + index * 10));
      await recordLosses(scene.db, search(NOW + index * 10 + 1));
    }
    const found = (await scene.getAll(`${LOSSES}?limit=2`, admin)).filter((loss) => loss.brokerId === brokerId);
    expect(found.map(({ gatewayId }) => gatewayId)).toEqual(gateways.map(({ id }) => id).reverse());
    expect(found[0]).toEqual({
      foundAt: new Date(NOW + 21).toISOString(),
      gatewayId: gateways[2]?.id,
      gatewayLabel: 'Third gateway',
      customerId: gateways[2]?.customerId,
      customerName: 'Third',
      hour: hour(0).from,
      brokerId,
      lost: 3,
      numbers: [
        { first: 1, last: 2 },
        { first: 4, last: 4 },
      ],
    });
  });

  it('are for admins only', async () => {
    expect((await scene.get(LOSSES, token)).status).toBe(403);
  });
});
