import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPacked, MAX_DEPTH, MAX_INFLATED_BYTES, parseJson, unpackPayload } from '../../src/messages/payload.ts';

const bytes = (text: string) => Buffer.from(text);
const nested = (depth: number) => bytes('['.repeat(depth) + ']'.repeat(depth));
const parse = async (payload: Buffer | string) => {
  const raw = typeof payload === 'string' ? bytes(payload) : payload;
  return parseJson(isPacked(raw) ? await unpackPayload(raw) : raw);
};
const codeOf = (payload: Buffer | string) =>
  parse(payload).then(
    (value) => `accepted: ${JSON.stringify(value)}`,
    (error: { code: string }) => error.code,
  );

describe('a payload that is one JSON document is read', () => {
  it.each<[string, string | Buffer, unknown]>([
    ['an object', '{"a":1}', { a: 1 }],
    ['white space around it', ' \r\n\t{"a":1}\n', { a: 1 }],
    ['null', 'null', null],
    ['a number', '1', 1],
    ['1e400, which is for the kind to judge', '[1e400]', [Number.POSITIVE_INFINITY]],
    ['1e-400, which is 0', '[1e-400]', [0]],
    ['escapes that no column can store, which are for the kind to judge', '"\\u0000\\ud800"', '\0\ud800'],
    ['brackets inside of a text', `"${'['.repeat(100)}"`, '['.repeat(100)],
    ['quotes and brackets inside of a text', '["\\"[[[[\\\\",{}]', ['"[[[[\\', {}]],
    ['the greatest depth', nested(MAX_DEPTH), JSON.parse(nested(MAX_DEPTH).toString())],
    ['many brackets side by side', `[${'[],'.repeat(1000)}[]]`, Array.from({ length: 1001 }, () => [])],
    ['gzip', gzipSync('{"a":1}'), { a: 1 }],
    [
      'gzip of the greatest size',
      gzipSync(`"${'x'.repeat(MAX_INFLATED_BYTES - 2)}"`),
      'x'.repeat(MAX_INFLATED_BYTES - 2),
    ],
  ])('%s', async (_, payload, value) => {
    expect(await parse(payload)).toEqual(value);
  });

  it('a key named __proto__ is a key like any other', async () => {
    const value = (await parse('{"__proto__":{"polluted":true}}')) as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect('polluted' in value).toBe(false);
  });
});

describe('a payload that is not is refused', () => {
  it.each<[string, string | Buffer, string]>([
    ['no bytes', '', 'PAYLOAD_EMPTY'],
    ['white space only', '  \n', 'PAYLOAD_NOT_JSON'],
    ['a byte order mark', '\uFEFF{"a":1}', 'PAYLOAD_NOT_JSON'],
    ['UTF-16', Buffer.from('{"a":1}', 'utf16le'), 'PAYLOAD_NOT_JSON'],
    ['cut short', '{"a":1', 'PAYLOAD_NOT_JSON'],
    ['two documents', '{"a":1}{"a":2}', 'PAYLOAD_NOT_JSON'],
    ['two documents on two lines', '{"a":1}\n{"a":2}', 'PAYLOAD_NOT_JSON'],
    ['a trailing comma', '{"a":1,}', 'PAYLOAD_NOT_JSON'],
    ['a comment', '{"a":1} // degrees', 'PAYLOAD_NOT_JSON'],
    ['single quotes', "{'a':1}", 'PAYLOAD_NOT_JSON'],
    ['NaN', '{"a":NaN}', 'PAYLOAD_NOT_JSON'],
    ['Infinity', '{"a":-Infinity}', 'PAYLOAD_NOT_JSON'],
    ['a number with a plus', '[+1]', 'PAYLOAD_NOT_JSON'],
    ['a number with a leading zero', '[01]', 'PAYLOAD_NOT_JSON'],
    ['a raw control character in a text', '"a\u0001b"', 'PAYLOAD_NOT_JSON'],
    ['plain words', 'hello', 'PAYLOAD_NOT_JSON'],
    ['invalid UTF-8 in a text', Buffer.from([0x22, 0xff, 0x22]), 'PAYLOAD_NOT_JSON'],
    ['a surrogate in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'PAYLOAD_NOT_JSON'],
    ['UTF-8 cut short', Buffer.from([0x22, 0xc3]), 'PAYLOAD_NOT_JSON'],
    ['one level too deep', nested(MAX_DEPTH + 1), 'PAYLOAD_TOO_DEEP'],
    ['one level too deep, in objects', `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`, 'PAYLOAD_TOO_DEEP'],
    ['5,000 levels deep', nested(5_000), 'PAYLOAD_TOO_DEEP'],
    ['1,000,000 levels deep, before JSON.parse', nested(1_000_000), 'PAYLOAD_TOO_DEEP'],
    ['1,000,000 levels deep and never closed', '['.repeat(1_000_000), 'PAYLOAD_TOO_DEEP'],
    ['too deep, packed', gzipSync(nested(MAX_DEPTH + 1)), 'PAYLOAD_TOO_DEEP'],
    ['gzip cut short', gzipSync('{"a":1}').subarray(0, -5), 'PAYLOAD_NOT_JSON'],
    ['the first two bytes of gzip', Buffer.from([0x1f, 0x8b]), 'PAYLOAD_NOT_JSON'],
    ['gzip with another checksum', corrupt(gzipSync('{"a":1}')), 'PAYLOAD_NOT_JSON'],
    ['gzip with something behind it', Buffer.concat([gzipSync('{"a":1}'), bytes('{"a":2}')]), 'PAYLOAD_NOT_JSON'],
    ['gzip of several members, whose end tells the size of the last', members(), 'PAYLOAD_NOT_JSON'],
    ['gzip that says it is smaller', shrink(gzipSync('{"a":1}')), 'PAYLOAD_NOT_JSON'],
    ['gzip of nothing', gzipSync(''), 'PAYLOAD_EMPTY'],
    ['gzip in gzip', gzipSync(gzipSync('{"a":1}')), 'PAYLOAD_NOT_JSON'],
    ['gzip of invalid UTF-8', gzipSync(Buffer.from([0x22, 0xff, 0x22])), 'PAYLOAD_NOT_JSON'],
    ['gzip of one byte too many', gzipSync(`"${'x'.repeat(MAX_INFLATED_BYTES - 1)}"`), 'PAYLOAD_TOO_LARGE'],
    ['a bomb: 64 MiB in 64 KiB', gzipSync(Buffer.alloc(64 << 20)), 'PAYLOAD_TOO_LARGE'],
    ['a bomb that says it is small', shrink(gzipSync(Buffer.alloc(64 << 20))), 'PAYLOAD_NOT_JSON'],
  ])('%s', async (_, payload, code) => {
    expect(await codeOf(payload)).toBe(code);
  });

  it('says what was wrong in at most a few hundred characters', async () => {
    const long = parse(`{"a":${'x'.repeat(100_000)}`);
    await expect(long).rejects.toSatisfy((error: Error) => error.message.length < 400);
  });
});

describe('any bytes', () => {
  it('become a value or a refusal with a code, never another error', async () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.uint8Array({ maxLength: 200 }).map((rest) => Uint8Array.of(0x1f, 0x8b, ...rest)),
      fc.json().map((text) => new Uint8Array(Buffer.from(text))),
      fc.json().map((text) => new Uint8Array(gzipSync(text))),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (payload) => {
        expect(await codeOf(Buffer.from(payload))).toMatch(/^(accepted: |PAYLOAD_(EMPTY|NOT_JSON|TOO_DEEP))/);
      }),
    );
  });

  it('of JSON up to the greatest depth come out as they went in, plain and packed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: MAX_DEPTH - 1 }), async (value) => {
        const text = JSON.stringify(value);
        const expected = JSON.parse(text);
        expect(await parse(text)).toEqual(expected);
        expect(await parse(gzipSync(text))).toEqual(expected);
      }),
    );
  });
});

function corrupt(packed: Buffer): Buffer {
  const end = packed.length - 8;
  packed.writeUInt32LE((packed.readUInt32LE(end) ^ 1) >>> 0, end);
  return packed;
}

function members(): Buffer {
  return Buffer.concat([gzipSync('{"a":'), gzipSync('1}')]);
}

/** Makes the size at its end a lie. */
function shrink(packed: Buffer): Buffer {
  packed.writeUInt32LE(5, packed.length - 4);
  return packed;
}
