import type { AedesOptions, Client, Subscription } from 'aedes';
import type { Db } from '../db/database.ts';
import { wishReceipts } from '../db/receipts.ts';
import type { Log } from '../telemetry/log.ts';
import type { Connections } from './connections.ts';
import type { Downlink } from './downlink.ts';
import { answerOnce } from './hooks.ts';

const MAX_SUBSCRIPTIONS = 16;
const DEADLINE_MS = 5_000;

type Answer = Parameters<NonNullable<AedesOptions['authorizeSubscribe']>>[2];

export interface SubscribeOptions {
  connections: Connections;
  downlink: Downlink;
  db: Db;
  log: Log;
}

/**
 * SUBSCRIBE: what StepCloud has to say to this gateway, `v1/gateways/{gatewayId}/down/#` or a part of it. Any other
 * filter gets 0x80, [MQTT-3.9.3-2]: gateways never hear each other, nor the broker's own topics. The SUBACK for receipts
 * comes once the workers can see that they are wanted, so that a message sent after it has one.
 */
export function createAuthorizeSubscribe({ connections, downlink, db, log }: SubscribeOptions) {
  return (client: Client, subscription: Subscription, done: Answer): void => {
    const identity = connections.of(client)?.identity;
    const { topic } = subscription;
    const own = identity !== undefined && topic.startsWith(`v1/gateways/${identity.gatewayId}/down/`);
    const { subscriptions } = client as unknown as { subscriptions: object };
    if (!own || Object.keys(subscriptions).length >= MAX_SUBSCRIPTIONS) return done(null, null);
    if (!downlink.covers(client, 'receipts', topic)) return done(null, subscription);
    // While the database is away the feed of receipts, which looks now and then, does it later.
    const grant = (): void => done(null, subscription);
    answerOnce('authorizeSubscribe', log, DEADLINE_MS, grant, () => wishReceipts(db, [identity.gatewayId]));
  };
}
