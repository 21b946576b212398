import type { paths } from '../../client/user.gen.ts';

export type IssuedTokens =
  paths['/api/v1/gateways/{gatewayId}/sessions']['post']['responses'][201]['content']['application/json'];

/** Where gateways reach MQTT. */
export interface Broker {
  readonly protocol: string;
  readonly host: string;
  readonly port: number;
}

export const UNKNOWN_BROKER: Broker = { protocol: 'mqtt', host: location.hostname, port: 1883 };

/** The first server of the AsyncAPI document that is no WebSocket, TLS before none. */
export async function loadBroker(): Promise<Broker> {
  const answer = await fetch('/gateway/asyncapi.json');
  if (!answer.ok) return UNKNOWN_BROKER;
  const { servers = {} } = (await answer.json()) as { servers?: Record<string, { host: string; protocol: string }> };
  const found = servers.mqtts ?? servers.mqtt;
  return found ? toBroker(found) : UNKNOWN_BROKER;
}

/** Without a public address the server names the one that it listens on, which means nothing elsewhere. */
export function toBroker({ host, protocol }: { host: string; protocol: string }): Broker {
  const url = new URL(`http://${host}`);
  const isOfServerAlone = ['0.0.0.0', '127.0.0.1', 'localhost', '[::]', '[::1]'].includes(url.hostname);
  return {
    protocol,
    host: isOfServerAlone ? location.hostname : url.hostname,
    port: Number(url.port || (protocol === 'mqtts' ? 8883 : 80)),
  };
}

/** docs/clients.md says more. */
export function mosquittoCommand({ protocol, host, port }: Broker, { mqtt, accessToken }: IssuedTokens): string {
  const tls = protocol === 'mqtts' ? ' --capath /etc/ssl/certs' : '';
  return [
    `mosquitto_pub -h ${host} -p ${port}${tls} -V mqttv311 -q 1 \\`,
    `  -u ${mqtt.username} \\`,
    `  -P ${accessToken} \\`,
    `  -t ${topicOf(mqtt)} \\`,
    `  -m '{"ts": '"$(date +%s)"'000, "values": {"temperature": 21.5}}'`,
  ].join('\n');
}

export function nodeCommand({ protocol, host, port }: Broker, { mqtt, accessToken }: IssuedTokens): string {
  return `// npm install mqtt; node publish.mjs
import mqtt from 'mqtt';

const client = await mqtt.connectAsync('${protocol}://${host}:${port}', {
  protocolVersion: 4,
  username: '${mqtt.username}',
  password: '${accessToken}',
});
const reading = { ts: Date.now(), values: { temperature: 21.5 } };
await client.publishAsync('${topicOf(mqtt)}', JSON.stringify(reading), { qos: 1 });
await client.endAsync();`;
}

const topicOf = ({ topic }: IssuedTokens['mqtt']): string => topic.replace('{device}', 'my-device');
