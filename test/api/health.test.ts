import { createLocalJWKSet, jwtVerify } from 'jose';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ApiOptions, buildApi } from '../../src/api/server.ts';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { createScene, type Scene } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await createScene();
  await vi.waitFor(async () => expect(await scene.queue.isReady()).toBe(true));
});
afterAll(() => scene?.close());

/** The same API with some of its parts replaced. */
async function ask(url: string, parts: Partial<ApiOptions>) {
  const app = await buildApi({ ...scene.parts, ...parts });
  const response = await app.inject(url);
  await app.close();
  return { status: response.statusCode, body: response.json(), type: response.headers['content-type'] };
}

async function away<T>(work: (db: Database) => Promise<T>): Promise<T> {
  const db = openDatabase({ url: 'postgres://postgres@127.0.0.1:1/none', poolSize: 1, log: scene.log });
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

describe('readiness', () => {
  it('names every part', async () => {
    const { status, body } = await scene.get('/readyz');
    expect(status).toBe(200);
    expect(body).toEqual({ status: 'ready', parts: { database: 'ok', schema: 'ok', queue: 'ok' } });
  });

  it('fails with the database, while the process is alive all the same', () =>
    away(async (db) => {
      const { status, body, type } = await ask('/readyz', { db });
      expect([status, type]).toEqual([503, 'application/problem+json; charset=utf-8']);
      expect(body).toMatchObject({
        code: 'DATABASE_UNAVAILABLE',
        parts: { database: 'DATABASE_UNAVAILABLE', schema: 'DATABASE_UNAVAILABLE', queue: 'ok' },
      });
      expect(await ask('/healthz', { db })).toMatchObject({ status: 200, body: { status: 'ok' } });
    }));

  it('fails with a database that takes too long', async () => {
    const db = openDatabase({ url: scene.databaseUrl, poolSize: 1, log: scene.log });
    const { rows } = await sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(db);
    const slow = sql`SELECT pg_sleep(60)`.execute(db).catch(() => {});
    expect((await ask('/readyz', { db })).body.parts.database).toBe('DATABASE_UNAVAILABLE');
    await sql`SELECT pg_cancel_backend(${rows[0]?.pid})`.execute(scene.db);
    await slow;
    await db.destroy();
  });

  it('fails with the queue', async () => {
    const queue = { ...scene.queue, isReady: async () => false };
    const { status, body } = await ask('/readyz', { queue });
    expect(status).toBe(503);
    expect(body).toMatchObject({ code: 'QUEUE_UNAVAILABLE', parts: { database: 'ok', queue: 'QUEUE_UNAVAILABLE' } });
  });

  it('fails with a schema that is too old', async () => {
    const { rows } = await sql<{ name: string }>`
      DELETE FROM kysely_migration WHERE name = (SELECT max(name) FROM kysely_migration) RETURNING *`.execute(scene.db);
    expect((await scene.get('/readyz')).body).toMatchObject({
      code: 'SCHEMA_OUTDATED',
      parts: { schema: 'SCHEMA_OUTDATED' },
    });
    const [row] = rows as { name: string; timestamp: string }[];
    await sql`INSERT INTO kysely_migration VALUES (${row?.name}, ${row?.timestamp})`.execute(scene.db);
    expect((await scene.get('/readyz')).status).toBe(200);
  });
});

it('the overview shows a queue that is away instead of failing with it', async () => {
  const token = await scene.signIn(await scene.createUser({ isAdmin: true }));
  const queue = { ...scene.queue, isReady: async () => false, depth: () => new Promise<never>(() => {}) };
  const app = await buildApi({ ...scene.parts, queue });
  const headers = { authorization: `Bearer ${token}` };
  const response = await app.inject({ url: '/admin/api/v1/overview', headers });
  await app.close();
  expect(response.statusCode).toBe(200);
  expect(response.json().queue).toMatchObject({ ready: false, version: null, waiting: null, failed: null });
});

it('the public keys verify our tokens, and have nothing private', async () => {
  const { status, body, headers } = await scene.get('/.well-known/jwks.json');
  expect(status).toBe(200);
  expect(headers['cache-control']).toBe('public, max-age=300');
  expect(Object.keys(body.keys[0]).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
  const token = await scene.signIn(await scene.createUser());
  const { payload } = await jwtVerify(token, createLocalJWKSet(body), { currentDate: new Date(scene.clock.now) });
  expect(payload.iss).toBe('stepcloud');
});
