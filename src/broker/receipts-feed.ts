import type { Db } from '../db/database.ts';
import {
  deleteReceipts,
  findReceiptOwners,
  listReceipts,
  type OutcomeCounts,
  type StoredReceipt,
  wishReceipts,
} from '../db/receipts.ts';
import type { Receipt } from '../messages/downlink.ts';
import type { Downlink } from './downlink.ts';
import { type Feed, newsOf } from './feeds.ts';

/** Batches whose receipts go in one message, at most; and names in it, unless a single batch has more. */
const BATCHES_TOGETHER = 200;
const REFS_TOGETHER = 2_000;

/** `down/receipts`: what became of messages, until the gateway has acknowledged it. What came meanwhile goes together. */
export function receiptsFeed({ db, downlink }: { db: Db; downlink: Downlink }): Feed<StoredReceipt[]> {
  return {
    topic: 'receipts',

    /** Who listens goes on wanting them, also those that nobody has written yet. */
    async find(listeners) {
      const gatewayIds = [...new Set(listeners.map(({ gatewayId }) => gatewayId))];
      await wishReceipts(db, gatewayIds);
      return new Set(await findReceiptOwners(db, gatewayIds));
    },

    async load(listeners) {
      const gatewayIds = [...new Set(listeners.map(({ gatewayId }) => gatewayId))];
      return newsOf(listeners, await listReceipts(db, gatewayIds, BATCHES_TOGETHER));
    },

    async tell({ client, gatewayId }, receipts) {
      const together = fitting(receipts);
      if (!(await downlink.send(client, 'receipts', merge(together)))) return 'unheard';
      await deleteReceipts(
        db,
        gatewayId,
        together.map(({ batchId }) => batchId),
      );
      return together.length < receipts.length || receipts.length === BATCHES_TOGETHER ? 'more' : 'done';
    },
  };
}

function fitting(receipts: readonly StoredReceipt[]): StoredReceipt[] {
  let refs = 0;
  return receipts.filter(({ body }, index) => {
    refs += body.refs.length;
    return index === 0 || refs <= REFS_TOGETHER;
  });
}

function merge(receipts: readonly StoredReceipt[]): Receipt {
  const newest = Math.max(...receipts.map(({ committedAt }) => committedAt.getTime()));
  return {
    messages: sum(receipts.map(({ body }) => body.messages)),
    items: sum(receipts.map(({ body }) => body.items)),
    refs: receipts.flatMap(({ body }) => body.refs),
    committedAt: new Date(newest).toISOString(),
  };
}

function sum(counts: readonly OutcomeCounts[]): OutcomeCounts {
  const total = { stored: 0, duplicate: 0, rejected: 0 };
  for (const { stored, duplicate, rejected } of counts) {
    total.stored += stored;
    total.duplicate += duplicate;
    total.rejected += rejected;
  }
  return total;
}
