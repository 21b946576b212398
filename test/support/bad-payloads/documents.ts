import { deflateSync, gzipSync } from 'node:zlib';
import { type Draft, entries, type Given, type Row, read, rows, T } from './table.ts';

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const document = JSON.stringify(read({ t: 1 }));
const packed = gzipSync(document);
/** No JSON, or too much of it. */
const DOCUMENTS: readonly [string, Given, string][] = [
  ['27: no bytes', '', 'PAYLOAD_EMPTY '],
  ['27: gzip of no bytes', gzipSync(''), 'PAYLOAD_EMPTY '],
  ['28: gzip of a byte too many', gzipSync(Buffer.alloc((16 << 20) + 1, ' ')), 'PAYLOAD_TOO_LARGE '],
  ['28: a gzip bomb', gzipSync(Buffer.alloc(64 << 20)), 'PAYLOAD_TOO_LARGE '],
  ['37: words', 'no JSON', 'PAYLOAD_NOT_JSON '],
  ['37: white space', ' \n', 'PAYLOAD_NOT_JSON '],
  ['37: bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'PAYLOAD_NOT_JSON '],
  ['37: UTF-16', Buffer.from(document, 'utf16le'), 'PAYLOAD_NOT_JSON '],
  ['38: cut short', document.slice(0, -1), 'PAYLOAD_NOT_JSON '],
  ['38: a trailing comma', `${document.slice(0, -1)},}`, 'PAYLOAD_NOT_JSON '],
  ['38: a byte order mark', `\uFEFF${document}`, 'PAYLOAD_NOT_JSON '],
  ['38: a comment', `${document} // degrees`, 'PAYLOAD_NOT_JSON '],
  ['38: single quotes', "{'ts':1}", 'PAYLOAD_NOT_JSON '],
  ['38: two documents', document + document, 'PAYLOAD_NOT_JSON '],
  ['38: two documents on two lines', `${document}\n${document}`, 'PAYLOAD_NOT_JSON '],
  ['38: garbage behind it', `${document}x`, 'PAYLOAD_NOT_JSON '],
  ['38: U+0000 behind it', `${document}\0`, 'PAYLOAD_NOT_JSON '],
  ['38: gzip cut short', packed.subarray(0, -5), 'PAYLOAD_NOT_JSON '],
  ['38: two bytes of gzip', packed.subarray(0, 2), 'PAYLOAD_NOT_JSON '],
  ['38: gzip with garbage behind it', Buffer.concat([packed, Buffer.from('x')]), 'PAYLOAD_NOT_JSON '],
  ['38: gzip in gzip', gzipSync(packed), 'PAYLOAD_NOT_JSON '],
  ['38: gzip of two documents', gzipSync(document + document), 'PAYLOAD_NOT_JSON '],
  ['38: zlib', deflateSync(document), 'PAYLOAD_NOT_JSON '],
  ['39: NaN', `{"ts":${T},"values":{"t":NaN}}`, 'PAYLOAD_NOT_JSON '],
  ['39: Infinity', `{"ts":${T},"values":{"t":-Infinity}}`, 'PAYLOAD_NOT_JSON '],
  ['44: 33 levels', nested(33), 'PAYLOAD_TOO_DEEP '],
  ['44: 33 levels of objects', `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`, 'PAYLOAD_TOO_DEEP '],
  ['44: 5,000 levels', nested(5_000), 'PAYLOAD_TOO_DEEP '],
  ['44: 1,000,000 levels that never end', '['.repeat(1_000_000), 'PAYLOAD_TOO_DEEP '],
  ['44: 1,000,000 levels, as gzip', gzipSync(nested(1_000_000)), 'PAYLOAD_TOO_DEEP '],
];

const OTHER_KINDS = ['events', 'registration', 'batch', 'status'] as const;
/** JSON of the wrong sort. */
const SHAPES = ['null', '1', 'true', '"x"', '[]', '[[]]', '{}', '{"__proto__":{"values":{"t":1}}}'];

/** The same for every kind of message: all of it for one, a part of it for the others, whose payloads are read alike. */
export const documents: readonly Draft[] = [
  ...rows('readings', DOCUMENTS, { isWhole: true }),
  ...OTHER_KINDS.flatMap((kind) => {
    const some = DOCUMENTS.filter((_, index) => index % 7 === 0);
    return rows(
      kind,
      some.map(([name, ...rest]): Row => [`${name}, for ${kind}`, ...rest]),
      { isWhole: true },
    );
  }),
  ...rows(
    'readings',
    [
      ['45: 200,000 keys', gzipSync(JSON.stringify(read(entries(200_000)))), 'PAYLOAD_TOO_LARGE '],
      ['45: 200,000 points', gzipSync(JSON.stringify(read({ t: Array(200_000).fill(0) }))), 'PAYLOAD_TOO_LARGE '],
    ],
    { isWhole: true },
  ),
  ...SHAPES.flatMap((shape) => {
    const inList = shape === '[[]]' ? '/0' : '';
    const isObject = shape.startsWith('{');
    return [
      ...rows('readings', [[`37: ${shape} for readings`, shape, `PAYLOAD_INVALID ${inList}`]]),
      ...rows('events', [
        [`37: ${shape} for an event`, shape, isObject ? 'TIME_UNKNOWN /recordedAt' : 'PAYLOAD_INVALID '],
      ]),
      ...rows('registration', [
        [`37: ${shape} for a registration`, shape, `PAYLOAD_INVALID ${isObject ? '/model' : ''}`],
      ]),
      ...rows('batch', [[`37: ${shape} for a batch`, shape, `PAYLOAD_INVALID ${inList}`]]),
      ...rows('status', [[`37: ${shape} for a status`, shape, 'PAYLOAD_INVALID ']]),
    ];
  }),
];
