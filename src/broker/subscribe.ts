import type { AedesOptions, Client, Subscription } from 'aedes';
import type { Connections } from './connections.ts';

const MAX_SUBSCRIPTIONS = 16;

type Answer = Parameters<NonNullable<AedesOptions['authorizeSubscribe']>>[2];

/**
 * SUBSCRIBE: what StepCloud has to say to this gateway, `v1/gateways/{gatewayId}/down/#` or a part of it. Any other
 * filter gets 0x80, [MQTT-3.9.3-2]: gateways never hear each other, nor the broker's own topics.
 */
export function createAuthorizeSubscribe(connections: Connections) {
  return (client: Client, subscription: Subscription, done: Answer): void => {
    const identity = connections.of(client)?.identity;
    const own = identity !== undefined && subscription.topic.startsWith(`v1/gateways/${identity.gatewayId}/down/`);
    const { subscriptions } = client as unknown as { subscriptions: object };
    done(null, own && Object.keys(subscriptions).length < MAX_SUBSCRIPTIONS ? subscription : null);
  };
}
