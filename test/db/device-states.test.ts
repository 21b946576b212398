import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findModel } from '../../src/db/catalogue.ts';
import { findGatewaysWithChangedDevices, listDeviceStates } from '../../src/db/device-states.ts';
import { createPendingDevices, findDevices, lockAnyDevices, noteHeard, updateDevices } from '../../src/db/devices.ts';
import { type Gateway, type Own, ownDatabase } from './tenant.ts';

let own: Own;
beforeAll(async () => {
  own = await ownDatabase();
});
afterAll(() => own.close());

const at = Date.UTC(2026, 10, 23, 12);

/** A device that these gateways, of one office, have heard. */
async function heardBy(key: string, ...gateways: Gateway[]): Promise<string> {
  const [first] = gateways as [Gateway];
  const name = { ...first, gatewayId: first.id, key };
  await createPendingDevices(own.db, [name]);
  const [device] = await findDevices(own.db, [name]);
  const deviceId = device?.id as string;
  await noteHeard(
    own.db,
    gateways.map(({ id: gatewayId }) => ({ deviceId, gatewayId, at })),
  );
  return deviceId;
}

const keysOf = async (gateway: Gateway, page?: { after?: string; limit?: number }) =>
  (await listDeviceStates(own.db, gateway.id, page)).map(({ key }) => key);

describe('the devices of a gateway', () => {
  it('come by key, with what the gateway is told of each', async () => {
    const gateway = await own.createGateway();
    for (const state of ['blocked', 'archived', 'active', 'pending'] as const) {
      const id = await heardBy(state, gateway);
      await own.db.updateTable('device').set({ state }).where('id', '=', id).execute();
    }
    const modelId = (await findModel(own.db, 'MAX Mini')) as string;
    await own.db
      .updateTable('device')
      .set({ device_model_id: modelId, label: 'Printer', monitoring: false })
      .where('office_id', '=', gateway.officeId)
      .where('key', '=', 'active')
      .execute();
    const plain = { monitored: true, model: null, label: null };
    expect(await listDeviceStates(own.db, gateway.id)).toEqual([
      { key: 'active', state: 'active', monitored: false, model: 'MAX Mini', label: 'Printer' },
      { key: 'archived', state: 'refused', ...plain },
      { key: 'blocked', state: 'refused', ...plain },
      { key: 'pending', state: 'pending', ...plain },
    ]);
  });

  it('are those that it heard, in the office where it stands', async () => {
    const home = await own.createHome();
    const [gateway, neighbour] = [await own.createGateway(home), await own.createGateway(home)];
    await heardBy('both', gateway, neighbour);
    await heardBy('other', neighbour);
    expect(await keysOf(gateway)).toEqual(['both']);
    const { officeId } = await own.createHome(home.customerId);
    await own.db.updateTable('gateway').set({ office_id: officeId }).where('id', '=', gateway.id).execute();
    expect(await keysOf(gateway)).toEqual([]);
    await heardBy('both', { ...gateway, officeId });
    expect(await keysOf(gateway)).toEqual(['both']);
  });

  it('come in pages too', async () => {
    const gateway = await own.createGateway();
    for (const key of ['c', 'a', 'b']) await heardBy(key, gateway);
    expect(await keysOf(gateway, { limit: 2 })).toEqual(['a', 'b']);
    expect(await keysOf(gateway, { after: 'b', limit: 2 })).toEqual(['c']);
  });
});

describe('a look for changed devices', () => {
  /** The gateways that a look finds after their devices and pairs were put in the past by so many seconds. */
  async function foundAfter(age: { changed: number; noted: number }) {
    const gateways = [await own.createGateway(), await own.createGateway()];
    const ids = gateways.map(({ id }) => id);
    const since = (await findGatewaysWithChangedDevices(own.db, ids, undefined)).until;
    const [device] = await Promise.all(gateways.map((gateway) => heardBy('d', gateway)));
    const ago = (seconds: number) => new Date(since.getTime() - seconds * 1000);
    await sql`UPDATE device SET changed_at = ${ago(3600)}`.execute(own.db);
    await sql`UPDATE device_gateway SET noted_at = ${ago(3600)}`.execute(own.db);
    await own.db
      .updateTable('device')
      .set({ changed_at: ago(age.changed) })
      .where('id', '=', device as string)
      .execute();
    await own.db
      .updateTable('device_gateway')
      .set({ noted_at: ago(age.noted) })
      .where('device_id', '=', device as string)
      .execute();
    const found = (await findGatewaysWithChangedDevices(own.db, ids, since)).gatewayIds;
    return found.map((id) => ids.indexOf(id));
  }

  it.each([
    ['a change since the look before', { changed: -1, noted: 3600 }, [0]],
    ['a change in the minute before that', { changed: 59, noted: 3600 }, [0]],
    ['no change before that', { changed: 61, noted: 3600 }, []],
    ['a device heard first since the look before', { changed: 3600, noted: -1 }, [0]],
    ['a device heard first in the minute before that', { changed: 3600, noted: 59 }, [0]],
    ['no device heard first before that', { changed: 3600, noted: 61 }, []],
    ['a gateway once for both', { changed: 1, noted: 1 }, [0]],
  ])('finds %s', async (_, age, found) => {
    expect(await foundAfter(age)).toEqual(found);
  });

  it('finds every gateway that hears the device, of those that were asked for', async () => {
    const home = await own.createHome();
    const [one, two, three] = [await own.createGateway(home), await own.createGateway(home), await own.createGateway()];
    await heardBy('shared', one, two);
    await heardBy('own', three);
    const ids = [one.id, two.id];
    const { gatewayIds, until } = await findGatewaysWithChangedDevices(own.db, ids, undefined);
    expect(gatewayIds.sort()).toEqual(ids.sort());
    const next = await findGatewaysWithChangedDevices(own.db, [three.id], until);
    expect(next.gatewayIds).toEqual([three.id]);
    expect(next.until.getTime()).toBeGreaterThanOrEqual(until.getTime());
    expect((await findGatewaysWithChangedDevices(own.db, [], until)).gatewayIds).toEqual([]);
  });
});

describe('the time of a change', () => {
  async function movedBy(changed: Record<string, unknown>): Promise<boolean> {
    const gateway = await own.createGateway();
    const id = await heardBy('d', gateway);
    await sql`UPDATE device SET changed_at = 'epoch' WHERE id = ${id}`.execute(own.db);
    const [known] = await lockAnyDevices(own.db, [id]);
    if (known) await updateDevices(own.db, [{ ...known, ...changed }]);
    const { rows } = await sql<{ moved: boolean }>`
      SELECT changed_at > now() - interval '1 minute' AS moved FROM device WHERE id = ${id}`.execute(own.db);
    return rows[0]?.moved as boolean;
  }

  it.each([
    ['state', { state: 'active' }, true],
    ['label', { label: 'Printer' }, true],
    ['address, which no gateway is told', { networkAddress: '10.0.0.2' }, false],
  ])('follows a registration that changes the %s', async (_, changed, moved) => {
    expect(await movedBy(changed)).toBe(moved);
  });

  it('is not that of the next hearing', async () => {
    const gateway = await own.createGateway();
    const id = await heardBy('d', gateway);
    await sql`UPDATE device_gateway SET noted_at = 'epoch' WHERE device_id = ${id}`.execute(own.db);
    await noteHeard(own.db, [{ deviceId: id, gatewayId: gateway.id, at: at + 60_000 }]);
    const row = await own.db
      .selectFrom('device_gateway')
      .where('device_id', '=', id)
      .select(['noted_at', 'last_heard_at'])
      .executeTakeFirst();
    expect(row).toEqual({ noted_at: new Date(0), last_heard_at: new Date(at + 60_000) });
  });
});
