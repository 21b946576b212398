import { randomUUID } from 'node:crypto';
import { chmod, chown, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertSession, type NewSession, revokeSessions } from '../../src/db/sessions.ts';
import { generateKey } from '../../src/identity/key-file.ts';
import { loadKeys } from '../../src/identity/keys.ts';
import { listKeys, retireKey, rotateKeys } from '../../src/identity/rotation.ts';
import { openRenewableSession } from '../../src/identity/sessions.ts';
import { createTokens } from '../../src/identity/tokens.ts';
import { type Own, ownDatabase } from '../db/tenant.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];

let folder: string;
let file: string;
/** The key of the first start, at NOW. */
let first: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepcloud-rotation-'));
  file = join(folder, 'keys.json');
  first = (await (await loadKeys(file, { clock: () => NOW })).signing()).kid;
});
afterEach(() => rm(folder, { recursive: true }));

const kids = async (): Promise<string[]> =>
  JSON.parse(await readFile(file, 'utf8')).keys.map((key: { kid: string }) => key.kid);
const states = async (now: number) => (await listKeys(file, now)).map(({ kid, state }) => [kid, state]);

describe('a rotation', () => {
  it('puts a fresh key before the others, which signs in 15 minutes', async () => {
    const { kid, signsFrom } = await rotateKeys(file, { now: NOW });
    expect(await kids()).toEqual([kid, first]);
    expect(signsFrom.getTime()).toBe(NOW + 15 * MINUTE);
    expect(await states(NOW)).toEqual([
      [kid, 'waits'],
      [first, 'signs'],
    ]);
    expect(await states(NOW + 15 * MINUTE)).toEqual([
      [kid, 'signs'],
      [first, 'verifies'],
    ]);
  });

  it('leaves the others as they are, whatever else is said of them', async () => {
    const { keys } = JSON.parse(await readFile(file, 'utf8'));
    const own = { ...keys[0], 'x-own': 1, signs_from: undefined, created_at: undefined };
    await writeFile(file, JSON.stringify({ keys: [own] }));
    await rotateKeys(file, { now: NOW });
    expect(JSON.parse(await readFile(file, 'utf8')).keys[1]).toEqual(JSON.parse(JSON.stringify(own)));
    expect((await listKeys(file, NOW))[1]).toMatchObject({ createdAt: undefined, state: 'signs' });
  });

  it('at once lets the fresh key sign now, and none that still waited ever', async () => {
    const waiting = await rotateKeys(file, { now: NOW });
    const { kid, signsFrom } = await rotateKeys(file, { now: NOW + MINUTE, atOnce: true });
    expect(signsFrom.getTime()).toBe(NOW + MINUTE);
    for (const now of [NOW + MINUTE, NOW + DAY]) {
      expect(await states(now)).toEqual([
        [kid, 'signs'],
        [waiting.kid, 'verifies'],
        [first, 'verifies'],
      ]);
    }
  });

  it('of several at once loses none: each is done or refused', async () => {
    const rotations = await Promise.allSettled(Array.from({ length: 8 }, () => rotateKeys(file, { now: NOW })));
    const done = rotations.flatMap((rotation) => (rotation.status === 'fulfilled' ? [rotation.value.kid] : []));
    const refused = rotations.flatMap((rotation) => (rotation.status === 'rejected' ? [rotation.reason.code] : []));
    expect(done.length).toBeGreaterThanOrEqual(1);
    expect(refused).toEqual(refused.map(() => 'CONFLICT'));
    expect((await kids()).sort()).toEqual([...done, first].sort());
    expect(await readdir(folder)).toEqual(['keys.json']);
  });

  it('that was cut off is named to the next one', async () => {
    await writeFile(`${file}.new`, '{"ke');
    await expect(rotateKeys(file, { now: NOW })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(`${file}.new`),
    });
    expect(await kids()).toEqual([first]);
  });

  it('keeps who may read the file, and the place that a link leads to', async () => {
    await chmod(file, 0o640);
    await symlink(file, join(folder, 'link.json'));
    const { kid } = await rotateKeys(join(folder, 'link.json'), { now: NOW });
    expect(await kids()).toEqual([kid, first]);
    expect((await stat(file)).mode & 0o777).toBe(0o640);
    expect((await readdir(folder)).sort()).toEqual(['keys.json', 'link.json']);
  });

  it.runIf(process.getuid?.() === 0)('by root leaves the file to the user who runs StepCloud', async () => {
    await chown(file, 1234, 4321);
    await rotateKeys(file, { now: NOW });
    expect(await stat(file)).toMatchObject({ uid: 1234, gid: 4321 });
  });

  it.each([
    ['damaged', () => writeFile(file, '{"keys":')],
    ['missing', () => rm(file)],
  ])('leaves a file alone that is %s', async (_, spoil) => {
    await spoil();
    const before = await readdir(folder);
    await expect(rotateKeys(file, { now: NOW })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(file),
    });
    expect(await readdir(folder)).toEqual(before);
  });

  it('never names a key so that it passes for an option', async () => {
    const fresh = await Promise.all(Array.from({ length: 300 }, () => generateKey(NOW, NOW)));
    expect(fresh.filter(({ kid }) => kid.startsWith('-'))).toEqual([]);
  });
});

describe('without asking for sessions, a key', () => {
  it('that has signed, or waits, can go', async () => {
    const waiting = await rotateKeys(file, { now: NOW });
    await retireKey(file, waiting.kid, NOW);
    const next = await rotateKeys(file, { now: NOW, atOnce: true });
    await retireKey(file, first, NOW);
    expect(await kids()).toEqual([next.kid]);
  });

  it.each<[string, string, () => Promise<string>]>([
    ['that nobody knows', 'NOT_FOUND', async () => 'unknown'],
    ['that is the only one', 'CONFLICT', async () => first],
    ['that signs', 'CONFLICT', async () => (await rotateKeys(file, { now: NOW, atOnce: true })).kid],
    ['that signs while the next one waits', 'CONFLICT', () => rotateKeys(file, { now: NOW }).then(() => first)],
  ])('%s cannot', async (_, code, make) => {
    const kid = await make();
    const before = await kids();
    await expect(retireKey(file, kid, NOW)).rejects.toMatchObject({ code, message: expect.stringContaining(kid) });
    expect(await kids()).toEqual(before);
  });
});

describe('with a database', () => {
  /** The first key signs from NOW on, the second one an hour later. */
  const STOPPED = NOW + HOUR;
  let own: Own;
  let gatewayId: string;

  beforeAll(async () => {
    own = await ownDatabase();
    gatewayId = (await own.createGateway()).id;
  });
  beforeEach(async () => {
    await rotateKeys(file, { now: STOPPED, atOnce: true });
    await own.db.deleteFrom('session').execute();
  });
  afterAll(() => own.close());

  async function open(session: Partial<NewSession> & { createdAt: Date; expiresAt: Date }): Promise<string> {
    const id = randomUUID();
    await insertSession(own.db, { id, gatewayId, renewable: false, ...session });
    return id;
  }
  const retire = (now: number) => retireKey(file, first, now, own.db);

  it.each<[string, { renewable?: boolean; createdAt: number; expiresAt: number }, number, number | undefined]>([
    [
      'a long-lived token waits for its end',
      { createdAt: STOPPED - MINUTE, expiresAt: STOPPED + 400 * DAY },
      STOPPED + 399 * DAY,
      STOPPED + 400 * DAY,
    ],
    [
      'a long-lived token that has ended does not matter',
      { createdAt: STOPPED - MINUTE, expiresAt: STOPPED + DAY },
      STOPPED + DAY,
      undefined,
    ],
    [
      'a token of just after it stopped may be by a process that had not noticed',
      { createdAt: STOPPED + 2 * SECOND, expiresAt: STOPPED + DAY },
      STOPPED + MINUTE,
      STOPPED + DAY,
    ],
    [
      'a token by the next key does not matter',
      { createdAt: STOPPED + MINUTE, expiresAt: STOPPED + DAY },
      STOPPED + 2 * MINUTE,
      undefined,
    ],
    [
      'a session that renews has a token of it for 27 hours',
      { renewable: true, createdAt: STOPPED - DAY, expiresAt: STOPPED + 90 * DAY },
      STOPPED + 27 * HOUR,
      STOPPED + 27 * HOUR + 5 * SECOND,
    ],
    [
      'a session that renews has renewed after that',
      { renewable: true, createdAt: STOPPED - DAY, expiresAt: STOPPED + 90 * DAY },
      STOPPED + 28 * HOUR,
      undefined,
    ],
    [
      'a session that would renew but ends before',
      { renewable: true, createdAt: STOPPED - DAY, expiresAt: STOPPED + HOUR },
      STOPPED + MINUTE,
      STOPPED + HOUR,
    ],
  ])('%s', async (_, { createdAt, expiresAt, renewable = false }, now, until) => {
    await open({ createdAt: new Date(createdAt), expiresAt: new Date(expiresAt), renewable });
    if (until === undefined) {
      await retire(now);
    } else {
      await expect(retire(now)).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringMatching(
          `^1 session may rest on tokens of ${first} until ${new Date(until).toISOString()}`,
        ),
      });
    }
    expect((await kids()).includes(first)).toBe(until !== undefined);
  });

  it('counts the sessions and names the last end; those revoked do not count', async () => {
    const createdAt = new Date(STOPPED - MINUTE);
    await open({ createdAt, expiresAt: new Date(STOPPED + DAY) });
    await open({ createdAt, expiresAt: new Date(STOPPED + 2 * DAY) });
    const revoked = await open({ createdAt, expiresAt: new Date(STOPPED + 3 * DAY) });
    await revokeSessions(own.db, { sessionId: revoked }, 'revoked');
    await expect(retire(STOPPED + HOUR)).rejects.toThrow(
      `2 sessions may rest on tokens of ${first} until ${new Date(STOPPED + 2 * DAY).toISOString()}`,
    );
    await revokeSessions(own.db, { gatewayId }, 'revoked');
    await retire(STOPPED + HOUR);
  });

  it('a key that never signed has no sessions', async () => {
    const { kid } = await rotateKeys(file, { now: STOPPED });
    await open({ createdAt: new Date(STOPPED - MINUTE), expiresAt: new Date(STOPPED + DAY) });
    await retireKey(file, kid, STOPPED + MINUTE, own.db);
    expect(await kids()).not.toContain(kid);
  });

  it('a key that signed until a time that the file does not say may have signed until now', async () => {
    const { keys } = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(
      file,
      JSON.stringify({ keys: keys.map(({ signs_from: _, ...key }: object & { signs_from: number }) => key) }),
    );
    await open({ createdAt: new Date(STOPPED + HOUR), expiresAt: new Date(STOPPED + DAY) });
    await expect(retire(STOPPED + 2 * HOUR)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('no token of a session that renews lives longer than retiring waits for', async () => {
    const tokens = createTokens(await loadKeys(file), () => NOW);
    const { accessExpiresAt } = await openRenewableSession(own.db, tokens, 'gateway', gatewayId, { now: NOW });
    expect(accessExpiresAt.getTime() - NOW).toBeLessThanOrEqual(27 * HOUR);
  });
});
