import { type TSchema, Type } from 'typebox';
import { MAX_KEY_CHARACTERS, REF } from '../names.ts';
import { optional } from './parts.ts';

export const MAX_ITEMS = 1_000;

/** A batch of messages of these kinds. */
export function batchOf(carried: readonly { readonly name: string; readonly payload: TSchema }[]): TSchema {
  const device = Type.String({
    minLength: 1,
    maxLength: MAX_KEY_CHARACTERS,
    description: "The device's key as it is, not percent-encoded.",
  });
  const ref = optional(Type.String({ pattern: REF.source }), "The sender's own name for the message.");
  const items = carried.map(({ name, payload }) => Type.Object({ device, kind: Type.Literal(name), ref, payload }));
  return Type.Array(Type.Union(items), {
    $id: 'Batch',
    title: 'Batch',
    minItems: 1,
    maxItems: MAX_ITEMS,
    description:
      'Messages of many devices in one; the way to send a backlog. Each is judged, stored and refused as if it had come alone; one without a ref has that of the topic.',
    examples: [
      [
        { device: 'printer-1', kind: 'readings', payload: { ts: 1795428900000, values: { power: 412.5 } } },
        {
          device: 'printer-1',
          kind: 'events',
          ref: 'J-17',
          payload: { type: 'performed_task', recordedAt: 1795429060000 },
        },
        { device: 'Drucker Süd', kind: 'registration', payload: { model: 'MAX Mini' } },
      ],
    ],
  });
}
