import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AcceptedMessage } from '../../src/ingest/envelope.ts';
import type { Gateway } from '../db/tenant.ts';
import { BAD_PAYLOADS, type BadPayload, named, refusalsUnder } from '../support/bad-payloads.ts';
import { type WhatBecame, whatBecameOf } from '../support/what-became.ts';
import { batchOf, createDesk, type Desk, say } from './desk.ts';

// Everything at fault that a gateway may send, in one batch.

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.close());

/** Stores them in one batch, each followed by a good reading of its device, and tells what became of all of it. */
async function store(bad: readonly BadPayload[], send: (gateway: Gateway, one: BadPayload) => AcceptedMessage) {
  const gateway = await desk.createGateway();
  const worker = desk.worker({ deadLettersPerGateway: 10_000 });
  const earlier = bad.flatMap((one) => one.earlier.map((before) => message(gateway, { ...one, ...before })));
  await worker.store(batchOf(earlier));
  const sent = bad.flatMap((one) => [send(gateway, one), followUp(gateway, one)]);
  await worker.store(batchOf(sent));
  const books = await desk.books(gateway);
  expect(books.stored + books.duplicate + books.rejected).toBe(earlier.length + sent.length);
  return whatBecameOf(desk.db, gateway.officeId);
}

/** The ref of a message is the name of the device that it is about. */
function message(gateway: Gateway, { kind, device, payload }: Pick<BadPayload, 'kind' | 'device' | 'payload'>) {
  const own = kind === 'batch' || kind === 'status' ? kind : `devices/${device}/${kind}`;
  return say(gateway, device, payload, { topic: `v1/gateways/${gateway.id}/${own}/${device}` });
}

function followUp(gateway: Gateway, { device }: BadPayload) {
  return message(gateway, { kind: 'readings', device, payload: Buffer.from('{"values":{"after":1}}') });
}

describe('a payload at fault, in a batch with all others', () => {
  let became: WhatBecame;
  beforeAll(async () => {
    became = await store(BAD_PAYLOADS, message);
  });

  it.each(named(BAD_PAYLOADS))('%s', (_, bad) => {
    expect(became.refused(bad.device)).toEqual(refusalsUnder('', bad));
    expect(became.stored(bad.device)).toEqual([...bad.stored, 'after=1'].toSorted());
  });
});

describe('a payload at fault, carried by a message between good ones', () => {
  const carried = BAD_PAYLOADS.filter(({ isWhole, kind }) => !isWhole && kind !== 'batch' && kind !== 'status');
  let became: WhatBecame;
  beforeAll(async () => {
    became = await store(carried, (gateway, { kind, device, payload }) => {
      const [before, behind] = ['before', 'behind'].map(
        (label) => `{"device":"${device}","kind":"readings","payload":{"values":{"${label}":1}}}`,
      );
      const bad = `{"device":"${device}","kind":"${kind}","payload":${payload}}`;
      return message(gateway, { kind: 'batch', device, payload: Buffer.from(`[${before},${bad},${behind}]`) });
    });
  });

  it.each(named(carried))('%s', (_, bad) => {
    expect(became.refused(bad.device)).toEqual(refusalsUnder('/1/payload', bad));
    expect(became.stored(bad.device)).toEqual([...bad.stored, 'after=1', 'before=1', 'behind=1'].toSorted());
  });
});
