import type { GatewayClock } from '../db/gateway-clocks.ts';
import { type RefusalCode, StepCloudError } from '../errors.ts';
import { decodeEnvelope, type NumberedMessage } from '../ingest/envelope.ts';
import { type CarriedMessage, type Message, NO_ROWS, type Rows, type TimeLimits } from '../messages/kind.ts';
import { isPacked, parseJson, unpackPayload } from '../messages/payload.ts';
import { collectStamps, type Told } from '../messages/stamps.ts';
import { type Address, type Route, routeTopic, topicOf } from '../messages/topics.ts';
import type { Batch } from '../queue/batch.ts';
import type { FixZeros, Zeros } from './boots.ts';

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
  /** Its name; undefined where that cannot be told. */
  readonly kind: string | undefined;
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
  /** At most one of a gateway. */
  readonly clocks: readonly GatewayClock[];
}

/** A message on its way: what its kind is to judge, and then what that comes to. */
interface Opened {
  readonly message: NumberedMessage;
  readonly address: Address | undefined;
  given: Message | undefined;
  rows: Rows;
}

/**
 * Reads a batch. What a message got wrong becomes a refusal of that message, never an exception. A message whose times
 * count from a power-up is judged after the others, once it is known when that was.
 */
export async function decodeBatch(
  { batch, body }: Batch,
  limits: TimeLimits,
  fixZeros: FixZeros,
): Promise<DecodedBatch> {
  const { brokerId, messages, voided } = decodeEnvelope(body);
  const routeOf = createRoutes();
  const opened: Opened[] = [];
  const told: Told = { boots: [], clocks: new Map() };
  for (const message of messages) {
    const { gatewayId, topic, payload, refused } = message;
    const route = routeOf(topic, gatewayId);
    const unpacked = isPacked(payload) && !refused ? await unpack(payload) : payload;
    const one = open(message, 'refused' in route ? undefined : route, unpacked);
    if (!namesBoots(one, told)) judge(one, limits);
    opened.push(one);
  }
  const zeros = told.boots.length === 0 ? undefined : await fixZeros(told.boots);
  const decoded: DecodedMessage[] = [];
  for (const [index, one] of opened.entries()) {
    judge(one, limits, zeros);
    const whole = toDecoded(one, index);
    decoded.push(whole);
    for (const carried of whole.carried) decoded.push(unload(whole, carried));
  }
  return { id: batch, brokerId, messages: decoded, voided, clocks: [...told.clocks.values()] };
}

/** `unpacked`: the payload without its packing, or why that could not be taken off. */
function open(message: NumberedMessage, address: Address | undefined, unpacked: Buffer | StepCloudError): Opened {
  const { gatewayId, receivedAt, refused } = message;
  const opened: Opened = { message, address, given: undefined, rows: NO_ROWS };
  try {
    if (refused) opened.rows = refuseWhole(refused.code, refused.detail);
    else if (!address) opened.rows = refuseWhole('TOPIC_UNKNOWN', 'this release of StepCloud knows no such topic');
    else if (unpacked instanceof StepCloudError) throw unpacked;
    else opened.given = { gatewayId, deviceKey: address.deviceKey, payload: parseJson(unpacked), receivedAt };
  } catch (error) {
    if (!(error instanceof StepCloudError)) throw error;
    opened.rows = refuseWhole(error.code as RefusalCode, error.message);
  }
  return opened;
}

/** Whether it names power-ups, which then are among what is told. */
function namesBoots({ address, given }: Opened, told: Told): boolean {
  const before = told.boots.length;
  if (address && given) collectStamps(address.kind, given, told);
  return told.boots.length > before;
}

/** Once; the payload is not kept any longer than that. */
function judge(opened: Opened, limits: TimeLimits, zeros?: Zeros): void {
  const { address, given } = opened;
  if (!address || !given) return;
  const known = zeros?.get(given.gatewayId);
  opened.rows = address.kind.rows(known ? { ...given, zeros: known } : given, limits);
  opened.given = undefined;
}

function toDecoded({ message, address, rows }: Opened, index: number): DecodedMessage {
  const { gatewayId, number, topic, receivedAt, payload, refused } = message;
  const { readings, events, registration, status, refusals, unknownFields, carried } = rows;
  return {
    gatewayId,
    number,
    topic,
    receivedAt,
    index,
    kind: address?.kind.name,
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
    unknownFields,
    carried,
  };
}

/** A carried message as if it had come alone. Without a ref of its own it has that of its carrier. */
function unload(carrier: DecodedMessage, { kind, deviceKey, ref = carrier.ref, path, payload, rows }: CarriedMessage) {
  const topic = kind ? topicOf(carrier.gatewayId, { kind, deviceKey, ref }) : carrier.topic;
  return { ...carrier, ...rows, carrier, topic, kind: kind?.name, deviceKey, ref, path, item: payload };
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
