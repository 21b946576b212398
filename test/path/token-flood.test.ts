import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadKeys } from '../../src/identity/keys.ts';
import { connectOf, openGateway, openRaw } from '../broker/raw.ts';
import { forgeTokens } from '../support/forged-tokens.ts';
import { type OwnPostgres, ownPostgres } from '../support/postgres.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';

const FLOOD = 3_000;
const AT_ONCE = 150;

/** The good gateway's own CONNECT, but for the signature: it is by another key, under the id of ours. */
async function forge(world: World, gateway: TestGateway): Promise<Buffer> {
  const who = { subject: gateway.id, sessionId: randomUUID(), now: Date.now() };
  const tokens = await forgeTokens(await loadKeys(world.config.keysFile), 'gateway', who);
  return connectOf({ ...gateway, token: tokens['the key of a stranger'] as string });
}

async function isRefused(world: World, connect: Buffer): Promise<void> {
  const client = await openRaw(world.mqttPort);
  client.send(connect);
  await client.until('connack');
  expect(client.received).toMatchObject([{ cmd: 'connack', returnCode: 5 }]);
  await client.closed();
}

describe('a flood of CONNECTs with tokens of a foreign key', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ roles: ['broker'] });
  });
  afterAll(() => world.close());

  it('keeps no gateway out: one connects again and again meanwhile, and gets in each time', async () => {
    const gateway = await world.createGateway();
    const forged = await forge(world, gateway);
    let left = FLOOD;
    const attack = async () => {
      while (left-- > 0) await isRefused(world, forged);
    };
    const flood = Promise.all(Array.from({ length: AT_ONCE }, attack));
    let isOver = false;
    flood.finally(() => {
      isOver = true;
    });
    const waits: number[] = [];
    while (!isOver) {
      const before = performance.now();
      const client = await openGateway(world, gateway, { clientId: randomUUID() });
      waits.push(performance.now() - before);
      client.destroy();
    }
    await flood;
    waits.sort((a, b) => a - b);
    console.log(
      `token flood: ${FLOOD} refused while ${waits.length} good CONNECTs took ${Math.round(waits.at(-1) as number)} ms at most`,
    );
    expect(waits.length).toBeGreaterThan(0);
    expect(waits.at(-1)).toBeLessThan(10_000);
  });
});

describe('while Postgres is away', () => {
  let postgres: OwnPostgres;
  let world: World;
  beforeEach(async () => {
    postgres = await ownPostgres();
    world = await createWorld({ roles: ['broker'], databaseUrl: postgres.url });
  });
  afterEach(async () => {
    await world.close();
    await postgres.remove();
  });

  it('a wrong signature is refused as always, since nobody asks the database for it; a good token gets no answer', async () => {
    const gateway = await world.createGateway();
    const forged = await forge(world, gateway);
    await postgres.stop();
    for (let n = 0; n < 20; n++) await isRefused(world, forged);
    const client = await openRaw(world.mqttPort);
    client.send(connectOf(gateway));
    await client.closed();
    expect(client.received).toEqual([]);
    await postgres.start();
    await vi.waitFor(async () => (await openGateway(world, gateway)).destroy(), { timeout: 15_000, interval: 100 });
  });
});
