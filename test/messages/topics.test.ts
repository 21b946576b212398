import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Address, type Route, routeTopic } from '../../src/messages/topics.ts';

const OWN = '01938f4e-6d2a-7c11-9f0e-5b2c7d8e9f10';
const OTHER = '01938f4e-6d2a-7c11-9f0e-5b2c7d8e9f11';

const address = (topic: string): Address => {
  const route = routeTopic(topic, OWN);
  if ('refused' in route) throw new Error(`${topic}: ${route.refused}, ${route.detail}`);
  return route;
};
const refusal = (topic: string): string | undefined => {
  const route: Route = routeTopic(topic, OWN);
  return 'refused' in route ? route.refused : undefined;
};
const readingsOf = (key: string) => `v1/gateways/${OWN}/devices/${key}/readings`;

describe('a topic of the contract names a kind, a device and perhaps a ref', () => {
  it.each<[string, string, { deviceKey: string; ref?: string }]>([
    ['a serial number', readingsOf('SN-0001'), { deviceKey: 'SN-0001' }],
    ['a MAC address', readingsOf('00:1b:44:11:3a:b7'), { deviceKey: '00:1b:44:11:3a:b7' }],
    ['every character that needs no encoding', readingsOf('Az09._:~-'), { deviceKey: 'Az09._:~-' }],
    ['dots alone', readingsOf('..'), { deviceKey: '..' }],
    ['a name of the prototype', readingsOf('__proto__'), { deviceKey: '__proto__' }],
    ['a space', readingsOf('oven%202'), { deviceKey: 'oven 2' }],
    ['an encoded slash', readingsOf('hall%2F3'), { deviceKey: 'hall/3' }],
    ['encoded MQTT wildcards', readingsOf('%23%2B'), { deviceKey: '#+' }],
    ['small hexadecimal digits', readingsOf('%c3%a4'), { deviceKey: 'ä' }],
    ['four bytes of UTF-8', readingsOf('%F0%9F%96%A8'), { deviceKey: '🖨' }],
    ['a percent sign, decoded once', readingsOf('100%2541'), { deviceKey: '100%41' }],
    ['128 characters', readingsOf('k'.repeat(128)), { deviceKey: 'k'.repeat(128) }],
    ['128 encoded characters', readingsOf('%C3%A4'.repeat(128)), { deviceKey: 'ä'.repeat(128) }],
    ['the own id in capitals', readingsOf('d').replace(OWN, OWN.toUpperCase()), { deviceKey: 'd' }],
    ['a ref', `${readingsOf('d')}/17`, { deviceKey: 'd', ref: '17' }],
    ['a ref of 36 characters', `${readingsOf('d')}/${OTHER}`, { deviceKey: 'd', ref: OTHER }],
    ['a ref of every character', `${readingsOf('d')}/aZ0_.-`, { deviceKey: 'd', ref: 'aZ0_.-' }],
    ['a device named like a kind', readingsOf('readings'), { deviceKey: 'readings' }],
    ['a ref named like a kind', `${readingsOf('d')}/readings`, { deviceKey: 'd', ref: 'readings' }],
  ])('%s', (_, topic, expected) => {
    const { kind, ...rest } = address(topic);
    expect(kind.name).toBe('readings');
    expect(rest).toEqual(expected);
  });

  it('keys keep their case', () => {
    expect(address(readingsOf('AB')).deviceKey).not.toBe(address(readingsOf('ab')).deviceKey);
  });
});

describe('a topic of another gateway is foreign, whatever follows', () => {
  it.each([
    ['another gateway', `v1/gateways/${OTHER}/devices/d/readings`],
    ['another gateway, unknown kind', `v1/gateways/${OTHER}/nonsense`],
    ['an id that begins like the own', `v1/gateways/${OWN}0/devices/d/readings`],
    ['an empty id', 'v1/gateways//devices/d/readings'],
    ['the own id with a space', `v1/gateways/${OWN} /devices/d/readings`],
    ['the own id, encoded', `v1/gateways/%30${OWN.slice(1)}/devices/d/readings`],
  ])('%s', (_, topic) => {
    expect(refusal(topic)).toBe('TOPIC_FOREIGN');
  });
});

describe('an own topic that is misspelt is unknown', () => {
  it.each([
    ['an empty topic', ''],
    ['slashes alone', '/////'],
    ['another version', `v2/gateways/${OWN}/devices/d/readings`],
    ['the version in capitals', `V1/gateways/${OWN}/devices/d/readings`],
    ['a leading slash', `/v1/gateways/${OWN}/devices/d/readings`],
    ['gateway for gateways', `v1/gateway/${OWN}/devices/d/readings`],
    ['nothing after gateways', 'v1/gateways'],
    ['nothing after the id', `v1/gateways/${OWN}`],
    ['a slash after the id', `v1/gateways/${OWN}/`],
    ['device for devices', `v1/gateways/${OWN}/device/d/readings`],
    ['reading for readings', `v1/gateways/${OWN}/devices/d/reading`],
    ['Readings for readings', `v1/gateways/${OWN}/devices/d/Readings`],
    ['no device', `v1/gateways/${OWN}/devices/readings`],
    ['an empty device', readingsOf('')],
    ['no kind', `v1/gateways/${OWN}/devices/d`],
    ['an empty ref', `${readingsOf('d')}/`],
    ['a ref of 37 characters', `${readingsOf('d')}/${'r'.repeat(37)}`],
    ['a ref with a colon', `${readingsOf('d')}/a:b`],
    ['a ref, encoded', `${readingsOf('d')}/%41`],
    ['one level too many', `${readingsOf('d')}/ref/more`],
    ['a hundred levels', `v1/gateways/${OWN}${'/d'.repeat(100)}`],
    ['65,535 bytes', `v1/gateways/${OWN}/${'x'.repeat(65_535 - 50)}`],
    ['a key of 129 characters', readingsOf('k'.repeat(129))],
    ['a key of 129 encoded characters', readingsOf('%C3%A4'.repeat(129))],
    ['a key with a character that needs encoding', readingsOf('ä')],
    ['a key with a space', readingsOf('oven 2')],
    ['a key with a plus', readingsOf('a+b')],
    ['a key with U+0000', readingsOf('a%00b')],
    ['a lone percent sign', readingsOf('100%')],
    ['an escape cut short', readingsOf('100%4')],
    ['an escape with letters beyond F', readingsOf('%GG')],
    ['encoded bytes that are not UTF-8', readingsOf('%C3%28')],
    ['an encoded half of a surrogate pair', readingsOf('%ED%A0%80')],
    ['an overlong encoding', readingsOf('%C0%AF')],
    ['a name of the prototype as kind', `v1/gateways/${OWN}/devices/d/constructor`],
  ])('%s', (_, topic) => {
    expect(refusal(topic)).toBe('TOPIC_UNKNOWN');
  });
});

describe('any topic', () => {
  it('gets a route and never an error, and always the same one', () => {
    const level = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('v1', 'gateways', OWN, OTHER, 'devices', 'readings', '%00', '%', ''),
    );
    fc.assert(
      fc.property(fc.array(level, { maxLength: 9 }), (levels) => {
        const topic = levels.join('/');
        expect(routeTopic(topic, OWN)).toEqual(routeTopic(topic, OWN));
      }),
    );
  });

  it('carries every device key of up to 128 characters through its encoding', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 64 }), (key) => {
        fc.pre(!key.includes('\0') && key.isWellFormed());
        const encoded = encodeURIComponent(key).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
        expect(address(readingsOf(encoded)).deviceKey).toBe(key);
      }),
    );
  });

  it('is never routed as an own one unless its owner is the sender', () => {
    fc.assert(
      fc.property(fc.uuid(), (owner) => {
        fc.pre(owner !== OWN);
        expect(refusal(`v1/gateways/${owner}/devices/d/readings`)).toBe('TOPIC_FOREIGN');
      }),
    );
  });
});
