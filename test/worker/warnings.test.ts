import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteOldRows } from '../../src/db/retention.ts';
import {
  findUntoldWarnings,
  listWarnings,
  markWarningsTold,
  recordWarnings,
  type Sighting,
} from '../../src/db/warnings.ts';
import type { Gateway } from '../db/tenant.ts';
import { batchOf, createDesk, type Desk, NOW, say } from './desk.ts';

const DAY = 86_400_000;

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.close());

const odd = (gateway: Gateway, after: number, fields: object, ref?: string) =>
  say(gateway, 'd', { ts: NOW, values: { t: 1 }, ...fields }, { receivedAt: NOW + after, ...(ref && { ref }) });
const known = ({ id, customerId }: Gateway) => listWarnings(desk.db, customerId, id);
const untold = ({ id }: Gateway) => findUntoldWarnings(desk.db, [id], 100);
const sighting = (gatewayId: string, path: string, after = 0): Sighting => ({
  gatewayId,
  code: 'FIELD_UNKNOWN',
  kind: 'readings',
  path,
  topic: 'topic',
  messageId: gatewayId,
  ref: undefined,
  receivedAt: new Date(NOW + after),
});

describe('a field that nobody reads', () => {
  it('is a warning once, however often it comes and to whichever worker, and its message is stored', async () => {
    const gateway = await desk.createGateway();
    const [one, other] = [desk.worker(), desk.worker()];
    const sent = [odd(gateway, 0, { colour: 'red' }, 'r-1'), odd(gateway, 5, { colour: 'blue' })];
    expect(await one.store(batchOf(sent))).toMatchObject({ stored: 1, duplicate: 1, rejected: 0 });
    await other.store(batchOf([odd(gateway, DAY - 1, { colour: 1 })]));
    const batch = [{ device: 'd', kind: 'readings', payload: { ts: NOW, values: {}, colour: 1 }, ref: 'x', qos: 1 }];
    await one.store(batchOf([say(gateway, '', batch, { topic: `v1/gateways/${gateway.id}/batch` })]));
    const warnings = await known(gateway);
    expect(warnings.map(({ kind, path }) => `${kind} ${path}`).sort()).toEqual(['batch /*/qos', 'readings /colour']);
    expect(warnings.find(({ kind }) => kind === 'readings')).toMatchObject({
      code: 'FIELD_UNKNOWN',
      topic: expect.stringContaining('/devices/d/readings'),
      lastSeenAt: new Date(NOW + 5),
    });
  });

  it('is told again when it is seen a day later, and not where it was seen again meanwhile', async () => {
    const gateway = await desk.createGateway();
    const worker = desk.worker();
    await worker.store(batchOf([odd(gateway, 0, { colour: 1 }, 'r-1')]));
    const first = await untold(gateway);
    expect(first).toMatchObject([{ gatewayId: gateway.id, path: '/colour', ref: 'r-1', lastSeenAt: new Date(NOW) }]);
    await markWarningsTold(desk.db, first, new Date(NOW));
    expect(await untold(gateway)).toEqual([]);
    await worker.store(batchOf([odd(gateway, DAY - 1, { colour: 1 })]));
    expect(await untold(gateway)).toEqual([]);
    await worker.store(batchOf([odd(gateway, DAY, { colour: 1 })]));
    const again = await untold(gateway);
    expect(again).toMatchObject([{ id: first[0]?.id, ref: null, lastSeenAt: new Date(NOW + DAY) }]);
    await markWarningsTold(desk.db, first, new Date(NOW));
    expect(await untold(gateway)).toHaveLength(1);
    expect((await known(gateway))[0]).toMatchObject({ firstSeenAt: new Date(NOW) });
  });

  it('is not asked about once it is noted', async () => {
    const gateway = await desk.createGateway();
    const worker = desk.worker();
    await worker.store(batchOf([odd(gateway, 0, { colour: 1 })]));
    await desk.db.deleteFrom('payload_warning').where('gateway_id', '=', gateway.id).execute();
    await worker.store(batchOf([odd(gateway, 9, { colour: 1 })]));
    expect(await known(gateway)).toEqual([]);
  });
});

describe('the warnings of a gateway', () => {
  it('are a hundred at most, also of one that makes up names', async () => {
    const gateway = await desk.createGateway();
    const names = (from: number, to: number) =>
      Object.fromEntries(Array.from({ length: to - from }, (_, n) => [`f${from + n}`, 1]));
    await desk.worker().store(batchOf([odd(gateway, 0, names(0, 60)), odd(gateway, 1, names(30, 90))]));
    expect(await known(gateway)).toHaveLength(90);
    const other = desk.worker();
    await other.store(batchOf([odd(gateway, 2, names(80, 150)), odd(gateway, 3, names(150, 240))]));
    await other.store(batchOf([odd(gateway, 4, names(240, 300))]));
    expect(await known(gateway)).toHaveLength(100);
  });

  it('are taken at a full hundred where they are known', async () => {
    const { id, ...home } = await desk.createGateway();
    const paths = ['/a', '/b', '/c'];
    await recordWarnings(
      desk.db,
      paths.map((path) => sighting(id, path)),
      2,
    );
    expect((await known({ id, ...home })).map(({ path }) => path).sort()).toEqual(['/a', '/b']);
    await recordWarnings(
      desk.db,
      paths.map((path) => sighting(id, path, DAY)),
      2,
    );
    expect(await known({ id, ...home })).toMatchObject(Array(2).fill({ lastSeenAt: new Date(NOW + DAY) }));
  });

  it('are of one customer, and of no gateway that is not there', async () => {
    const [gateway, other] = [await desk.createGateway(), await desk.createGateway()];
    await recordWarnings(
      desk.db,
      [sighting(gateway.id, '/a'), sighting('01938f4e-6d2a-7c11-9f0e-5b2c7d8e9f10', '/a')],
      9,
    );
    expect(await known({ ...gateway, customerId: other.customerId })).toEqual([]);
    expect(await known(gateway)).toHaveLength(1);
  });

  it('go when they were not seen for long', async () => {
    const gateway = await desk.createGateway();
    await recordWarnings(desk.db, [sighting(gateway.id, '/old', -9 * DAY), sighting(gateway.id, '/new', -DAY)], 9);
    expect(await deleteOldRows(desk.db, 'warnings', NOW - 8 * DAY, 9)).toBe(1);
    expect((await known(gateway)).map(({ path }) => path)).toEqual(['/new']);
  });
});
