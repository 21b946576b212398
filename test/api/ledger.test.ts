import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendCounts, foldCounts, type LedgerEntry } from '../../src/db/ledger.ts';
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

describe('the books of a gateway', () => {
  it('add up by hour, newest first, folded or not', async () => {
    const gatewayId = await scene.createGateway(home);
    await appendCounts(scene.db, [
      entry(gatewayId, THIS_HOUR - HOUR, { stored: 2, duplicate: 1, itemsStored: 20, itemsDuplicate: 3 }),
      entry(gatewayId, THIS_HOUR, { stored: 1 }),
    ]);
    await foldCounts(scene.db);
    await appendCounts(scene.db, [entry(gatewayId, THIS_HOUR, { stored: 4, rejected: 1, itemsRejected: 2 })]);
    const { status, body } = await scene.get(`/api/v1/gateways/${gatewayId}/ledger`, token);
    expect(status).toBe(200);
    const none = { duplicate: 0, rejected: 0, itemsStored: 0, itemsDuplicate: 0, itemsRejected: 0 };
    expect(body).toEqual({
      items: [
        { ...none, hour: new Date(THIS_HOUR).toISOString(), accepted: 6, stored: 5, rejected: 1, itemsRejected: 2 },
        {
          ...none,
          hour: new Date(THIS_HOUR - HOUR).toISOString(),
          accepted: 3,
          stored: 2,
          duplicate: 1,
          itemsStored: 20,
          itemsDuplicate: 3,
        },
      ],
      unseen: 0,
    });
  });

  it('show the numbers that nobody has seen', async () => {
    const gatewayId = await scene.createGateway(home);
    await appendCounts(scene.db, [
      entry(gatewayId, THIS_HOUR, {
        stored: 5,
        seen: [
          [1, 3],
          [6, 7],
        ],
        voided: [[4, 4]],
      }),
    ]);
    const { body } = await scene.get(`/api/v1/gateways/${gatewayId}/ledger`, token);
    expect(body.unseen).toBe(1);
  });

  it('are of the last 24 hours, or of any span, in whole hours', async () => {
    const gatewayId = await scene.createGateway(home);
    const hours = [0, 1, 24, 25, 48].map((ago) => entry(gatewayId, THIS_HOUR - ago * HOUR, { stored: ago + 1 }));
    await appendCounts(scene.db, hours);
    const stored = async (query: string) =>
      (await scene.get(`/api/v1/gateways/${gatewayId}/ledger?${query}`, token)).body.items.map(
        (hour: { stored: number }) => hour.stored,
      );
    expect(await stored('')).toEqual([1, 2, 25]);
    const iso = (ago: number) => new Date(THIS_HOUR - ago * HOUR).toISOString();
    expect(await stored(`from=${iso(48)}&to=${iso(1)}`)).toEqual([25, 26, 49]);
    expect(await stored(`from=${iso(24.5)}&to=${iso(0)}`)).toEqual([2, 25, 26]);
    expect(await stored(`from=${iso(100)}`)).toEqual([1, 2, 25, 26, 49]);
  });

  it('cannot be asked for a span that ends before it begins', async () => {
    const gatewayId = await scene.createGateway(home);
    const url = `/api/v1/gateways/${gatewayId}/ledger?from=2026-11-23T09:00:00Z&to=2026-11-23T08:00:00Z`;
    expect((await scene.get(url, token)).body).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
  });
});
