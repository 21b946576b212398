import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readImageHead } from '../../src/api/images.ts';
import { createScene, type Scene } from './scene.ts';

let scene: Scene;
let token: string;
let user: string;
let modelId: string;

beforeAll(async () => {
  scene = await createScene();
  token = await scene.signIn(await scene.createUser({ isAdmin: true }));
  user = await scene.signIn(await scene.createUser());
  modelId = (await scene.db.selectFrom('device_model').select('id').limit(1).executeTakeFirstOrThrow()).id;
});
afterAll(() => scene?.close());

function png(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.write('\x89PNG\r\n\x1a\n', 'latin1');
  bytes.writeUInt32BE(13, 8);
  bytes.write('IHDR', 12, 'latin1');
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}
/** With a segment of its application and fill bytes before the frame. */
const jpeg = Buffer.from('ffd8ffe00004abcdffffc2000b08001000200300', 'hex');
function webp(chunk: string, at: number, size: Buffer): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.write(`RIFF\0\0\0\0WEBP${chunk}`, 'latin1');
  size.copy(bytes, at);
  return bytes;
}
const lossy = webp('VP8 ', 26, Buffer.from('20001000', 'hex'));
const lossless = webp('VP8L', 21, Buffer.from([31, 15 << 6, 3, 0]));
const extended = webp('VP8X', 24, Buffer.from('1f00000f0000', 'hex'));

it.each<[string, Buffer, string]>([
  ['a PNG', png(32, 16), 'image/png'],
  ['a JPEG', jpeg, 'image/jpeg'],
  ['a WebP', lossy, 'image/webp'],
  ['a WebP without loss', lossless, 'image/webp'],
  ['an extended WebP', extended, 'image/webp'],
])('of %s the kind and the size are read', (_, bytes, type) => {
  expect(readImageHead(bytes)).toEqual({ type, width: 32, height: 16 });
});

it.each<[string, Buffer]>([
  ['nothing', Buffer.alloc(0)],
  ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
  ['a PNG that ends before its size', png(1, 1).subarray(0, 20)],
  ['a JPEG without a frame', Buffer.from('ffd8ffd9', 'hex')],
  ['a JPEG whose segments have no length', Buffer.from('ffd8ffe0', 'hex')],
  ['a RIFF of another form', Buffer.from('RIFF\0\0\0\0WAVEfmt ')],
])('%s is no picture', (_, bytes) => {
  expect(readImageHead(bytes)).toBeUndefined();
});

const put = (payload: Buffer, type = 'image/png', id = modelId, by = token) => {
  const url = `/admin/api/v1/device-models/${id}/image`;
  return scene.request({ method: 'PUT', url, token: by, payload, headers: { 'content-type': type } });
};
const url = () => `/api/v1/device-models/${modelId}/image`;
const remove = () => scene.request({ method: 'DELETE', url: `/admin${url()}`, token });

describe('the picture of a model', () => {
  it('is shown to whoever is signed in, byte for byte, until it is another one or none', async () => {
    expect((await scene.get(url(), user)).status).toBe(404);
    expect((await put(png(32, 16))).body).toMatchObject({ id: modelId, imageUrl: url() });
    const model = async () => (await scene.get(`/api/v1/device-models/${modelId}`, user)).body.imageUrl;
    expect(await model()).toBe(url());
    const response = await scene.app.inject({ url: url(), headers: { authorization: `Bearer ${user}` } });
    expect(response.rawPayload.equals(png(32, 16))).toBe(true);
    expect(response.headers).toMatchObject({ 'content-type': 'image/png', 'x-content-type-options': 'nosniff' });
    const { etag } = response.headers as { etag: string };
    const again = async (tag: string) => {
      const { status, text, headers } = await scene.request({
        url: url(),
        token: user,
        headers: { 'if-none-match': tag },
      });
      return [status, text.length, headers.etag === etag];
    };
    for (const tag of [etag, `"x", W/${etag}`, '*']) expect(await again(tag), tag).toEqual([304, 0, true]);
    expect((await again('"x"'))[0]).toBe(200);
    await put(jpeg, 'image/jpeg');
    expect(await again(etag)).toEqual([200, expect.any(Number), false]);
    expect((await remove()).status).toBe(204);
    expect([await model(), (await remove()).status, (await scene.get(url(), user)).status]).toEqual([null, 404, 404]);
    const entries = await scene.db
      .selectFrom('audit_entry')
      .where('subject_id', '=', modelId)
      .select(['action', 'detail'])
      .orderBy('id')
      .execute();
    const action = 'device_model.changed';
    expect(entries).toEqual([64, jpeg.length, 0].map((imageBytes) => ({ action, detail: { imageBytes } })));
  });

  it.each<[string, () => ReturnType<typeof put>, number]>([
    ['of another kind than it says', () => put(jpeg), 400],
    ['of nothing', () => put(Buffer.alloc(0)), 400],
    ['that is too wide', () => put(png(4097, 1)), 400],
    ['of no pixels', () => put(png(0, 1)), 400],
    ['that is too large', () => put(Buffer.concat([png(1, 1), Buffer.alloc(512 * 1024)])), 413],
    ['that is a document', () => put(Buffer.from('<svg/>'), 'image/svg+xml'), 415],
    ['in JSON', () => put(Buffer.from('{}'), 'application/json'), 415],
    ['of no model', () => put(png(1, 1), 'image/png', '01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f'), 404],
    ['by who is no admin', () => put(png(1, 1), 'image/png', modelId, user), 403],
  ])('%s is refused', async (_, ask, status) => {
    const answer = await ask();
    expect(answer.status, answer.text).toBe(status);
    expect((await scene.get(url(), user)).status).toBe(404);
  });

  it('leaves the bodies of other routes as they are', async () => {
    const patch = { method: 'PATCH', url: `/admin/api/v1/device-models/${modelId}`, token } as const;
    expect((await scene.request({ ...patch, payload: { name: 'Renamed' } })).body.name).toBe('Renamed');
    const image = { payload: png(1, 1), headers: { 'content-type': 'image/png' } };
    expect((await scene.request({ ...patch, ...image })).status).toBe(415);
  });
});
