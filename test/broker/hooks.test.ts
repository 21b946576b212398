import { setImmediate as turn } from 'node:timers/promises';
import type { Aedes, Client, PublishPacket } from 'aedes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerOnce, answerSafely } from '../../src/broker/hooks.ts';
import type { Held } from '../../src/ingest/ingest.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { GATEWAY, startAedes, startHeld } from './aedes.ts';
import { openRaw, type RawClient } from './raw.ts';
import { connect, pingreq, publish } from './wire.ts';

const DEADLINE_MS = 100;
const log = createLog('test', { level: 'silent', pretty: false });

/** What would have ended the process. */
let fatal: unknown[];
const onFatal = (fault: unknown) => fatal.push(fault);
beforeEach(() => {
  fatal = [];
  process.on('uncaughtException', onFatal).on('unhandledRejection', onFatal);
});
afterEach(async () => {
  await turn();
  process.off('uncaughtException', onFatal).off('unhandledRejection', onFatal);
  expect(fatal).toEqual([]);
});

/** What a hook may do wrong; `settle` is how it answers, `later` resolves once the test says so. */
type Work = (settle: (error: Error | null) => void, later: Promise<void>) => unknown;

/** The ways of a hook to go wrong without an answer. */
const FAULTS: [name: string, work: Work][] = [
  [
    'throws',
    () => {
      throw new Error('thrown');
    },
  ],
  [
    'throws what is no error',
    () => {
      throw undefined;
    },
  ],
  ['rejects', () => Promise.reject(new Error('rejected'))],
  ['rejects with what is no error', () => Promise.reject('rejected')],
  ['never answers', () => new Promise(() => {})],
  ['answers too late', (_, later) => later],
];

/** Runs such work as a hook that returns a promise does. */
function runAsync(name: string, work: Work, answer: (error: Error | null) => void, later: Promise<void>): void {
  answerOnce(name, log, DEADLINE_MS, answer, async () => {
    await work(() => {}, later);
  });
}

function createLater() {
  let arrive = () => {};
  const later = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  return { later, arrive };
}

/** Sends one message and something behind it. */
function sendMessage(client: RawClient): void {
  client.send(publish({ topic: 'a', payload: 'x', qos: 1, id: 1 }), pingreq);
}

describe('a hook of CONNECT that', () => {
  it.each(FAULTS)('%s refuses the client', async (_, work) => {
    const { later, arrive } = createLater();
    const { aedes, port } = await startAedes(() => ({
      authenticate: (_client, _username, _password, done) =>
        runAsync('authenticate', work, (error) => done(error as never, !error), later),
    }));
    const client = await openRaw(port);
    client.send(connect());
    await client.closed();
    arrive();
    await turn();
    expect(client.received).toMatchObject([{ cmd: 'connack', returnCode: 5 }]);
    expect(aedes.connectedClients).toBe(0);
  });

  it('answers after the client has gone lets nobody in', async () => {
    const { later, arrive } = createLater();
    const started = createLater();
    const { aedes, port } = await startAedes(() => ({
      authenticate: (client, _username, _password, done) => {
        started.arrive();
        client.conn.once('close', arrive);
        runAsync(
          'authenticate',
          () => later,
          (error) => done(error as never, !error),
          later,
        );
      },
    }));
    const client = await openRaw(port);
    client.send(connect());
    await started.later;
    client.destroy();
    await later;
    await turn();
    expect(aedes.connectedClients).toBe(0);
  });
});

describe('a hook of PUBLISH that', () => {
  const serve = (authorizePublish: (settled: (error: Error | null) => void) => void) =>
    startAedes(() => ({ authorizePublish: (_client, _packet, done) => authorizePublish((error) => done(error)) }));

  async function connected(port: number): Promise<RawClient> {
    const client = await openRaw(port);
    client.send(connect());
    await client.until('connack');
    return client;
  }

  it.each(FAULTS)('%s closes the connection without PUBACK', async (_, work) => {
    const { later, arrive } = createLater();
    const { port } = await serve((settled) => runAsync('authorizePublish', work, settled, later));
    const client = await connected(port);
    sendMessage(client);
    await client.closed();
    arrive();
    await turn();
    expect(client.ids('puback')).toEqual([]);
    await connected(port);
  });

  it.each<[string, Work]>([
    [
      'answers twice',
      (settle) => {
        settle(null);
        settle(null);
      },
    ],
    [
      'answers twice, the second time later',
      (settle, later) => {
        settle(null);
        later.then(() => settle(null));
      },
    ],
    [
      'answers and refuses',
      (settle) => {
        settle(null);
        settle(new Error('after all'));
      },
    ],
    [
      'answers and throws',
      (settle) => {
        settle(null);
        throw new Error('after all');
      },
    ],
  ])('%s gives one PUBACK, and the connection stays', async (_, work) => {
    const { later, arrive } = createLater();
    const { port } = await serve((settled) => {
      answerSafely('authorizePublish', log, settled, (settle) => void work((error) => settle(error), later));
    });
    const client = await connected(port);
    sendMessage(client);
    await client.until('puback');
    arrive();
    client.send(pingreq);
    await client.until('pingresp', 2);
    expect(client.ids('puback')).toEqual([1]);
    client.destroy();
  });

  it('throws before it answers closes the connection without PUBACK', async () => {
    const { port } = await serve((settled) => {
      answerSafely('authorizePublish', log, settled, () => {
        throw new Error('thrown');
      });
    });
    const client = await connected(port);
    sendMessage(client);
    await client.closed();
    expect(client.ids('puback')).toEqual([]);
  });

  it('is answered by an Aedes that throws ends nothing', async () => {
    answerSafely(
      'authorizePublish',
      log,
      () => {
        throw new Error('Aedes');
      },
      (settle) => settle(null),
    );
  });
});

describe('the hook of PUBLISH as it is', () => {
  const message = (id: number, qos = 1) =>
    publish({ topic: `v1/gateways/${GATEWAY}/devices/d/readings`, payload: `${id}`, qos, id });

  it('gives one PUBACK to what is called back twice, and goes on', async () => {
    const { client } = await startHeld((held) =>
      queueMicrotask(() => {
        held(undefined, 'm');
        held(undefined, 'm');
      }),
    );
    for (let id = 1; id <= 50; id++) client.send(message(id));
    await client.until('puback', 50);
    client.send(message(51), pingreq);
    await client.until('puback', 51);
    expect(client.ids('puback')).toEqual(Array.from({ length: 51 }, (_, n) => n + 1));
  });

  it('closes the connection when what it calls throws', async () => {
    const { client } = await startHeld(() => {
      throw new Error('thrown');
    });
    client.send(message(1), message(2));
    await client.closed();
    expect(client.ids('puback')).toEqual([]);
  });

  it('keeps nothing of a message at QoS 2 but its packet id', async () => {
    const { aedes, client } = await startHeld((held) => queueMicrotask(() => held(undefined, 'm')));
    client.send(message(1, 2));
    await client.until('pubrec');
    const [id] = Object.keys((aedes as unknown as { clients: Record<string, Client> }).clients);
    expect(await incoming(aedes, id as string, 1)).toMatchObject({
      messageId: 1,
      topic: 'taken',
      payload: Buffer.alloc(0),
    });
  });

  it('keeps nothing at all when the answer comes after the client has gone', async () => {
    const helds: Held[] = [];
    const { aedes, client } = await startHeld((held) => void helds.push(held));
    client.send(message(1, 2), message(2, 2));
    await expect.poll(() => helds.length).toBe(2);
    const [id] = Object.keys((aedes as unknown as { clients: Record<string, Client> }).clients);
    client.destroy();
    await expect.poll(() => aedes.connectedClients).toBe(0);
    for (const held of helds) held(undefined, 'm');
    await turn();
    for (const packetId of [1, 2]) expect(await incoming(aedes, id as string, packetId)).toBeUndefined();
  });

  /** What Aedes keeps of a message at QoS 2 that waits for its PUBREL. */
  async function incoming(aedes: Aedes, id: string, messageId: number): Promise<PublishPacket | undefined> {
    const { persistence } = aedes as unknown as {
      persistence: { incomingGetPacket(client: object, packet: object): Promise<PublishPacket> };
    };
    return persistence.incomingGetPacket({ id }, { messageId }).catch(() => undefined);
  }
});
