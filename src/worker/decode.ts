import { type RefusalCode, StepCloudError } from '../errors.ts';
import { decodeEnvelope, type NumberedMessage } from '../ingest/envelope.ts';
import { type CarriedMessage, NO_ROWS, type Rows, type TimeLimits } from '../messages/kind.ts';
import { isPacked, parseJson, unpackPayload } from '../messages/payload.ts';
import { type Address, type Route, routeTopic, topicOf } from '../messages/topics.ts';
import type { Batch } from '../queue/batch.ts';

/**
 * A message of a batch, or one that such a message carries, and what it comes to. Its refusals do not keep its other rows
 * from being stored.
 */
export interface DecodedMessage extends Rows {
  readonly gatewayId: string;
  /** Its number in the gateway's ledger. */
  readonly number: number;
  /** The one under which it can be sent again. */
  readonly topic: string;
  readonly receivedAt: number;
  /** Its place in the batch, from which its id is made; that of its carrier. */
  readonly index: number;
  readonly deviceKey: string | undefined;
  readonly ref: string | undefined;
  readonly payload: Buffer;
  /** Bytes of the payload as it came; more than `payload` where a refused one was cut. */
  readonly size: number;
  /** The message that carries it; `payload` and `size` are those of the carrier. */
  readonly carrier: DecodedMessage | undefined;
  /** Where it stands in its carrier, and what it is there. */
  readonly path: string;
  readonly item: unknown;
}

export interface DecodedBatch {
  readonly id: string;
  readonly brokerId: string;
  readonly messages: readonly DecodedMessage[];
  readonly voided: ReadonlyMap<string, readonly (readonly [number, number])[]>;
}

/** Reads a batch. What a message got wrong becomes a refusal of that message, never an exception. */
export async function decodeBatch({ batch, body }: Batch, limits: TimeLimits): Promise<DecodedBatch> {
  const { brokerId, messages, voided } = decodeEnvelope(body);
  const routeOf = createRoutes();
  const decoded: DecodedMessage[] = [];
  for (let index = 0; index < messages.length; index++) {
    const message = messages[index] as NumberedMessage;
    const { gatewayId, number, topic, receivedAt, payload, refused } = message;
    const route = routeOf(topic, gatewayId);
    const address = 'refused' in route ? undefined : route;
    const unpacked = isPacked(payload) && !refused ? await unpack(payload) : payload;
    const { readings, events, registration, status, refusals, carried } = judge(message, address, unpacked, limits);
    const whole: DecodedMessage = {
      gatewayId,
      number,
      topic,
      receivedAt,
      index,
      deviceKey: address?.deviceKey,
      ref: address?.ref,
      payload,
      size: refused?.size ?? payload.length,
      carrier: undefined,
      path: '',
      item: undefined,
      readings,
      events,
      registration,
      status,
      refusals,
      carried,
    };
    decoded.push(whole);
    for (const one of carried) decoded.push(unload(whole, one));
  }
  return { id: batch, brokerId, messages: decoded, voided };
}

/** `unpacked`: the payload without its packing, or why that could not be taken off. */
function judge(
  { gatewayId, refused, receivedAt }: NumberedMessage,
  address: Address | undefined,
  unpacked: Buffer | StepCloudError,
  limits: TimeLimits,
): Rows {
  if (refused) return refuseWhole(refused.code, refused.detail);
  if (!address) return refuseWhole('TOPIC_UNKNOWN', 'this release of StepCloud knows no such topic');
  try {
    if (unpacked instanceof StepCloudError) throw unpacked;
    const { kind, deviceKey } = address;
    return kind.rows({ gatewayId, deviceKey, payload: parseJson(unpacked), receivedAt }, limits);
  } catch (error) {
    if (error instanceof StepCloudError) return refuseWhole(error.code as RefusalCode, error.message);
    throw error;
  }
}

/** A carried message as if it had come alone. Without a ref of its own it has that of its carrier. */
function unload(carrier: DecodedMessage, { kind, deviceKey, ref = carrier.ref, path, payload, rows }: CarriedMessage) {
  const topic = kind ? topicOf(carrier.gatewayId, { kind, deviceKey, ref }) : carrier.topic;
  return { ...carrier, ...rows, carrier, topic, deviceKey, ref, path, item: payload };
}

async function unpack(payload: Buffer): Promise<Buffer | StepCloudError> {
  try {
    return await unpackPayload(payload);
  } catch (error) {
    if (error instanceof StepCloudError) return error;
    throw error;
  }
}

/** Routes of a batch: many of its messages have the same topic, which then is the same string. */
function createRoutes(): (topic: string, gatewayId: string) => Route {
  const known = new Map<string, Map<string, Route>>();
  return (topic, gatewayId) => {
    let own = known.get(gatewayId);
    if (own === undefined) {
      own = new Map();
      known.set(gatewayId, own);
    }
    let route = own.get(topic);
    if (route === undefined) {
      route = routeTopic(topic, gatewayId);
      own.set(topic, route);
    }
    return route;
  };
}

function refuseWhole(code: RefusalCode, detail: string): Rows {
  return { ...NO_ROWS, refusals: [{ code, path: '', detail }] };
}
