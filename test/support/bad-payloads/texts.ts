import {
  DECLARED,
  type Draft,
  event,
  GOOD,
  GOOD_SENSOR,
  gauge,
  KEPT,
  type KindName,
  log,
  type Row,
  read,
  register,
  rows,
  series,
  setting,
  T,
  value,
} from './table.ts';

type Field = readonly [
  where: string,
  kind: KindName,
  make: (text: string) => object,
  path: string,
  stored?: readonly string[],
  max?: number,
];

const part = (list: 'sensors' | 'logs', made: (text: string) => object) => (text: string) =>
  event({ ...GOOD, [list]: [made(text)] });
const withSetting = (made: (text: string) => object) => (text: string) =>
  event({ settings: [made(text), ...GOOD.settings] });

/** Every field that takes a text; its place in the path is {}, where it stands there. */
const FIELDS: readonly Field[] = [
  ['a value', 'readings', (x) => read({ t: x, u: 1 }), '/values/t', ['u=1'], 4_096],
  ['a label', 'readings', (x) => read({ [x]: 1, u: 1 }), '/values/{}', ['u=1'], 128],
  [
    'a value of a series',
    'readings',
    (x) => ({ series: { t: { start: T, step: 1, values: [x, 'y'] } } }),
    '/series/t/values/0',
    ['t="y"'],
    4_096,
  ],
  [
    'the label of a series',
    'readings',
    (x) => ({ series: { [x]: { ts: [], values: [] }, u: { ts: [T], values: [1] } } }),
    '/series/{}',
    ['u=1'],
    128,
  ],
  ['a type', 'events', (x) => event({ type: x }), '/type', [], 128],
  ['an attribute', 'events', (x) => event({ attributes: { a: x } }), '/attributes/a', [], 512],
  ['the name of an attribute', 'events', (x) => event({ attributes: { [x]: 1 } }), '/attributes/{}', [], 128],
  ['the label of a sensor', 'events', part('sensors', (x) => value(1, { label: x })), '/sensors/0/label', KEPT, 128],
  ['the unit of a sensor', 'events', part('sensors', (x) => value(1, { unit: x })), '/sensors/0/unit', KEPT, 64],
  ['the value of a sensor', 'events', part('sensors', (x) => value(x)), '/sensors/0/value', KEPT, 4_096],
  [
    'the label of an x',
    'events',
    part('sensors', (x) => series({ x: { label: x, values: [1] } })),
    '/sensors/0/x/label',
    KEPT,
    128,
  ],
  [
    'the unit of an x',
    'events',
    part('sensors', (x) => series({ x: { label: 'x', unit: x, values: [1] } })),
    '/sensors/0/x/unit',
    KEPT,
    64,
  ],
  ['the label of a log', 'events', part('logs', (x) => log('x', { label: x })), '/logs/0/label', KEPT, 128],
  ['a log', 'events', part('logs', (x) => log(`line\n${x}`)), '/logs/0/data', KEPT],
  ['a line of a log', 'events', part('logs', (x) => log(['line', x])), '/logs/0/data/1', KEPT],
  ['the content of a log', 'events', part('logs', (x) => log({ content: [x] })), '/logs/0/data/content/0', KEPT],
  [
    'a column of a log',
    'events',
    part('logs', (x) => log({ label: [x], content: ['y'] })),
    '/logs/0/data/label/0',
    KEPT,
    4_096,
  ],
  ['the label of a setting', 'events', withSetting((x) => setting(1, x)), '/settings/0/label', KEPT, 128],
  ['a setting', 'events', withSetting((x) => setting({ a: [x] })), '/settings/0/data/a/0', KEPT, 65_536],
  ['a name in a setting', 'events', withSetting((x) => setting({ [x]: 1 })), '/settings/0/data/{}', KEPT],
  ['a model', 'registration', (x) => register({ model: x }), '/model', [], 128],
  ['the label of a device', 'registration', (x) => register({ label: x }), '/label', [], 128],
  ['an interface', 'registration', (x) => register({ interfaceName: x }), '/interfaceName', [], 128],
  ['a serial number', 'registration', (x) => register({ serialNumber: x }), '/serialNumber', [], 128],
  ['an address', 'registration', (x) => register({ networkIp: x }), '/networkIp', [], 128],
  ['a registration code', 'registration', (x) => register({ registrationCode: x }), '/registrationCode', [], 128],
  [
    'the label of a declared sensor',
    'registration',
    (x) => register({ sensors: [gauge(x), GOOD_SENSOR] }),
    '/sensors/0/label',
    DECLARED,
    128,
  ],
  [
    'the unit of a declared sensor',
    'registration',
    (x) => register({ sensors: [gauge('s', { unit: x }), GOOD_SENSOR] }),
    '/sensors/0/unit',
    DECLARED,
    64,
  ],
  ['a version of software', 'status', (x) => ({ state: 'online', softwareVersion: x }), '/softwareVersion', [], 128],
  ['a version of hardware', 'status', (x) => ({ state: 'online', hardwareVersion: x }), '/hardwareVersion', [], 128],
];

/** Texts that cannot be stored, in each of them. */
export const texts: readonly Draft[] = FIELDS.flatMap(([where, kind, make, path, stored = [], max]) => {
  const faults = [
    ['49: U+0000', 'a\0b'],
    ['50: the first half of a surrogate pair', 'a\ud800'],
    ['50: the second half of a surrogate pair', '\udc00b'],
    ...(max === undefined ? [] : [[`51: ${max + 1} characters`, 'x'.repeat(max + 1)]]),
  ] as [string, string][];
  return rows(
    kind,
    faults.map(([name, x]): Row => [`${name} in ${where}`, make(x), `TEXT_INVALID ${path.replace('{}', x)}`, stored]),
  );
});
