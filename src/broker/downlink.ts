import type { Aedes, AedesOptions, AedesPublishPacket, Client, PublishPacket } from 'aedes';
import type { DownlinkName } from '../messages/downlink.ts';
import type { Connections } from './connections.ts';

/** A message that is not acknowledged in this time is given up. */
const ACK_TIMEOUT_MS = 30_000;
const MAX_PACKET_ID = 65_535;
/** What SUBACK says of a filter that was refused, [MQTT-3.9.3-2]. */
const REFUSED = 0x80;

/** What the broker sends to a gateway, on `v1/gateways/{gatewayId}/down/{name}`. */
export interface Downlink {
  /** At which QoS a client hears the topic; undefined where it does not. */
  qosOf(client: Client, name: DownlinkName): number | undefined;
  /** Whether a filter is one by which the client hears the topic. */
  covers(client: Client, name: DownlinkName, filter: string): boolean;
  /** Called each time a client has subscribed to the topic. */
  onSubscribe(name: DownlinkName, subscribed: (client: Client) => void): void;
  /**
   * Sends a message at QoS 1, or at QoS 0 to who subscribed so, when those before it are done. True when it was
   * acknowledged (at QoS 0: written); false when the client does not hear the topic, has gone, or does not answer.
   */
  send(client: Client, name: DownlinkName, body: object): Promise<boolean>;
  /** Aedes' hook: to a client goes what is sent to it here, and nothing else. */
  authorizeForward: NonNullable<AedesOptions['authorizeForward']>;
}

/** The message that a client has yet to acknowledge. */
interface Outstanding {
  readonly topic: string;
  readonly messageId: number;
  settle(isDone: boolean): void;
}

/** For an Aedes that listens already. */
export function createDownlink(aedes: Aedes, connections: Connections): Downlink {
  const outstanding = new WeakMap<Client, Outstanding>();
  /** Of each client, the end of what is sent to it. */
  const queues = new WeakMap<Client, Promise<boolean>>();
  let lastId = 0;

  // Aedes looks up what a PUBACK is for among the messages it keeps of a client, and remembers the client for ever by that.
  // It keeps none here, so the answer is the PUBACK itself, and with it the packet id.
  const { persistence } = aedes as unknown as { persistence: object };
  Object.assign(persistence, { outgoingClearMessageId: async (_client: Client, packet: object) => packet });
  aedes.on('ack', ({ messageId }, client) => {
    const message = outstanding.get(client);
    if (message?.messageId === messageId) message?.settle(true);
  });

  /** Aedes itself sends at the QoS of a filter that is the topic. */
  function qosOf(client: Client, name: DownlinkName): number | undefined {
    const [own, ...others] = filtersOf(client, name);
    const { subscriptions } = client as unknown as { subscriptions: Record<string, { qos: number }> };
    const qosOfFilter = (filter: string) => subscriptions[filter]?.qos ?? -1;
    const qos = subscriptions[own as string]?.qos ?? Math.max(...others.map(qosOfFilter));
    return qos < 0 ? undefined : Math.min(qos, 1);
  }

  /** Every filter that the topic matches, itself first. */
  function filtersOf(client: Client, name: DownlinkName): string[] {
    const own = `v1/gateways/${connections.of(client)?.identity?.gatewayId}/down`;
    return [`${own}/${name}`, `${own}/${name}/#`, `${own}/+`, `${own}/+/#`, `${own}/#`];
  }

  function covers(client: Client, name: DownlinkName, filter: string): boolean {
    return filtersOf(client, name).includes(filter);
  }

  function deliver(client: Client, name: DownlinkName, body: object): Promise<boolean> {
    const qos = qosOf(client, name);
    if (client.closed || qos === undefined) return Promise.resolve(false);
    return new Promise((resolve) => {
      const [topic] = filtersOf(client, name) as [string];
      const settle = (isDone: boolean): void => {
        clearTimeout(timer);
        client.conn.off('close', giveUp);
        outstanding.delete(client);
        resolve(isDone);
      };
      const giveUp = () => settle(false);
      const timer = setTimeout(giveUp, ACK_TIMEOUT_MS);
      client.conn.once('close', giveUp);
      lastId = (lastId % MAX_PACKET_ID) + 1;
      outstanding.set(client, { topic, messageId: lastId, settle });
      const payload = JSON.stringify(body);
      const packet = { cmd: 'publish', topic, payload, qos, retain: false, dup: false } as PublishPacket;
      client.publish(packet, () => {
        if (qos === 0) settle(true);
      });
    });
  }

  return {
    qosOf,
    covers,
    onSubscribe(name, subscribed) {
      aedes.on('subscribe', (subscriptions, client) => {
        if (subscriptions.some(({ topic, qos }) => qos < REFUSED && covers(client, name, topic))) subscribed(client);
      });
    },
    send(client, name, body) {
      const sent = (queues.get(client) ?? Promise.resolve()).then(() => deliver(client, name, body));
      queues.set(client, sent);
      return sent;
    },
    authorizeForward(client, packet: AedesPublishPacket) {
      const message = outstanding.get(client);
      if (message?.topic !== packet.topic) return null;
      return Object.assign(packet, { messageId: message.messageId });
    },
  };
}
