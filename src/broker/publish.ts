import type { Client, PublishPacket } from 'aedes';
import { StepCloudError } from '../errors.ts';
import type { AcceptedMessage } from '../ingest/envelope.ts';
import type { Ingest } from '../ingest/ingest.ts';
import { type Route, routeTopic } from '../messages/topics.ts';
import type { Log } from '../telemetry/log.ts';
import type { Connections } from './connect.ts';

const KEPT_OF_REFUSED_BYTES = 1024;
const ROUTES_PER_CONNECTION = 256;
/** What stock bridges publish about themselves. */
const BRIDGE_STATE = '$SYS/broker/connection/';

type Acknowledge = (error?: Error | null) => void;

export interface PublishOptions {
  ingest: Ingest;
  connections: Connections;
  maxPacketBytes: number;
  clock: () => number;
  log: Log;
}

/**
 * PUBLISH: Aedes writes the PUBACK when this answers and before anything else, so the answer waits for the queue. An
 * error closes the connection without PUBACK and the gateway sends again; so errors are for what may succeed later, and
 * what never will is acknowledged and becomes a dead letter.
 */
export function createAuthorizePublish({ ingest, connections, maxPacketBytes, clock, log }: PublishOptions) {
  const routes = new WeakMap<Client, Map<string, Route>>();

  return (client: Client | null, packet: PublishPacket, acknowledge: Acknowledge): void => {
    const identity = client && connections.get(client);
    if (!identity)
      return acknowledge(new StepCloudError('CREDENTIALS_INVALID', 'only a connected gateway may publish'));
    const { gatewayId } = identity;
    packet.retain = false;
    if (packet.topic.startsWith('$')) {
      if (packet.topic.startsWith(BRIDGE_STATE)) return ingest.pass(gatewayId, () => acknowledge(null));
      return acknowledge(new StepCloudError('TOPIC_UNKNOWN', 'topics that begin with $ belong to the broker'));
    }
    ingest.accept(toMessage(client, gatewayId, packet), (error, messageId) => {
      if (error) return acknowledge(error);
      log.trace({ message: messageId, gateway: gatewayId, topic: packet.topic }, 'message in the queue');
      acknowledge(null);
    });
  };

  function toMessage(client: Client, gatewayId: string, { topic, payload }: PublishPacket): AcceptedMessage {
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    const message = { gatewayId, topic, receivedAt: clock(), payload: bytes };
    const refused = refusal(routeOf(client, topic, gatewayId), bytes.length);
    return refused ? { ...message, payload: bytes.subarray(0, KEPT_OF_REFUSED_BYTES), refused } : message;
  }

  function refusal(route: Route, size: number): AcceptedMessage['refused'] {
    if ('refused' in route) return { code: route.refused, detail: route.detail, size };
    if (size <= maxPacketBytes) return undefined;
    return { code: 'PAYLOAD_TOO_LARGE', detail: `${size} bytes; ${maxPacketBytes} are allowed`, size };
  }

  /** A gateway publishes to the same few topics for as long as it is connected. */
  function routeOf(client: Client, topic: string, gatewayId: string): Route {
    const known = routes.get(client) ?? new Map<string, Route>();
    routes.set(client, known);
    let route = known.get(topic);
    if (!route) {
      if (known.size >= ROUTES_PER_CONNECTION) known.clear();
      route = routeTopic(topic, gatewayId);
      known.set(topic, route);
    }
    return route;
  }
}
