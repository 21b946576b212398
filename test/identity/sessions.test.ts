import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { type Keys, loadKeys } from '../../src/identity/keys.ts';
import { authenticateGateway, authenticateUser, openSession } from '../../src/identity/sessions.ts';
import { createTokens, type Tokens } from '../../src/identity/tokens.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const HOUR = 3_600_000;

let database: TestDatabase;
let db: Database;
let keys: Keys;
let tokens: Tokens;
let folder: string;

beforeAll(async () => {
  database = await createDatabase();
  db = openDatabase({ url: database.url, poolSize: 2, log: createLog('test', { level: 'silent', pretty: false }) });
  folder = await mkdtemp(join(tmpdir(), 'stepcloud-sessions-'));
  keys = await loadKeys(join(folder, 'keys.json'));
  tokens = createTokens(keys, () => NOW);
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
  await rm(folder, { recursive: true });
});

async function createGateway() {
  const [id, customerId, officeId] = [randomUUID(), randomUUID(), randomUUID()];
  await db.insertInto('customer').values({ id: customerId, name: 'A customer' }).execute();
  await db.insertInto('office').values({ id: officeId, customer_id: customerId, name: 'An office' }).execute();
  await db
    .insertInto('gateway')
    .values({ id, customer_id: customerId, office_id: officeId, label: 'A gateway' })
    .execute();
  return { id, customerId, officeId };
}

async function createUser() {
  const id = randomUUID();
  await db
    .insertInto('user')
    .values({ id, email: `${id}@example.org`, first_name: 'A', last_name: 'User' })
    .execute();
  return id;
}

const open = (kind: 'user' | 'gateway', id: string) =>
  openSession(db, tokens, kind, id, { now: NOW, lifetimeMs: HOUR });
const refused = { code: 'CREDENTIALS_INVALID' };

describe('the session of a gateway', () => {
  it('tells to whom its data belongs', async () => {
    const { id, customerId, officeId } = await createGateway();
    const { token, sessionId, expiresAt } = await open('gateway', id);
    expect(await authenticateGateway(db, tokens, token, NOW)).toEqual({
      gatewayId: id,
      customerId,
      officeId,
      label: 'A gateway',
      sessionId,
      expiresAt: expiresAt.getTime(),
      renewable: false,
      keyId: (await keys.signing()).kid,
    });
  });

  it.each<[string, (gateway: Awaited<ReturnType<typeof createGateway>>, sessionId: string) => Promise<unknown>]>([
    [
      'it was revoked',
      (_, id) =>
        db
          .updateTable('session')
          .set({ revoked_at: new Date(NOW) })
          .where('id', '=', id)
          .execute(),
    ],
    ['it was removed', (_, id) => db.deleteFrom('session').where('id', '=', id).execute()],
    [
      'it was shortened',
      (_, id) =>
        db
          .updateTable('session')
          .set({ expires_at: new Date(NOW) })
          .where('id', '=', id)
          .execute(),
    ],
    [
      'its gateway was deleted',
      ({ id }) =>
        db
          .updateTable('gateway')
          .set({ deleted_at: new Date(NOW) })
          .where('id', '=', id)
          .execute(),
    ],
    [
      'its customer was suspended',
      ({ customerId }) =>
        db
          .updateTable('customer')
          .set({ suspended_at: new Date(NOW) })
          .where('id', '=', customerId)
          .execute(),
    ],
  ])('ends when %s, though its token is still good', async (_, end) => {
    const gateway = await createGateway();
    const { token, sessionId } = await open('gateway', gateway.id);
    await authenticateGateway(db, tokens, token, NOW);
    await end(gateway, sessionId);
    await expect(authenticateGateway(db, tokens, token, NOW)).rejects.toMatchObject(refused);
  });

  it('revoked, leaves another one of the same gateway alone', async () => {
    const { id } = await createGateway();
    const [one, other] = [await open('gateway', id), await open('gateway', id)];
    await db
      .updateTable('session')
      .set({ revoked_at: new Date(NOW) })
      .where('id', '=', one.sessionId)
      .execute();
    await authenticateGateway(db, tokens, other.token, NOW);
  });

  it('of one gateway does not speak for another, even in a token with our signature', async () => {
    const [one, other] = [await createGateway(), await createGateway()];
    const { sessionId, expiresAt } = await open('gateway', one.id);
    const token = await tokens.issue('gateway', { subject: other.id, sessionId, expiresAt: expiresAt.getTime() });
    await expect(authenticateGateway(db, tokens, token, NOW)).rejects.toMatchObject(refused);
  });

  it('is not asked for when the signature is false', async () => {
    const closed = openDatabase({
      url: 'postgres://127.0.0.1:1/none',
      poolSize: 1,
      log: createLog('test', { level: 'silent', pretty: false }),
    });
    const { token } = await open('gateway', (await createGateway()).id);
    await expect(authenticateGateway(closed, tokens, `${token.slice(0, -9)}AAAAAAAAA`, NOW)).rejects.toMatchObject(
      refused,
    );
    await expect(authenticateGateway(closed, tokens, token, NOW)).rejects.toThrow('ECONNREFUSED');
    await closed.destroy();
  });
});

describe('the session of a user', () => {
  it('tells who it is', async () => {
    const id = await createUser();
    const { token, sessionId, expiresAt } = await open('user', id);
    expect(await authenticateUser(db, tokens, token, NOW)).toEqual({
      userId: id,
      email: `${id}@example.org`,
      isAdmin: false,
      firstName: 'A',
      lastName: 'User',
      sessionId,
      expiresAt: expiresAt.getTime(),
      keyId: (await keys.signing()).kid,
    });
  });

  it.each<[string, (userId: string, sessionId: string) => Promise<unknown>]>([
    [
      'it was revoked',
      (_, id) =>
        db
          .updateTable('session')
          .set({ revoked_at: new Date(NOW) })
          .where('id', '=', id)
          .execute(),
    ],
    ['its user was deactivated', (id) => db.updateTable('user').set({ active: false }).where('id', '=', id).execute()],
    ['its user was removed', (id) => db.deleteFrom('user').where('id', '=', id).execute()],
  ])('ends when %s, though its token is still good', async (_, end) => {
    const id = await createUser();
    const { token, sessionId } = await open('user', id);
    await end(id, sessionId);
    await expect(authenticateUser(db, tokens, token, NOW)).rejects.toMatchObject(refused);
  });

  it('does not pass for that of a gateway, nor the other way round', async () => {
    const user = await open('user', await createUser());
    const gateway = await open('gateway', (await createGateway()).id);
    await expect(authenticateGateway(db, tokens, user.token, NOW)).rejects.toMatchObject(refused);
    await expect(authenticateUser(db, tokens, gateway.token, NOW)).rejects.toMatchObject(refused);
  });

  it('is never for a user and a gateway at once', async () => {
    const values = { id: randomUUID(), created_at: new Date(NOW), expires_at: new Date(NOW + HOUR) };
    const both = { ...values, user_id: await createUser(), gateway_id: (await createGateway()).id };
    for (const row of [both, { ...values, user_id: null, gateway_id: null }]) {
      await expect(db.insertInto('session').values(row).execute()).rejects.toMatchObject({ code: '23514' });
    }
  });
});
