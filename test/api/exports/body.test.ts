import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type BodyOptions, createBody } from '../../../src/api/exports/body.ts';
import { csv, NDJSON } from '../../../src/api/exports/formats.ts';
import type { Page } from '../../../src/api/exports/pages.ts';
import { createTurns } from '../../../src/api/exports/turns.ts';
import { createSlots } from '../../../src/api/slots.ts';

const MEGABYTE = 1_000_000;
const page = (line: string): Page => ({ bytes: Buffer.from(`${line}\r\n`), rows: 1 });

let server: Server | undefined;
afterEach(() => server?.close().closeAllConnections());

/** A page source that counts what was asked of it and knows whether it was told to stop. */
function source(count: number, make = (n: number) => page(String(n))) {
  const seen = { asked: 0, ended: false };
  async function* pages(): AsyncGenerator<Page> {
    try {
      for (let n = 0; n < count; n++) {
        seen.asked++;
        yield make(n);
      }
    } finally {
      seen.ended = true;
    }
  }
  return { seen, pages: pages() };
}

const bodyOf = (options: Partial<BodyOptions> & Pick<BodyOptions, 'pages'>) =>
  createBody({ format: csv({ guarded: true }), columns: ['n'], of: {}, gzip: false, stallMs: 10_000, ...options });

/** Sends such a body over HTTP; the answer is not read before somebody does. */
async function send(options: Partial<BodyOptions> & Pick<BodyOptions, 'pages'>) {
  const bodies: ReturnType<typeof bodyOf>[] = [];
  server = createServer((_, response) => {
    response.flushHeaders();
    const body = bodyOf(options);
    bodies.push(body);
    pipeline(body.stream, response, () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const [answer] = (await once(get({ port: (server.address() as AddressInfo).port }), 'response')) as [IncomingMessage];
  return { body: bodies[0] as ReturnType<typeof bodyOf>, answer };
}

describe('the body of an export', () => {
  it('is head, pages and end, and knows its rows once it has ended', async () => {
    const body = bodyOf({ pages: source(3).pages });
    expect(body.rows()).toBeUndefined();
    expect(await text(body.stream)).toBe('n\r\n0\r\n1\r\n2\r\n');
    expect(body.rows()).toBe(3);
  });

  it('of NDJSON ends with a line that says so', async () => {
    const body = bodyOf({ pages: source(1, () => page('{}')).pages, format: NDJSON, of: { from: 'a' } });
    expect(await text(body.stream)).toBe('{}\r\n{"end":{"complete":true,"rows":1,"from":"a"}}\n');
  });

  it('is packed where that was asked for', async () => {
    const { stream } = bodyOf({ pages: source(3).pages, gzip: true });
    expect(await text(stream.pipe(createGunzip()))).toBe('n\r\n0\r\n1\r\n2\r\n');
  });

  it.each([false, true])('breaks off where a page fails (packed: %s)', async (gzip) => {
    const fails = source(3, (n) => {
      if (n === 2) throw new Error('the database is away');
      return page(String(n));
    });
    const { body, answer } = await send({ pages: fails.pages, gzip });
    await expect(text(answer)).rejects.toThrow('aborted');
    expect(body.rows()).toBeUndefined();
  });

  it.each([false, true])(
    'of a reader that stands still asks for no more than two pages ahead, and is cut off (packed: %s)',
    async (gzip) => {
      const noise = Buffer.from(Array.from({ length: MEGABYTE }, () => Math.floor(Math.random() * 256)));
      const { seen, pages } = source(1_000, () => ({ bytes: noise, rows: 1 }));
      const { body, answer } = await send({ pages, gzip, stallMs: 300 });
      let broken = false;
      answer.on('error', () => {
        broken = true;
      });
      answer.pause();
      await vi.waitFor(() => expect(body.stream.destroyed).toBe(true), { timeout: 10_000 });
      // What the sockets of both ends hold, and three pages more.
      expect(seen.asked).toBeLessThan(25);
      await vi.waitFor(() => expect(seen.ended).toBe(true));
      answer.resume();
      await vi.waitFor(() => expect(broken).toBe(true));
    },
  );

  it('stops looking things up when its reader goes away', async () => {
    const { seen, pages } = source(1_000_000);
    const { answer } = await send({ pages });
    answer.destroy();
    await vi.waitFor(() => expect(seen.ended).toBe(true));
    expect(seen.asked).toBeLessThan(1_000_000);
  });
});

describe('exports at a time', () => {
  it('are so many of a user and so many of all, and a slot is given back once', () => {
    const slots = createSlots({ what: 'exports', perUser: 2, perProcess: 3, retryAfterS: 30 });
    const leave = slots.take('ada');
    slots.take('ada');
    expect(() => slots.take('ada')).toThrow('2 exports of yours are under way');
    slots.take('bob');
    expect(() => slots.take('eve')).toThrow('as many exports as this server takes');
    leave();
    leave();
    slots.take('eve');
    expect(() => slots.take('ada')).toThrow('as many exports');
  });

  it('have their turns one by one, whatever becomes of one', async () => {
    const turns = createTurns();
    const done: number[] = [];
    const work = (n: number) =>
      turns(async () => {
        await Promise.resolve();
        if (n === 1) throw new Error('no');
        done.push(n);
        return n;
      });
    const all = await Promise.allSettled([work(0), work(1), work(2)]);
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(done).toEqual([0, 2]);
  });
});
