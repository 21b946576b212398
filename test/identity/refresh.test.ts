import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { loadKeys } from '../../src/identity/keys.ts';
import { hashSecret } from '../../src/identity/refresh.ts';
import {
  authenticateGateway,
  authenticateUser,
  type IssuedTokens,
  openRenewableSession,
  RefreshTokenReused,
  refreshSession,
} from '../../src/identity/sessions.ts';
import { createTokens, type TokenKind, type Tokens } from '../../src/identity/tokens.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const KINDS = [
  { kind: 'user', accessMs: 15 * MINUTE, spreadMs: 0, idleMs: 30 * DAY },
  { kind: 'gateway', accessMs: DAY, spreadMs: DAY / 10, idleMs: 90 * DAY },
] as const;
const refused = { code: 'CREDENTIALS_INVALID' };

const keysFile = join(tmpdir(), `stepcloud-keys-${randomUUID()}.json`);
let database: TestDatabase;
let db: Database;
let tokens: Tokens;
let now: number;

beforeAll(async () => {
  database = await createDatabase();
  db = openDatabase({ url: database.url, poolSize: 10, log: createLog('test', { level: 'silent', pretty: false }) });
  tokens = createTokens(await loadKeys(keysFile), () => now);
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
  await rm(keysFile);
});
beforeEach(() => {
  now = Date.UTC(2026, 10, 23, 12);
});

async function createSubject(kind: TokenKind) {
  const [id, customerId, officeId] = [randomUUID(), randomUUID(), randomUUID()];
  if (kind === 'user') {
    await db
      .insertInto('user')
      .values({ id, email: `${id}@example.org` })
      .execute();
  } else {
    await db.insertInto('customer').values({ id: customerId, name: 'A customer' }).execute();
    await db.insertInto('office').values({ id: officeId, customer_id: customerId, name: 'An office' }).execute();
    await db.insertInto('gateway').values({ id, customer_id: customerId, office_id: officeId }).execute();
  }
  return { id, customerId };
}

const open = async (kind: TokenKind) =>
  openRenewableSession(db, tokens, kind, (await createSubject(kind)).id, { now, address: '192.0.2.1' });
const refresh = (kind: TokenKind, token: string) =>
  refreshSession(db, tokens, kind, token, { now, address: '192.0.2.2', client: 'a client' });
const stands = (kind: TokenKind, { accessToken }: IssuedTokens) =>
  (kind === 'user' ? authenticateUser : authenticateGateway)(db, tokens, accessToken, now).then(
    () => true,
    () => false,
  );
const sessionOf = ({ sessionId }: IssuedTokens) =>
  db.selectFrom('session').where('id', '=', sessionId).selectAll().executeTakeFirstOrThrow();
const keptOf = ({ sessionId }: IssuedTokens) =>
  db.selectFrom('refresh_token').where('session_id', '=', sessionId).orderBy('issued_at').selectAll().execute();

describe.each(KINDS)('a renewable session of a $kind', ({ kind, accessMs, spreadMs, idleMs }) => {
  it('begins with an access token for its time and a refresh token of which only the hash is kept', async () => {
    const issued = await open(kind);
    const life = issued.accessExpiresAt.getTime() - now;
    expect(Math.abs(life - accessMs)).toBeLessThanOrEqual(spreadMs);
    expect(await tokens.verify(kind, issued.accessToken)).toMatchObject({
      subject: issued.subject,
      sessionId: issued.sessionId,
      expiresAt: issued.accessExpiresAt.getTime(),
    });
    expect(issued.refreshToken).toMatch(/^[\w-]{43}$/);
    expect((await keptOf(issued)).map(({ hash }) => hash)).toEqual([hashSecret(issued.refreshToken)]);
    expect(await sessionOf(issued)).toMatchObject({ renewable: true, expires_at: new Date(now + idleMs) });
  });

  it('is refreshed again and again, each time with a token of its own', async () => {
    const first = await open(kind);
    const chain = [first];
    for (let n = 0; n < 5; n++) {
      now += DAY;
      chain.push(await refresh(kind, (chain.at(-1) as IssuedTokens).refreshToken));
    }
    expect(new Set(chain.map(({ refreshToken }) => refreshToken)).size).toBe(6);
    expect(new Set(chain.map(({ sessionId }) => sessionId)).size).toBe(1);
    expect(await stands(kind, chain[5] as IssuedTokens)).toBe(true);
    expect(await sessionOf(first)).toMatchObject({
      address: '192.0.2.1',
      last_address: '192.0.2.2',
      client: 'a client',
      last_used_at: new Date(now),
      expires_at: new Date(now + idleMs),
    });
    const kept = await keptOf(first);
    expect(kept.map(({ hash }) => hash)).toEqual(chain.map(({ refreshToken }) => hashSecret(refreshToken)));
    // Only the last one that was used still leads to its successor.
    expect(kept.map(({ successor_salt }) => successor_salt !== null)).toEqual([
      false,
      false,
      false,
      false,
      true,
      false,
    ]);
  });

  it('refreshed by twenty at once with one token has one successor', async () => {
    const first = await open(kind);
    const all = await Promise.all(Array.from({ length: 20 }, () => refresh(kind, first.refreshToken)));
    const successors = new Set(all.map(({ refreshToken }) => refreshToken));
    expect(successors.size).toBe(1);
    expect(await keptOf(first)).toHaveLength(2);
    await refresh(kind, [...successors][0] as string);
  });

  it('gives the same successor again, also much later, until that was used', async () => {
    const first = await open(kind);
    const second = await refresh(kind, first.refreshToken);
    now += 10 * DAY;
    expect((await refresh(kind, first.refreshToken)).refreshToken).toBe(second.refreshToken);
    await refresh(kind, second.refreshToken);
    await expect(refresh(kind, first.refreshToken)).rejects.toBeInstanceOf(RefreshTokenReused);
  });

  it(`${kind === 'user' ? 'ends' : 'goes on'} when a token comes that was replaced long ago`, async () => {
    const first = await open(kind);
    const other = await openRenewableSession(db, tokens, kind, first.subject, { now });
    const third = await refresh(kind, (await refresh(kind, first.refreshToken)).refreshToken);
    await expect(refresh(kind, first.refreshToken)).rejects.toMatchObject({
      ...refused,
      subject: first.subject,
      sessionId: first.sessionId,
    });
    const goesOn = kind === 'gateway';
    expect(await stands(kind, third)).toBe(goesOn);
    expect((await sessionOf(first)).revoked_reason).toBe(goesOn ? null : 'token reused');
    expect(
      await refresh(kind, third.refreshToken).then(
        () => true,
        () => false,
      ),
    ).toBe(goesOn);
    await refresh(kind, other.refreshToken);
  });

  it('once ended is refused, and an old token of it is no reuse any more', async () => {
    const first = await open(kind);
    await refresh(kind, (await refresh(kind, first.refreshToken)).refreshToken);
    await db.updateTable('session').set({ revoked_at: new Date() }).where('id', '=', first.sessionId).execute();
    const refusal = await refresh(kind, first.refreshToken).catch((error) => error);
    expect(refusal).toMatchObject(refused);
    expect(refusal).not.toBeInstanceOf(RefreshTokenReused);
  });

  it('lasts to the end of its idle time and no longer, and then its tokens are forgotten', async () => {
    const first = await open(kind);
    now += idleMs - 1;
    const second = await refresh(kind, first.refreshToken);
    now += idleMs - 1;
    const third = await refresh(kind, second.refreshToken);
    now += 2;
    const fourth = await refresh(kind, third.refreshToken);
    // The first was used longer ago than the idle time: nobody knows it any more, so it ends nothing.
    const refusal = await refresh(kind, first.refreshToken).catch((error) => error);
    expect(refusal).toMatchObject(refused);
    expect(refusal).not.toBeInstanceOf(RefreshTokenReused);
    expect(await stands(kind, fourth)).toBe(true);
    now += idleMs;
    await expect(refresh(kind, fourth.refreshToken)).rejects.toMatchObject(refused);
  });

  it('is not refreshed with a token of the other kind, nor with one that was never given', async () => {
    const { refreshToken } = await open(kind);
    const other = kind === 'user' ? 'gateway' : 'user';
    for (const token of [(await open(other)).refreshToken, 'A'.repeat(43), '', `${refreshToken}A`])
      await expect(refresh(kind, token)).rejects.toMatchObject(refused);
    await expect(refresh(other, refreshToken)).rejects.toMatchObject(refused);
    await refresh(kind, refreshToken);
  });
});

it.each<[string, TokenKind, (subject: { id: string; customerId: string }) => Promise<unknown>]>([
  [
    'a user who was deactivated',
    'user',
    ({ id }) => db.updateTable('user').set({ active: false }).where('id', '=', id).execute(),
  ],
  [
    'a gateway that was deleted',
    'gateway',
    ({ id }) =>
      db
        .updateTable('gateway')
        .set({ deleted_at: new Date(now) })
        .where('id', '=', id)
        .execute(),
  ],
  [
    'a gateway whose customer is suspended',
    'gateway',
    ({ customerId }) =>
      db
        .updateTable('customer')
        .set({ suspended_at: new Date(now) })
        .where('id', '=', customerId)
        .execute(),
  ],
])('the session of %s is not refreshed, and its token is not used up', async (_, kind, end) => {
  const subject = await createSubject(kind);
  const issued = await openRenewableSession(db, tokens, kind, subject.id, { now });
  await end(subject);
  await expect(refresh(kind, issued.refreshToken)).rejects.toMatchObject(refused);
  expect(await keptOf(issued)).toMatchObject([{ used_at: null }]);
});
