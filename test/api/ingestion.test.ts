import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildApi, startApi } from '../../src/api/server.ts';
import { decodeEnvelope, type NumberedMessage } from '../../src/ingest/envelope.ts';
import { createIngest, type Ingest } from '../../src/ingest/ingest.ts';
import { KINDS } from '../../src/messages/kinds.ts';
import { consume } from '../../src/queue/consume.ts';
import { postgresStore } from '../../src/queue/postgres.ts';
import { openQueue } from '../../src/queue/send.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { createScene, type Home, type Scene } from './scene.ts';

const PREFIX = '/gateway/api/v1';
const JSON_TYPE = { 'content-type': 'application/json' };
const WAIT = { timeout: 10_000, interval: 20 };

let scene: Scene;
let home: Home;
let gateway: { id: string; token: string };

beforeAll(async () => {
  scene = await createScene();
  home = await scene.createOffice(await scene.createCustomer());
  gateway = await createGateway();
  await vi.waitFor(async () => expect(await scene.queue.isReady()).toBe(true), WAIT);
});
afterAll(() => scene?.close());

async function createGateway() {
  const id = await scene.createGateway(home);
  return { id, token: await scene.gatewayToken(id) };
}

function post(
  path: string,
  payload: string | Buffer | Readable,
  headers: Record<string, string> = JSON_TYPE,
  sender = gateway,
) {
  return scene.request({ method: 'POST', url: PREFIX + path, payload, headers, token: sender.token });
}

/** Everything that is in the queue, taken out of it. */
async function takeAll(count: number): Promise<NumberedMessage[]> {
  const { databaseUrl: url, log } = scene;
  const taken: NumberedMessage[] = [];
  const consumer = consume({
    store: postgresStore({ url, log }),
    shards: 1,
    concurrency: 1,
    log,
    handle: async ({ body }) => {
      taken.push(...decodeEnvelope(body).messages);
    },
  });
  await vi.waitFor(() => expect(taken.length).toBeGreaterThanOrEqual(count), WAIT);
  await consumer.close(5_000);
  return taken;
}

describe('a message sent over HTTP', () => {
  it('is in the queue as it would come over MQTT, once it is answered with its id', async () => {
    const packed = gzipSync('{"values":{"a":1}}');
    const sent = [
      await post('/readings?device=printer-1', '{"values":{"a":1}}'),
      await post('/readings?device=d&ref=42', packed, { 'content-type': 'application/gzip' }),
      await post('/readings?device=d', packed, { ...JSON_TYPE, 'content-encoding': 'gzip' }),
      await post('/events?device=a%2Fb:c+%C3%BC(1)', 'no JSON', { 'content-type': 'application/octet-stream' }),
      await post('/status?ref=x', '', { 'content-type': 'application/json; charset=utf-8' }),
    ];
    for (const { status, body } of sent) expect([status, body]).toEqual([202, { messageId: expect.any(String) }]);
    expect(new Set(sent.map(({ body }) => body.messageId)).size).toBe(5);
    const own = `v1/gateways/${gateway.id}`;
    const taken = await takeAll(5);
    expect(taken).toMatchObject(
      [
        [`${own}/devices/printer-1/readings`, Buffer.from('{"values":{"a":1}}')],
        [`${own}/devices/d/readings/42`, packed],
        [`${own}/devices/d/readings`, packed],
        [`${own}/devices/a%2Fb:c%20%C3%BC%281%29/events`, Buffer.from('no JSON')],
        [`${own}/status/x`, Buffer.alloc(0)],
      ].map(([topic, payload], index) => ({
        gatewayId: gateway.id,
        topic,
        payload,
        receivedAt: scene.clock.now,
        number: index + 1,
      })),
    );
  });

  it('has a route for every kind', async () => {
    const { body } = await scene.get('/gateway/docs/json');
    const paths = body.paths as Record<string, { post?: { requestBody?: { content: object } } }>;
    const sends = Object.values(paths).filter(({ post }) => 'application/gzip' in (post?.requestBody?.content ?? {}));
    expect(sends).toHaveLength(KINDS.length);
    const { post } = body.paths['/gateway/api/v1/readings'];
    expect(Object.keys(post.requestBody.content)).toContain('application/gzip');
    expect(post.responses['503'].headers).toHaveProperty('Retry-After');
  });

  it.each([
    ['no device', '/readings', JSON_TYPE, 400, 'REQUEST_INVALID'],
    ['an empty device', '/readings?device=', JSON_TYPE, 400, 'REQUEST_INVALID'],
    ['a device of U+0000', '/readings?device=%00', JSON_TYPE, 400, 'REQUEST_INVALID'],
    ['a device key that is too long', `/readings?device=${'x'.repeat(129)}`, JSON_TYPE, 400, 'REQUEST_INVALID'],
    ['one too long in UTF-16', `/readings?device=${'%F0%9F%98%80'.repeat(65)}`, JSON_TYPE, 400, 'REQUEST_INVALID'],
    ['two devices', '/readings?device=a&device=b', JSON_TYPE, 400, 'REQUEST_INVALID'],
    ['a device where none belongs', '/status?device=a', JSON_TYPE, 400, 'REQUEST_INVALID'],
    ['a ref of other characters', '/readings?device=d&ref=a%2Fb', JSON_TYPE, 400, 'REQUEST_INVALID'],
    ['another content type', '/readings?device=d', { 'content-type': 'text/plain' }, 415, 'MEDIA_TYPE_UNSUPPORTED'],
    ['another coding', '/readings?device=d', { ...JSON_TYPE, 'content-encoding': 'br' }, 415, 'MEDIA_TYPE_UNSUPPORTED'],
  ])('is refused with %s', async (_, path, headers, status, code) => {
    const refused = await post(path, '{}', headers);
    expect([refused.status, refused.body.code]).toEqual([status, code]);
  });

  it('takes a key whose bytes are no UTF-8 for the text that stands there', async () => {
    expect((await post('/readings?device=%ED%A0%80', '{}')).status).toBe(202);
    expect(await takeAll(1)).toMatchObject([{ topic: `v1/gateways/${gateway.id}/devices/%25ED%25A0%2580/readings` }]);
  });

  it('is refused when it is too large, and events may be larger', async () => {
    const [mib, events] = [1024 * 1024, '/events?device=d'];
    const refused = await post('/readings?device=d', Buffer.alloc(mib + 1));
    expect([refused.status, refused.body.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    expect(refused.body.detail).toContain(String(mib));
    expect((await post(events, Buffer.alloc(32 * mib + 1))).body.code).toBe('PAYLOAD_TOO_LARGE');
    const inPieces = Readable.from([Buffer.alloc(mib), Buffer.alloc(1)]);
    expect((await post('/readings?device=d', inPieces)).body.code).toBe('PAYLOAD_TOO_LARGE');
    expect((await post('/readings?device=d', Buffer.alloc(mib, ' '))).status).toBe(202);
    expect((await post(events, Buffer.alloc(2 * mib, ' '))).status).toBe(202);
    expect((await takeAll(2)).map(({ payload }) => payload.length)).toEqual([mib, 2 * mib]);
  });
});

describe('while the queue is away', () => {
  it('a message is refused in time, and the answer says when to try again', async () => {
    const { log, parts } = scene;
    const queue = openQueue({ store: postgresStore({ url: 'postgres://127.0.0.1:1/none', log }), shards: 1, log });
    const settings = { ackTimeoutMs: 300, shards: 1, batch: { maxMessages: 10, maxBytes: 1000, lingerMs: 0 } };
    const ingest = createIngest({ queue, brokerId: uuid(), settings, metrics: createMetrics().ingest, log });
    const app = await buildApi({ ...parts, queue, ingest });
    const response = await app.inject({
      method: 'POST',
      url: `${PREFIX}/readings?device=d`,
      headers: { ...JSON_TYPE, authorization: `Bearer ${gateway.token}` },
      payload: '{}',
    });
    expect([response.statusCode, response.json().code]).toEqual([503, 'QUEUE_UNAVAILABLE']);
    expect(response.headers['retry-after']).toBe('5');
    await app.close();
    await queue.close();
  });
});

describe('the requests of one gateway', () => {
  it('are four at a time, whether their senders wait or hang up, and others have their own', async () => {
    const { ingest } = scene.parts;
    const arrived: string[] = [];
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const accept: Ingest['accept'] = (message, held) => {
      arrived.push(message.gatewayId);
      gate.then(() => ingest.accept(message, held));
    };
    const listen = { host: '127.0.0.1', port: 0 };
    const api = await startApi({ ...scene.parts, ingest: { ...ingest, accept }, publicUrl: undefined, listen });
    const send = async (sender: { token: string }, signal?: AbortSignal) => {
      const headers = { ...JSON_TYPE, authorization: `Bearer ${sender.token}` };
      const url = `http://127.0.0.1:${api.port}${PREFIX}/readings?device=d`;
      return fetch(url, { method: 'POST', headers, body: '{}', ...(signal && { signal }) });
    };
    const hangsUp = new AbortController();
    const waiting = [send(gateway), send(gateway), send(gateway, hangsUp.signal)];
    await vi.waitFor(() => expect(arrived).toHaveLength(3), WAIT);
    hangsUp.abort();
    await expect(waiting.pop()).rejects.toThrow();
    const slow = connect(api.port, '127.0.0.1'); // never finishes its body
    const head = `host: x\r\nauthorization: Bearer ${gateway.token}\r\ncontent-type: application/json`;
    slow.write(`POST ${PREFIX}/readings?device=d HTTP/1.1\r\n${head}\r\ncontent-length: 10\r\n\r\n{`);
    const neighbour = await createGateway();
    waiting.push(send(neighbour));
    await vi.waitFor(() => expect(arrived).toContain(neighbour.id), WAIT);

    // Until the slow one has arrived there may be room for one more, which then waits in its place.
    const refused = await vi.waitFor(async () => {
      const response = await send(gateway, AbortSignal.timeout(1_000));
      expect(response.status).toBe(429);
      return response;
    }, WAIT);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ code: 'RATE_LIMITED' });

    slow.destroy();
    open();
    for (const answer of waiting) expect((await answer).status).toBe(202);
    await vi.waitFor(async () => {
      const answers = await Promise.all([1, 2, 3, 4].map(() => send(gateway)));
      expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
    }, WAIT);
    await api.close();
  });
});
