import { describe, expect, it } from 'vitest';
import {
  judgeCertificate,
  judgeClock,
  judgeDisk,
  judgeKeys,
  judgePostgres,
  judgeRedis,
} from '../../src/doctor/judge.ts';

const POSTGRES = {
  version: 180_004,
  fsync: 'on',
  synchronousCommit: 'on',
  fullPageWrites: 'on',
  maxConnections: 100,
  usedConnections: 10,
  isReadOnly: false,
  now: new Date(),
};
const REDIS = {
  version: '7.0.15',
  appendOnly: 'yes',
  appendFsync: 'everysec',
  maxMemoryPolicy: 'noeviction',
  maxMemoryBytes: 1000,
  usedMemoryBytes: 100,
  node: undefined,
  replicas: { connected: 0, asked: 0 },
  now: new Date(),
};
const DAY = 86_400_000;
const worst = (findings: { level: string; text: string; mend?: string }[]) =>
  findings.filter(({ level }) => level !== 'fine');

describe('of what is right', () => {
  it('everything is fine', () => {
    expect(worst(judgePostgres(POSTGRES))).toEqual([]);
    expect(worst(judgeRedis(REDIS))).toEqual([]);
    expect(judgeRedis({ ...REDIS, appendFsync: 'always' })[2]?.text).toContain('loses nothing');
    expect(judgeRedis(REDIS)[2]?.text).toContain('up to a second');
  });
});

describe('a finding says how to mend', () => {
  it.each<[Partial<typeof POSTGRES>, string, RegExp]>([
    [{ version: 140_010 }, 'fault', /15/],
    [{ fsync: 'off' }, 'fault', /fsync = on/],
    [{ synchronousCommit: 'off' }, 'fault', /synchronous_commit = on/],
    [{ fullPageWrites: 'off' }, 'fault', /full_page_writes = on/],
    [{ isReadOnly: true }, 'fault', /primary/],
    [{ usedConnections: 80 }, 'warning', /max_connections/],
  ])('a Postgres with %o', (changes, level, mend) => {
    expect(worst(judgePostgres({ ...POSTGRES, ...changes }))).toEqual([
      expect.objectContaining({ level, mend: expect.stringMatching(mend) }),
    ]);
  });

  it.each<[Partial<Record<keyof typeof REDIS, unknown>>, string, RegExp]>([
    [{ version: '5.0.7' }, 'fault', /6.2/],
    [{ appendOnly: 'no' }, 'fault', /appendonly yes/],
    [{ appendFsync: 'no' }, 'fault', /everysec/],
    [{ maxMemoryPolicy: 'allkeys-lru' }, 'fault', /noeviction/],
    [{ usedMemoryBytes: 801 }, 'warning', /maxmemory/],
    [{ appendFsync: undefined }, 'warning', /configuration/],
    [{ replicas: { connected: 1, asked: 2 } }, 'fault', /start the replicas/],
    [{ node: '10.0.0.1:6379', replicas: { connected: 2, asked: 0 } }, 'warning', /replicas=1/],
  ])('a Redis with %o', (changes, level, mend) => {
    expect(worst(judgeRedis({ ...REDIS, ...changes } as typeof REDIS))).toEqual([
      expect.objectContaining({ level, mend: expect.stringMatching(mend) }),
    ]);
  });

  it('a clock, keys, a certificate and a disk', () => {
    expect([0, 999, -1_000, 299_000, 300_000].map((skew) => judgeClock('x', skew).level)).toEqual([
      ...['fine', 'fine', 'warning', 'warning', 'fault'],
    ]);
    expect(worst(judgeKeys('k', 0o100600, new Date(0), 0))).toEqual([]);
    expect(worst(judgeKeys('k', 0o100640, new Date(0), 401 * DAY)).map(({ level }) => level)).toEqual([
      ...['fault', 'warning'],
    ]);
    const left = (day: number) => judgeCertificate(0, 90 * DAY, (90 - day) * DAY).level;
    expect([91, 15, 13, -1].map(left)).toEqual(['fault', 'fine', 'warning', 'fault']);
    const shortLived = (day: number) => judgeCertificate(0, 6 * DAY, (6 - day) * DAY).level;
    expect([2, 1].map(shortLived)).toEqual(['fine', 'warning']);
    expect([10, 9].map((free) => judgeDisk('d', free, 100, 10).level)).toEqual(['fine', 'warning']);
  });
});
