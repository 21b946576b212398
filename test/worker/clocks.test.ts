import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClocks } from '../../src/worker/clocks.ts';
import { batchOf, createDesk, type Desk, NOW, say } from './desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.close());

const known = async (id: string) => {
  const row = await desk.db.selectFrom('gateway_clock').where('gateway_id', '=', id).selectAll().executeTakeFirst();
  return row && [Number(row.skew_ms), +row.measured_at - NOW];
};

it('the clock of a gateway is measured once a minute, and by an older message never', async () => {
  const { id } = await desk.createGateway();
  const measured: number[] = [];
  const note = createClocks(desk.db, (skewMs) => measured.push(skewMs));
  const clock = (after: number, skewMs: number) => [{ gatewayId: id, skewMs, measuredAt: NOW + after }];
  await note(clock(0, 5));
  await note(clock(59_999, 6));
  expect(await known(id)).toEqual([5, 0]);
  await note(clock(60_000, -7));
  expect(await known(id)).toEqual([-7, 60_000]);
  await createClocks(desk.db, () => {})(clock(59_000, 8));
  expect(await known(id)).toEqual([-7, 60_000]);
  expect(measured).toEqual([5, -7]);
});

it('a message tells it, whatever else is wrong with it, and of a gateway that is not there nothing is kept', async () => {
  const [gateway, other] = [await desk.createGateway(), await desk.createGateway()];
  const stray = '01938f4e-6d2a-7c11-9f0e-5b2c7d8e9f10';
  await desk
    .worker()
    .store(
      batchOf([
        say(gateway, 'd', { sentAt: NOW - 200, values: 5 }),
        say(gateway, 'd', { sentAt: NOW - 100, ts: NOW, values: { t: 1 } }),
        say(other, 'd', { ts: NOW, values: { t: 1 } }),
        { ...say(other, 'd', { sentAt: NOW, ts: NOW, values: { t: 2 } }), gatewayId: stray },
      ]),
    );
  expect([await known(gateway.id), await known(other.id)]).toEqual([[100, 0], undefined]);
  expect(await known(stray)).toBeUndefined();
});
