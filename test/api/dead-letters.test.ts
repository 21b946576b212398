import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScene, type Home, NOW, type Scene } from './scene.ts';

let scene: Scene;
let home: Home;
let token: string;
const ids = (items: { id: string }[]) => items.map(({ id }) => id);
const list = async (query = '') => (await scene.get(`/api/v1/dead-letters?${query}`, token)).body;

beforeAll(async () => {
  scene = await createScene();
  home = await scene.createOffice(await scene.createCustomer());
  token = await scene.signIn(await scene.createUser({ homes: [home] }));
});
afterAll(() => scene?.close());

describe('dead letters', () => {
  it('show what was refused, why, and how often', async () => {
    const gatewayId = await scene.createGateway(home);
    const messageId = uuid();
    const topic = `v1/gateways/${gatewayId}/devices/d/readings/r-1`;
    const item = Buffer.from('{"ts":"2026-11-23T09:15:00Z","values":{"x":"é\\u0000"}}');
    const id = await scene.createDeadLetter(home, gatewayId, {
      code: 'TEXT_INVALID',
      ref: 'r-1',
      topic,
      item,
      size: item.length,
      messageId,
      seen: 3,
    });
    const { items, nextCursor, overflow } = await list(`gatewayId=${gatewayId}`);
    expect([nextCursor, overflow]).toEqual([null, 0]);
    expect(items).toEqual([
      {
        id,
        customerId: home.customerId,
        gatewayId,
        deviceKey: 'd',
        code: 'TEXT_INVALID',
        path: '/values/x',
        detail: 'must be a value',
        topic,
        ref: 'r-1',
        item: item.toString(),
        itemEncoding: 'utf8',
        size: item.length,
        messageId,
        firstReceivedAt: new Date(NOW).toISOString(),
        lastReceivedAt: new Date(NOW).toISOString(),
        seen: 3,
      },
    ]);
  });

  it('show bytes that are no text as base64, and those that are as they are', async () => {
    const gatewayId = await scene.createGateway(home);
    const bytes = Buffer.from([0x1f, 0x8b, 0x08, 0xff]);
    await scene.createDeadLetter(home, gatewayId, { item: bytes, deviceKey: undefined });
    await scene.createDeadLetter(home, gatewayId, { item: Buffer.from('a\0b') });
    await scene.createDeadLetter(home, gatewayId, { item: Buffer.alloc(0) });
    const { items } = await list(`gatewayId=${gatewayId}`);
    expect(items.map(({ item, itemEncoding }: Record<string, string>) => [item, itemEncoding])).toEqual([
      ['', 'utf8'],
      ['a\0b', 'utf8'],
      [bytes.toString('base64'), 'base64'],
    ]);
    expect(items[2].deviceKey).toBeNull();
  });

  it('are filtered by gateway and code; the overflow by gateway', async () => {
    const [a, b] = [await scene.createGateway(home), await scene.createGateway(home)];
    await scene.createDeadLetter(home, a, { code: 'TYPE_MISMATCH' });
    const wanted = await scene.createDeadLetter(home, a, { code: 'TIME_TOO_OLD' });
    await scene.createDeadLetter(home, b, { code: 'TIME_TOO_OLD' });
    const overflow = [
      { gateway_id: a, dropped: 7 },
      { gateway_id: b, dropped: 5 },
    ];
    await scene.db.insertInto('dead_letter_overflow').values(overflow).execute();
    expect(await list(`gatewayId=${a}&code=TIME_TOO_OLD`)).toMatchObject({ items: [{ id: wanted }], overflow: 7 });
    expect(await list()).toMatchObject({ overflow: 12 });
    const { status, body } = await scene.get('/api/v1/dead-letters?code=NOT_FOUND', token);
    expect([status, body.errors[0].pointer]).toEqual([400, '/code']);
  });

  it('are filtered by device, ref and time; one seen twice was received all the while', async () => {
    const gatewayId = await scene.createGateway(home);
    const at = (minutes: number) => new Date(NOW + minutes * 60_000);
    const first = await scene.createDeadLetter(home, gatewayId, { deviceKey: 'a', ref: 'r-1', receivedAt: at(-30) });
    const second = await scene.createDeadLetter(home, gatewayId, { deviceKey: 'b', ref: 'r-1', receivedAt: at(-20) });
    await scene.db
      .updateTable('dead_letter')
      .set({ last_received_at: at(-5) })
      .where('id', '=', second)
      .execute();
    const found = async (query: string) => ids((await list(`gatewayId=${gatewayId}&${query}`)).items);
    expect(await found('deviceKey=a')).toEqual([first]);
    expect(await found('ref=r-1')).toEqual([second, first]);
    expect(await found('ref=r-1&deviceKey=b')).toEqual([second]);
    expect(await found('ref=r')).toEqual([]);
    expect(await found(`from=${at(-10).toISOString()}`)).toEqual([second]);
    expect(await found(`to=${at(-20).toISOString()}`)).toEqual([first]);
    expect(await found(`from=${at(-15).toISOString()}&to=${at(-10).toISOString()}`)).toEqual([second]);
    expect((await scene.get(`/api/v1/dead-letters?from=${at(1).toISOString()}`, token)).status).toBe(400);
  });

  it('are filtered by customer and office, of the caller only; the overflow too', async () => {
    const other = await scene.createOffice(await scene.createCustomer());
    const both = await scene.signIn(await scene.createUser({ homes: [home, other] }));
    const gateway = await scene.createGateway(other);
    const id = await scene.createDeadLetter(other, gateway);
    await scene.db.insertInto('dead_letter_overflow').values({ gateway_id: gateway, dropped: 3 }).execute();
    for (const place of [`customerId=${other.customerId}`, `officeId=${other.officeId}`]) {
      const url = `/api/v1/dead-letters?${place}`;
      expect((await scene.get(url, both)).body).toMatchObject({ items: [{ id }], overflow: 3 });
      expect((await scene.get(url, token)).body).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    }
  });

  it('can be shown one by one', async () => {
    const gatewayId = await scene.createGateway(home);
    const id = await scene.createDeadLetter(home, gatewayId, { item: Buffer.from([0xff]), size: 1 });
    const { items } = await list(`gatewayId=${gatewayId}`);
    const { status, body } = await scene.get(`/api/v1/dead-letters/${id}`, token);
    expect([status, body]).toEqual([200, items[0]]);
    expect((await scene.get(`/api/v1/dead-letters/${uuid()}`, token)).status).toBe(404);
  });

  it('are discarded one by one or many, and it is written down', async () => {
    const operator = await scene.signIn(await scene.createUser({ homes: [{ ...home, role: 'operator' }] }));
    const foreign = await scene.createOffice(await scene.createCustomer());
    const theirs = await scene.createDeadLetter(foreign, await scene.createGateway(foreign));
    const gatewayId = await scene.createGateway(home);
    const made = [];
    for (let n = 0; n < 4; n++) made.push(await scene.createDeadLetter(home, gatewayId));
    const remove = (id: string) =>
      scene.request({ method: 'DELETE', url: `/api/v1/dead-letters/${id}`, token: operator });
    expect([(await remove(made[0] as string)).status, (await remove(made[0] as string)).status]).toEqual([204, 404]);
    expect((await remove(theirs)).status).toBe(404);
    const payload = { ids: [...made.slice(0, 3), theirs, uuid()] };
    const url = '/api/v1/dead-letters/discard';
    expect((await scene.request({ method: 'POST', url, payload, token: operator })).body).toEqual({ discarded: 2 });
    expect(ids((await list(`gatewayId=${gatewayId}`)).items)).toEqual([made[3]]);
    expect((await scene.db.selectFrom('dead_letter').where('id', '=', theirs).execute()).length).toBe(1);
    const { items } = (await scene.get(`/api/v1/audit?subjectId=${gatewayId}&to=2026-11-24T00:00:00Z`, token)).body;
    expect(items.map(({ action, detail }: Record<string, object>) => [action, detail])).toEqual([
      ['dead_letter.discarded', { code: 'PAYLOAD_INVALID', letters: 2 }],
      ['dead_letter.discarded', { code: 'PAYLOAD_INVALID', letters: 1 }],
    ]);
  });

  it('lead from page to page over all gateways, newest first, also while others come', async () => {
    const fresh = await scene.createOffice(await scene.createCustomer());
    token = await scene.signIn(await scene.createUser({ homes: [fresh] }));
    const gateways = [await scene.createGateway(fresh), await scene.createGateway(fresh)];
    const made = [];
    for (let n = 0; n < 11; n++) made.push(await scene.createDeadLetter(fresh, gateways[n % 2] as string));
    for (const limit of [1, 3, 11, 12]) {
      const url = `/api/v1/dead-letters?limit=${limit}`;
      expect(ids(await scene.getAll(url, token)), `limit ${limit}`).toEqual([...made].reverse());
    }
    const items = await scene.getAll('/api/v1/dead-letters?limit=4', token, (page) =>
      page < 2 ? scene.createDeadLetter(fresh, gateways[0] as string) : Promise.resolve(),
    );
    expect(ids(items)).toEqual([...made].reverse());
  });

  it('end a page early where they are large, and leave none out', async () => {
    const gatewayId = await scene.createGateway(home);
    token = await scene.signIn(await scene.createUser({ homes: [home] }));
    const item = Buffer.alloc(1_500_000, 'x');
    const made = [];
    for (let n = 0; n < 5; n++) made.push(await scene.createDeadLetter(home, gatewayId, { item }));
    const first = await list(`gatewayId=${gatewayId}`);
    expect(ids(first.items)).toEqual(made.slice(2).reverse());
    expect(first.nextCursor).not.toBeNull();
    expect(ids(await scene.getAll(`/api/v1/dead-letters?gatewayId=${gatewayId}`, token))).toEqual(made.reverse());
  });
});
