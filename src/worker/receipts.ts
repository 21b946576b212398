import type { ReceiptBody } from '../db/receipts.ts';
import { messageId } from '../ingest/envelope.ts';
import type { DecodedBatch } from './decode.ts';
import { countMessages, verdictOf } from './ledger.ts';
import type { Outcome } from './outcome.ts';

type Draft = Pick<ReceiptBody, 'messages' | 'items'> & { readonly refs: ReceiptBody['refs'][number][] };

/** What a batch made of the messages of the gateways that want to know: counted as in the ledger, and by name. */
export function toReceipts(
  batch: DecodedBatch,
  outcomes: readonly Outcome[],
  wanted: ReadonlySet<string>,
): { gatewayId: string; body: ReceiptBody }[] {
  const drafts = new Map<string, Draft>();
  const draftOf = (gatewayId: string): Draft => {
    const draft = drafts.get(gatewayId) ?? emptyDraft();
    drafts.set(gatewayId, draft);
    return draft;
  };
  for (const { message, ...items } of countMessages(outcomes)) {
    if (!wanted.has(message.gatewayId)) continue;
    const draft = draftOf(message.gatewayId);
    draft.messages[verdictOf(items)]++;
    draft.items.stored += items.stored;
    draft.items.duplicate += items.duplicate;
    draft.items.rejected += items.rejected;
    if (message.ref === undefined) continue;
    draft.refs.push({ ref: message.ref, messageId: messageId(batch.id, message.index), outcome: verdictOf(items) });
  }
  // What a message carries has a name of its own, or none.
  for (const { message, stored, duplicate, refusals } of outcomes) {
    const { carrier, ref, gatewayId, index } = message;
    if (!carrier || ref === undefined || ref === carrier.ref || !wanted.has(gatewayId)) continue;
    const outcome = verdictOf({ stored, duplicate, rejected: refusals.length });
    draftOf(gatewayId).refs.push({ ref, messageId: messageId(batch.id, index), outcome });
  }
  return [...drafts].map(([gatewayId, body]) => ({ gatewayId, body }));
}

function emptyDraft(): Draft {
  return {
    messages: { stored: 0, duplicate: 0, rejected: 0 },
    items: { stored: 0, duplicate: 0, rejected: 0 },
    refs: [],
  };
}
