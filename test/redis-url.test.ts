import { describe, expect, it } from 'vitest';
import { maskRedisUrl, parseRedisUrl } from '../src/config/redis-url.ts';

const PLAIN = { mode: 'single', master: '', tls: false, username: undefined, password: undefined, db: 0, replicas: 0 };

describe('REDIS_URL', () => {
  it.each<[string, object]>([
    ['redis://cache', { nodes: [{ host: 'cache', port: 6379 }] }],
    ['redis://127.0.0.1:6390/3', { nodes: [{ host: '127.0.0.1', port: 6390 }], db: 3 }],
    ['redis://[::1]:6390', { nodes: [{ host: '::1', port: 6390 }] }],
    [
      'rediss://ada:p%40ss%2F1@cache:6380/1?replicas=2',
      { nodes: [{ host: 'cache', port: 6380 }], tls: true, username: 'ada', password: 'p@ss/1', db: 1, replicas: 2 },
    ],
    ['redis://:secret@cache', { nodes: [{ host: 'cache', port: 6379 }], password: 'secret' }],
    [
      'redis+sentinel://a,b:26380/main?replicas=1&db=2',
      {
        mode: 'sentinel',
        nodes: [
          { host: 'a', port: 26_379 },
          { host: 'b', port: 26_380 },
        ],
        master: 'main',
        db: 2,
        replicas: 1,
      },
    ],
    ['redis+sentinel://a', { mode: 'sentinel', nodes: [{ host: 'a', port: 26_379 }], master: 'mymaster' }],
    [
      'rediss+cluster://a:7000,b:7001',
      {
        mode: 'cluster',
        nodes: [
          { host: 'a', port: 7000 },
          { host: 'b', port: 7001 },
        ],
        tls: true,
      },
    ],
  ])('%s', (url, place) => {
    expect(parseRedisUrl(url)).toEqual({ ...PLAIN, ...place });
  });

  it.each([
    ['http://cache', /must be as redis:/],
    ['redis://', /must be as redis:/],
    ['redis://a,b', /several servers/],
    ['redis://cache:99999', /host:6379, not "cache:99999"/],
    ['redis+sentinel://a,,b', /not ""/],
    ['redis://cache/x', /"x" for the number of its database/],
    ['redis://cache?replicas=-1', /"-1" for \?replicas/],
    ['redis://cache?family=6', /must not have \?family/],
    ['redis+cluster://a/1', /one database/],
    ['redis+cluster://a?replicas=1', /must not have \?replicas/],
  ])('%s is refused', (url, reason) => {
    expect(() => parseRedisUrl(url)).toThrow(reason);
  });

  it.each([
    ['redis+sentinel://ada:secret@a:1,b:2/main?replicas=1', 'redis+sentinel://ada:***@a:1,b:2/main?replicas=1'],
    ['rediss://:secret@cache', 'rediss://:***@cache'],
    ['redis://cache/0', 'redis://cache/0'],
  ])('%s is shown without its password', (url, shown) => {
    expect(maskRedisUrl(url)).toBe(shown);
  });
});
