import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { moveStatus, type ReceivedStatus } from '../../src/db/gateway-status.ts';
import { type Own, ownDatabase } from './tenant.ts';

let own: Own;
let gatewayId: string;

beforeAll(async () => {
  own = await ownDatabase();
});
afterAll(() => own?.close());
beforeEach(async () => {
  ({ id: gatewayId } = await own.createGateway());
});

const NOW = Date.parse('2026-11-23T09:15:00.000Z');
const said = (after: number, status: Partial<ReceivedStatus>): ReceivedStatus => ({
  gatewayId,
  receivedAt: NOW + after,
  state: 'online',
  softwareVersion: null,
  hardwareVersion: null,
  buffered: null,
  oldestBufferedAt: null,
  dropped: null,
  clockSynced: null,
  ...status,
});
const known = () =>
  own.db.selectFrom('gateway_status').selectAll().where('gateway_id', '=', gatewayId).executeTakeFirstOrThrow();

test.each([
  ['in turn', [0, 1]],
  ['in another order', [1, 0]],
])('of two statuses that are stored %s the newer counts, and versions stay until another is said', async (_, order) => {
  const statuses = [
    said(0, { softwareVersion: '2.4.1', hardwareVersion: 'Pi 4', buffered: 120, dropped: 3 }),
    said(1000, { state: 'offline', hardwareVersion: 'Pi 5', buffered: 7, clockSynced: true }),
  ];
  for (const index of order) await moveStatus(own.db, [statuses[index] as ReceivedStatus]);
  expect(await known()).toMatchObject({
    state: 'offline',
    received_at: new Date(NOW + 1000),
    software_version: '2.4.1',
    hardware_version: 'Pi 5',
    buffered: '7',
    dropped: null,
    clock_synced: true,
  });
});
