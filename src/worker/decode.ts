import { type RefusalCode, StepCloudError } from '../errors.ts';
import { decodeEnvelope, messageId, type NumberedMessage } from '../ingest/envelope.ts';
import type { Refusal, Rows, TimeLimits } from '../messages/kind.ts';
import { parsePayload } from '../messages/payload.ts';
import { type Address, routeTopic } from '../messages/topics.ts';
import type { Batch } from '../queue/batch.ts';

/** A message of a batch and what it comes to. Its refusals do not keep its other rows from being stored. */
export interface DecodedMessage extends NumberedMessage, Rows {
  readonly id: string;
  readonly deviceKey: string | undefined;
  readonly ref: string | undefined;
  /** Bytes of the payload as it came; more than `payload` where a refused one was cut. */
  readonly size: number;
}

export interface DecodedBatch {
  readonly id: string;
  readonly brokerId: string;
  readonly messages: readonly DecodedMessage[];
  readonly voided: ReadonlyMap<string, readonly (readonly [number, number])[]>;
}

const NOTHING: Rows = { readings: [], refusals: [] };

/** Reads a batch. What a message got wrong becomes a refusal of that message, never an exception. */
export async function decodeBatch({ batch, body }: Batch, limits: TimeLimits): Promise<DecodedBatch> {
  const { brokerId, messages, voided } = decodeEnvelope(body);
  const routes = new Map<string, ReturnType<typeof routeTopic>>();
  const decoded: DecodedMessage[] = [];
  for (const [index, message] of messages.entries()) {
    const key = `${message.gatewayId} ${message.topic}`;
    const route = routes.get(key) ?? routeTopic(message.topic, message.gatewayId);
    routes.set(key, route);
    const address = 'refused' in route ? undefined : route;
    decoded.push({
      ...message,
      ...(await judge(message, address, limits)),
      id: messageId(batch, index),
      deviceKey: address?.deviceKey,
      ref: address?.ref,
      size: message.refused?.size ?? message.payload.length,
    });
  }
  return { id: batch, brokerId, messages: decoded, voided };
}

async function judge(message: NumberedMessage, address: Address | undefined, limits: TimeLimits): Promise<Rows> {
  if (message.refused) return refuseWhole(message.refused.code, message.refused.detail);
  if (!address) return refuseWhole('TOPIC_UNKNOWN', 'this release of StepCloud knows no such topic');
  try {
    const payload = await parsePayload(message.payload);
    return address.kind.rows({ payload, receivedAt: message.receivedAt }, limits);
  } catch (error) {
    if (error instanceof StepCloudError) return refuseWhole(error.code as RefusalCode, error.message);
    throw error;
  }
}

function refuseWhole(code: RefusalCode, detail: string): Rows {
  const refusal: Refusal = { code, path: '', detail };
  return { ...NOTHING, refusals: [refusal] };
}
