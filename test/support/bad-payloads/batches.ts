import { gzipSync } from 'node:zlib';
import { type Draft, read, rows } from './table.ts';

const carry =
  (...bad: unknown[]) =>
  (device: string) => [
    { device, kind: 'readings', payload: read({ a: 1 }) },
    ...bad.map((item) => (item instanceof Function ? item(device) : item)),
    { device, kind: 'readings', payload: read({ b: 1 }) },
  ];
const item = (changed: object) => (device: string) => ({
  device,
  kind: 'readings',
  payload: read({ t: 1 }),
  ...changed,
});
const BESIDE = ['a=1', 'b=1'];

export const batches: readonly Draft[] = [
  ...rows('batch', [
    ['37: what is no message', carry(17, null, [], 'x'), [1, 2, 3, 4].map((n) => `PAYLOAD_INVALID /${n}`), BESIDE],
    ['37: a message without a payload', carry(item({ payload: undefined })), 'PAYLOAD_INVALID /1', BESIDE],
    ['37: a batch within a batch', carry(item({ kind: 'batch', payload: [] })), 'PAYLOAD_INVALID /1/kind', BESIDE],
    [
      '37: a status within a batch',
      carry(item({ kind: 'status', payload: { state: 'online' } })),
      'PAYLOAD_INVALID /1/kind',
      BESIDE,
    ],
    [
      '48: a kind of the prototype',
      carry(item({ kind: 'constructor' }), item({ kind: '__proto__' })),
      ['PAYLOAD_INVALID /1/kind', 'PAYLOAD_INVALID /2/kind'],
      BESIDE,
    ],
    [
      '48: a kind that is none',
      carry(item({ kind: 17 }), item({ kind: null })),
      ['PAYLOAD_INVALID /1/kind', 'PAYLOAD_INVALID /2/kind'],
      BESIDE,
    ],
    [
      '59: no device',
      carry(item({ device: undefined }), item({ device: '' }), item({ device: 17 })),
      [1, 2, 3].map((n) => `PAYLOAD_INVALID /${n}/device`),
      BESIDE,
    ],
    [
      '59: a device key of 129 characters',
      carry(item({ device: 'x'.repeat(129) })),
      'PAYLOAD_INVALID /1/device',
      BESIDE,
    ],
    ['49: U+0000 in a device key', carry(item({ device: 'a\0' })), 'PAYLOAD_INVALID /1/device', BESIDE],
    [
      '50: half of a surrogate pair in a device key',
      carry(item({ device: '\ud800' })),
      'PAYLOAD_INVALID /1/device',
      BESIDE,
    ],
    [
      '22: a ref that no topic has',
      carry(item({ ref: 'a b' }), item({ ref: 'x'.repeat(37) })),
      ['PAYLOAD_INVALID /1/ref', 'PAYLOAD_INVALID /2/ref'],
      BESIDE,
    ],
    [
      '43: bad values',
      carry(item({ payload: read({ t: {}, u: 2 }) })),
      'PAYLOAD_INVALID /1/payload/values/t',
      [...BESIDE, 'u=2'],
    ],
    ['46: 1,001 messages', (device: string) => Array(1_001).fill(item({})(device)), 'PAYLOAD_TOO_LARGE '],
    [
      '45: 200,000 values',
      (device: string) => gzipSync(JSON.stringify(carry(item({ payload: Array(200_000).fill(0) }))(device))),
      'PAYLOAD_TOO_LARGE ',
    ],
  ]),
];
