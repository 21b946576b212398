import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordWarnings } from '../../src/db/warnings.ts';
import { createScene, type Home, NOW, type Scene } from './scene.ts';

const ERRORS = '/gateway/api/v1/errors';

let scene: Scene;
let home: Home;
beforeAll(async () => {
  scene = await createScene();
  home = await scene.createOffice(await scene.createCustomer());
});
afterAll(() => scene?.close());

const at = (seconds: number) => new Date(NOW + seconds * 1_000);

async function createGateway() {
  const id = await scene.createGateway(home);
  const token = await scene.gatewayToken(id);
  return {
    id,
    read: async () => (await scene.get(ERRORS, token)).body,
    acknowledge: (items: object[]) =>
      scene.request({ method: 'POST', url: `${ERRORS}/acknowledge`, token, payload: { items } }),
  };
}

it('a gateway without MQTT reads what was refused until it says that it knows', async () => {
  const gateway = await createGateway();
  const first = await scene.createDeadLetter(home, gateway.id, { receivedAt: at(-30), ref: 'r-1' });
  const second = await scene.createDeadLetter(home, gateway.id, { receivedAt: at(-10) });
  const sighting = {
    code: 'FIELD_UNKNOWN',
    kind: 'readings',
    path: '/colour',
    messageId: uuid(),
    ref: undefined,
  } as const;
  const topic = `v1/gateways/${gateway.id}/devices/d/readings`;
  await recordWarnings(scene.db, [{ ...sighting, gatewayId: gateway.id, topic, receivedAt: at(-20) }], 100);

  const { items, more } = await gateway.read();
  expect(more).toBe(false);
  expect(items).toEqual([
    {
      ...{ severity: 'error', id: first, messageId: expect.any(String), ref: 'r-1', topic, path: '/values/x' },
      ...{ code: 'PAYLOAD_INVALID', text: 'must be a value', seen: 1, receivedAt: at(-30).toISOString() },
    },
    expect.objectContaining({ severity: 'warning', code: 'FIELD_UNKNOWN', path: '/colour' }),
    expect.objectContaining({ severity: 'error', id: second }),
  ]);
  expect((await gateway.read()).items, 'read again').toEqual(items);

  await scene.db
    .updateTable('dead_letter')
    .set({ last_received_at: at(-1) })
    .where('id', '=', second)
    .execute();
  expect(await gateway.acknowledge(items)).toMatchObject({ status: 400 });
  const known = items.map(({ id, receivedAt }: Record<string, string>) => ({ id, receivedAt }));
  expect((await gateway.acknowledge(known)).body).toEqual({ acknowledged: 2 });
  expect((await gateway.acknowledge(known)).body).toEqual({ acknowledged: 0 });
  expect((await gateway.read()).items).toMatchObject([{ id: second, receivedAt: at(-1).toISOString() }]);
});

it('a gateway neither reads nor acknowledges what another one sent', async () => {
  const [gateway, other] = [await createGateway(), await createGateway()];
  await scene.createDeadLetter(home, other.id);
  const { items } = await other.read();
  expect((await gateway.read()).items).toEqual([]);
  const [{ id, receivedAt }] = items;
  expect((await gateway.acknowledge([{ id, receivedAt }])).body).toEqual({ acknowledged: 0 });
  expect((await other.read()).items).toEqual(items);
});

it('more than a hundred come as the first are acknowledged', async () => {
  const gateway = await createGateway();
  for (let n = 0; n < 101; n++) await scene.createDeadLetter(home, gateway.id, { receivedAt: at(n - 200) });
  const { items, more } = await gateway.read();
  expect([items.length, more]).toEqual([100, true]);
  await gateway.acknowledge(items.map(({ id, receivedAt }: Record<string, string>) => ({ id, receivedAt })));
  const rest = await gateway.read();
  expect([rest.items.length, rest.more]).toEqual([1, false]);
});
