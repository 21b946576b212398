import type { TSchema } from 'typebox';
import { DOWNLINKS } from '../../messages/downlink.ts';
import type { Kind } from '../../messages/kind.ts';
import { KINDS } from '../../messages/kinds.ts';
import { MAX_KEY_CHARACTERS, REF } from '../../messages/names.ts';
import { MAX_DEPTH, MAX_INFLATED_BYTES, MAX_JSON_VALUES } from '../../messages/payload.ts';
import { KEY_LEVEL } from '../../messages/topics.ts';
import { createSchemas } from './schemas.ts';
import { serversOf } from './servers.ts';
import type { AsyncApi, Channel, Message, Operation, Parameter, Schema } from './types.ts';

const CONTENT_TYPE = 'application/json';
const BASE = 'v1/gateways/{gatewayId}';
const BINDINGS = { mqtt: { qos: 1, retain: false, bindingVersion: '0.2.0' } };

const PARAMETERS: Record<string, Parameter> = {
  gatewayId: {
    description: "The gateway's own id, a UUID: the user name of its connection.",
    examples: ['01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f'],
  },
  deviceKey: {
    description: `The device's key on that gateway: 1 to ${MAX_KEY_CHARACTERS} characters, case-sensitive, as percent-encoded UTF-8. Pattern: \`${KEY_LEVEL.source}\``,
    examples: ['printer-1', 'Drucker%20S%C3%BCd'],
  },
  ref: {
    description: `The sender's own name for the message; receipts, errors and dead letters show it. Pattern: \`${REF.source}\``,
    examples: ['42'],
  },
};

const SECURITY_SCHEMES = {
  gatewayToken: {
    type: 'userPassword',
    description:
      "The user name is the gateway's id, the password its access token (a JWT). Without them: CONNACK 4. A token that is not valid, expired, revoked or of another gateway: CONNACK 5. The connection ends with its token, unless that is renewed (`down/session`).",
  },
};

export interface DocumentOptions {
  /** Of the program. */
  version: string;
  /** Where gateways reach MQTT. */
  urls: readonly string[];
  maxPacketBytes: number;
}

/** A topic with a message on it; the same message may have several. */
interface Topic {
  readonly name: string;
  readonly title: string;
  /** As the server sees it. */
  readonly action: Operation['action'];
  readonly address: string;
  readonly message: string;
  readonly payload: TSchema;
}

/** What a gateway may publish and subscribe to, as AsyncAPI describes it, made of the values that the code works by. */
export function createDocument({ version, urls, maxPacketBytes }: DocumentOptions): AsyncApi {
  const topics = [...KINDS.flatMap(uplinks), ...Object.entries(DOWNLINKS).map(downlink)];
  const { components: schemas, refer } = createSchemas();
  return {
    asyncapi: '3.0.0',
    id: 'urn:stepcloud:mqtt:v1',
    info: { title: 'StepCloud over MQTT', version, description: describe(maxPacketBytes), license: { name: 'MIT' } },
    defaultContentType: CONTENT_TYPE,
    servers: serversOf(urls),
    channels: mapped(topics, (topic) => [topic.name, channelOf(topic)]),
    operations: mapped(topics, (topic) => [topic.action + capital(topic.name), operationOf(topic)]),
    components: {
      messages: mapped(topics, (topic) => [topic.message, messageOf(topic, refer)]),
      parameters: PARAMETERS,
      schemas,
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

/** The topics of a kind: without a ref, and with one. */
function uplinks({ name, levels, payload }: Kind): Topic[] {
  const address = [BASE, ...levels.map((level) => (level === ':device' ? '{deviceKey}' : level))].join('/');
  const topic: Topic = { name, title: titleOf(payload), action: 'receive', address, message: name, payload };
  const withRef = {
    name: `${name}WithRef`,
    title: `${topic.title}, named by their sender`,
    address: `${address}/{ref}`,
  };
  return [topic, { ...topic, ...withRef }];
}

function downlink([name, payload]: [string, TSchema]): Topic {
  const address = `${BASE}/down/${name}`;
  return { name, title: titleOf(payload), action: 'send', address, message: name, payload };
}

function channelOf({ address, title, message }: Topic): Channel {
  const parameters = [...address.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  return {
    address,
    title,
    messages: { [message]: { $ref: `#/components/messages/${message}` } },
    parameters: mapped(parameters, (name) => [name, { $ref: `#/components/parameters/${name}` }]),
  };
}

function operationOf({ name, title, action, message }: Topic): Operation {
  return {
    action,
    title,
    channel: { $ref: `#/channels/${name}` },
    messages: [{ $ref: `#/channels/${name}/messages/${message}` }],
    bindings: BINDINGS,
  };
}

function messageOf({ message: name, payload }: Topic, refer: (schema: TSchema) => Schema): Message {
  const { title = name, description = '', examples = [] } = payload as Schema;
  return {
    name,
    title,
    description,
    contentType: CONTENT_TYPE,
    payload: refer(payload),
    examples: examples.map((payload) => ({ payload })),
  };
}

function titleOf(payload: TSchema): string {
  return (payload as Schema).title ?? '';
}

function capital(name: string): string {
  return `${name[0]?.toUpperCase()}${name.slice(1)}`;
}

function mapped<From, To>(list: readonly From[], map: (from: From) => [string, To]): Record<string, To> {
  return Object.fromEntries(list.map(map));
}

function describe(maxPacketBytes: number): string {
  const number = (value: number) => value.toLocaleString('en');
  return `What a gateway publishes, and what it is told. The application of this document is the server: it receives what gateways publish, and sends what they subscribe to. The same messages can be [sent over HTTP](/gateway/docs).

**PUBACK means: stored in the queue, durably.** Every acknowledged message ends, once, as rows or as a dead letter with a reason. Publish at QoS 1, and send again what was not acknowledged: what is stored already is known again. QoS 2 is taken too; QoS 0 has no acknowledgement and promises nothing.

**Payloads** are JSON in UTF-8, plain or as gzip of one member: up to ${number(maxPacketBytes)} bytes as published, ${number(MAX_INFLATED_BYTES)} unpacked, ${MAX_DEPTH} levels of nesting and ${number(MAX_JSON_VALUES)} JSON values. A field that is not described is ignored. Null counts as left out.

**Connections** speak MQTT 3.1.1; version 5 is refused with CONNACK 1. Every session is a clean one, and nothing is retained. The client id only has to differ among the connections of one gateway: the one that connects last closes the other. The keepalive is 1,200 s at most. A Will is taken on the gateway's own status topic only.

**Subscriptions** are to \`v1/gateways/{gatewayId}/down/#\` or a part of it; any other filter is refused with 0x80. What comes there comes at QoS 1, one message at a time, each after the PUBACK of the one before.`;
}
