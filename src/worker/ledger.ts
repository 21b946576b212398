import type { LedgerEntry } from '../db/ledger.ts';
import type { OutcomeCounts } from '../db/receipts.ts';
import type { DecodedBatch, DecodedMessage } from './decode.ts';
import type { Outcome } from './outcome.ts';
import type { References } from './references.ts';

const HOUR = 3_600_000;

type Draft = { -readonly [K in keyof LedgerEntry]: LedgerEntry[K] } & { seen: [number, number][] };

/** What a batch adds to the books: every message number once, with one outcome, and the items apart. */
export function toLedger(references: References, batch: DecodedBatch, outcomes: readonly Outcome[]): LedgerEntry[] {
  const drafts = new Map<string, Draft>();
  const hourOf = (time: number) => Math.floor(time / HOUR) * HOUR;
  let last: Draft | undefined;
  const draftOf = (gatewayId: string, hour: number): Draft => {
    if (last?.gatewayId === gatewayId && last.hour === hour) return last;
    const key = `${gatewayId} ${hour}`;
    last = drafts.get(key) ?? emptyDraft(gatewayId, batch.brokerId, hour);
    drafts.set(key, last);
    return last;
  };

  for (const { message, ...items } of countMessages(outcomes)) {
    if (!references.home(message.gatewayId)) continue;
    const draft = draftOf(message.gatewayId, hourOf(message.receivedAt));
    addNumber(draft.seen, message.number);
    draft.itemsStored += items.stored;
    draft.itemsDuplicate += items.duplicate;
    draft.itemsRejected += items.rejected;
    draft[verdictOf(items)]++;
  }
  const now = hourOf(batch.messages[0]?.receivedAt ?? 0);
  for (const [gatewayId, ranges] of batch.voided) {
    if (references.home(gatewayId)) draftOf(gatewayId, now).voided = ranges;
  }
  return [...drafts.values()];
}

/** The one outcome of a message with such items: rejected if any was, else duplicate if all were, else stored. */
export function verdictOf({ stored, duplicate, rejected }: OutcomeCounts): keyof OutcomeCounts {
  if (rejected > 0) return 'rejected';
  return stored === 0 && duplicate > 0 ? 'duplicate' : 'stored';
}

/** The items of every message, those of what it carries among them, which stands right behind it. */
export function countMessages(outcomes: readonly Outcome[]) {
  const counts: (OutcomeCounts & { message: DecodedMessage })[] = [];
  for (const { message, stored, duplicate, refusals } of outcomes) {
    const count = counts.at(-1);
    if (message.carrier && count) {
      count.stored += stored;
      count.duplicate += duplicate;
      count.rejected += refusals.length;
    } else counts.push({ message, stored, duplicate, rejected: refusals.length });
  }
  return counts;
}

/** Messages of a gateway stand in the order of their numbers, so most of them lengthen the last range. */
function addNumber(ranges: [number, number][], number: number): void {
  const last = ranges.at(-1);
  if (last && last[1] === number - 1) last[1] = number;
  else ranges.push([number, number]);
}

function emptyDraft(gatewayId: string, brokerId: string, hour: number): Draft {
  const counts = { stored: 0, duplicate: 0, rejected: 0, itemsStored: 0, itemsDuplicate: 0, itemsRejected: 0 };
  return { gatewayId, brokerId, hour, seen: [], voided: [], ...counts };
}
