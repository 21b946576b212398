import { type Complaint, findComplainedOf, listComplaints, markTold, type Untold } from '../db/complaints.ts';
import type { Db } from '../db/database.ts';
import type { ErrorReport } from '../messages/downlink.ts';
import type { Downlink } from './downlink.ts';
import { type Feed, type Listener, newsOf } from './feeds.ts';

/** Of what a gateway was not told yet when it subscribes, the newest; and what it is told in one go. */
const TOLD_TOGETHER = 100;

/** `down/errors`: what was refused, until the gateway has acknowledged that it knows. */
export function errorsFeed({
  db,
  downlink,
  clock,
}: {
  db: Db;
  downlink: Downlink;
  clock: () => number;
}): Feed<Complaint[]> {
  /** Where what each is told begins; what came before was too much to tell. */
  const begins = new WeakMap<Listener, Complaint>();
  const toUntold = (listener: Listener): Untold => ({ id: listener.gatewayId, from: begins.get(listener) });

  async function load(listeners: readonly Listener[], newest: boolean): Promise<Map<Listener, Complaint[]>> {
    if (listeners.length === 0) return new Map();
    return newsOf(listeners, await listComplaints(db, listeners.map(toUntold), { newest, limit: TOLD_TOGETHER }));
  }

  return {
    topic: 'errors',

    find: async (listeners) => new Set(await findComplainedOf(db, listeners.map(toUntold))),

    async load(listeners) {
      const arrived = listeners.filter(({ isNew }) => isNew);
      for (const listener of arrived) begins.delete(listener);
      const backlogs = await load(arrived, true);
      for (const [listener, [oldest, ...others]] of backlogs) {
        if (oldest && others.length === TOLD_TOGETHER - 1) begins.set(listener, oldest);
      }
      const others = listeners.filter(({ isNew }) => !isNew);
      return new Map([...backlogs, ...(await load(others, false))]);
    },

    async tell({ client }, complaints) {
      for (const complaint of complaints) {
        if (!(await downlink.send(client, 'errors', toReport(complaint)))) return 'unheard';
        await markTold(db, complaint, new Date(clock()));
      }
      return complaints.length === TOLD_TOGETHER ? 'more' : 'done';
    },
  };
}

function toReport({ ref, detail, lastReceivedAt, gatewayId: _, ...complaint }: Complaint): ErrorReport {
  return {
    severity: 'error',
    ...complaint,
    ...(ref !== null && { ref }),
    text: detail,
    receivedAt: lastReceivedAt.toISOString(),
  };
}
