import type { Client } from 'aedes';
import { expect, it } from 'vitest';
import type { Held } from '../../src/ingest/ingest.ts';
import { GATEWAY, startHeld } from './aedes.ts';
import { publish } from './wire.ts';

it('of a connection that is revoked nothing more is taken: neither what its guard holds, nor what is on its way', async () => {
  const helds: Held[] = [];
  const { client, connections } = await startHeld((held) => void helds.push(held), { maxInflightMessages: 2 });
  const message = (id: number) => publish({ topic: `v1/gateways/${GATEWAY}/devices/d/readings`, qos: 1, id });
  client.send(...[1, 2, 3, 4, 5].map(message));
  await expect.poll(() => helds.length).toBe(2);
  connections.revoke([...connections.open.keys()][0] as Client, 'a test');
  client.send(message(6));
  for (const held of helds) held(undefined, 'm');
  await client.closed();
  expect(helds).toHaveLength(2);
  expect(client.ids('puback')).toEqual([]);
  await expect.poll(() => connections.open.size).toBe(0);
});
