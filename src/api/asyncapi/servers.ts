import { isIPv6 } from 'node:net';
import type { Config } from '../../config.ts';
import type { Server } from './types.ts';

const WEBSOCKET_PATH = '/mqtt';
const DESCRIPTIONS: Record<string, string> = {
  mqtt: 'MQTT over TCP, not encrypted: for networks that are trusted.',
  mqtts: 'MQTT over TLS.',
  ws: 'MQTT over WebSocket, subprotocol `mqtt`, not encrypted: for networks that are trusted.',
  wss: 'MQTT over WebSocket and TLS, subprotocol `mqtt`.',
};
/** How a connection is best opened; docs/clients.md has the settings of each client. */
const BINDINGS = {
  mqtt: {
    cleanSession: true,
    keepAlive: 60,
    lastWill: { topic: 'v1/gateways/{gatewayId}/status', qos: 1, message: '{"state": "offline"}', retain: false },
    bindingVersion: '0.2.0',
  },
};

/** Where gateways reach MQTT: as the operator says it, or else as far as this process knows it of the same settings. */
export function mqttUrls(mqtt: Config['mqtt'], publicUrl: string | undefined): string[] {
  if (mqtt.publicUrls.length > 0) return [...mqtt.publicUrls];
  const name = publicUrl === undefined ? mqtt.host : new URL(publicUrl).hostname;
  const host = isIPv6(name) ? `[${name}]` : name;
  const ports = { mqtt: mqtt.port, mqtts: mqtt.tls?.port, ws: mqtt.webSocketPort };
  return Object.entries(ports)
    .filter(([, port]) => port) // 0: whichever was free when the broker started
    .map(([protocol, port]) => `${protocol}://${host}:${port}${protocol === 'ws' ? WEBSOCKET_PATH : ''}`);
}

/** The servers of the document, named after their protocol. */
export function serversOf(urls: readonly string[]): Record<string, Server> {
  const servers: Record<string, Server> = {};
  for (const url of urls) {
    const { protocol, host, pathname } = new URL(url);
    const name = protocol.slice(0, -1);
    const taken = Object.values(servers).filter((other) => other.protocol === name).length;
    servers[taken === 0 ? name : `${name}-${taken + 1}`] = {
      host,
      ...(pathname.length > 1 && { pathname }),
      protocol: name,
      protocolVersion: '3.1.1',
      description: DESCRIPTIONS[name] ?? '',
      security: [{ $ref: '#/components/securitySchemes/gatewayToken' }],
      bindings: BINDINGS,
    };
  }
  return servers;
}
