import type { Client, PublishPacket } from 'aedes';
import { StepCloudError } from '../errors.ts';
import type { AcceptedMessage } from '../ingest/envelope.ts';
import type { Ingest } from '../ingest/ingest.ts';
import { type Route, routeTopic } from '../messages/topics.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Connections } from './connections.ts';
import { answerSafely } from './hooks.ts';

const KEPT_OF_REFUSED_BYTES = 1024;
const ROUTES_PER_CONNECTION = 256;
/** What stock bridges publish about themselves. */
const BRIDGE_STATE = '$SYS/broker/connection/';
const NOTHING = Buffer.alloc(0);

type Acknowledge = (error?: Error | null) => void;

export interface PublishOptions {
  ingest: Ingest;
  connections: Connections;
  maxPacketBytes: number;
  clock: () => number;
  metrics: Metrics;
  log: Log;
}

/**
 * PUBLISH: Aedes writes the PUBACK when this answers and before anything else, so the answer waits for the queue. An
 * error closes the connection without PUBACK and the gateway sends again; so errors are for what may succeed later, and
 * what never will is acknowledged and becomes a dead letter.
 */
export function createAuthorizePublish({ ingest, connections, maxPacketBytes, clock, metrics, log }: PublishOptions) {
  const routes = new WeakMap<Client, Map<string, Route>>();
  const tracing = log.isLevelEnabled('trace');

  return (client: Client | null, packet: PublishPacket, acknowledge: Acknowledge): void => {
    const connection = client ? connections.of(client) : undefined;
    if (!client || !connection?.identity) return acknowledge(new Error('only a connected gateway may publish'));
    const { identity, guard } = connection;
    // Aedes marks the Wills that it keeps. It asks for one when its connection has broken; and for those of living
    // connections too, each four minutes, when it looks for brokers that died.
    const isWill = 'brokerId' in packet;
    if (isWill && !client.closed) return acknowledge(null);
    const cutSize = isWill ? undefined : guard.publishArrived();
    const answer = (error: Error | null): void => {
      // Nobody subscribes to what gateways publish; and at QoS 2 Aedes keeps the packet until PUBREL, 1,000 of a client.
      Object.assign(packet, { topic: 'taken', payload: NOTHING, retain: false });
      try {
        acknowledge(error ?? (client.closed ? new Error('the connection is closed') : null));
      } finally {
        if (!isWill) guard.publishAnswered();
      }
    };
    answerSafely('authorizePublish', log, answer, (settle) => {
      const { topic } = packet;
      if (topic.startsWith('$')) {
        if (topic.startsWith(BRIDGE_STATE)) return ingest.pass(identity.gatewayId, () => settle(null));
        return settle(new StepCloudError('TOPIC_UNKNOWN', 'topics that begin with $ belong to the broker'));
      }
      const message = toMessage(client, identity.gatewayId, packet, cutSize);
      if (message.refused) metrics.broker.refused.inc({ code: message.refused.code });
      ingest.accept(message, (error, messageId) => {
        if (tracing && !error) log.trace({ message: messageId, topic }, 'message in the queue');
        settle(error ?? null);
      });
    });
  };

  function toMessage(
    client: Client,
    gatewayId: string,
    packet: PublishPacket,
    cutSize: number | undefined,
  ): AcceptedMessage {
    const { topic } = packet;
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    const message = { gatewayId, topic, receivedAt: clock(), payload };
    const route = routeOf(client, topic, gatewayId);
    if (cutSize !== undefined) {
      const detail = `a message of ${cutSize} bytes; ${maxPacketBytes} are allowed, topic included`;
      return { ...message, refused: { code: 'PAYLOAD_TOO_LARGE', detail, size: cutSize } };
    }
    if (!('refused' in route)) return message;
    const refused = { code: route.refused, detail: route.detail, size: payload.length };
    return { ...message, payload: payload.subarray(0, KEPT_OF_REFUSED_BYTES), refused };
  }

  /** A gateway publishes to the same few topics for as long as it is connected. */
  function routeOf(client: Client, topic: string, gatewayId: string): Route {
    const known = routes.get(client) ?? new Map<string, Route>();
    routes.set(client, known);
    let route = known.get(topic);
    if (!route) {
      if (known.size >= ROUTES_PER_CONNECTION) known.clear();
      route = routeTopic(topic, gatewayId);
      if (!('refused' in route)) known.set(topic, route); // refused ones may be 64 KiB each
    }
    return route;
  }
}
