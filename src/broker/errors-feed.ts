import { type Complaint, findComplainedOf, listComplaints, markTold, type Untold } from '../db/complaints.ts';
import type { Db } from '../db/database.ts';
import { findUntoldWarnings, markWarningsTold, type UntoldWarning } from '../db/warnings.ts';
import { toErrorReport, toWarningReport } from '../messages/reports.ts';
import type { Downlink } from './downlink.ts';
import { type Feed, type Listener, newsOf } from './feeds.ts';

/** Of what a gateway was not told yet when it subscribes, the newest; and what it is told in one go. */
const TOLD_TOGETHER = 100;

interface News {
  readonly complaints: readonly Complaint[];
  readonly warnings: readonly UntoldWarning[];
}

/** `down/errors`: what was refused, and what was ignored, until the gateway has acknowledged that it knows. */
export function errorsFeed({ db, downlink, clock }: { db: Db; downlink: Downlink; clock: () => number }): Feed<News> {
  /** Where what each is told begins; what came before was too much to tell. */
  const begins = new WeakMap<Listener, Complaint>();
  const toUntold = (listener: Listener): Untold => ({ id: listener.gatewayId, from: begins.get(listener) });

  async function loadComplaints(listeners: readonly Listener[], newest: boolean): Promise<Map<Listener, Complaint[]>> {
    if (listeners.length === 0) return new Map();
    return newsOf(listeners, await listComplaints(db, listeners.map(toUntold), { newest, limit: TOLD_TOGETHER }));
  }

  async function loadWarnings(listeners: readonly Listener[]): Promise<UntoldWarning[]> {
    const gatewayIds = listeners.map(({ gatewayId }) => gatewayId);
    return findUntoldWarnings(db, gatewayIds, TOLD_TOGETHER * listeners.length);
  }

  return {
    topic: 'errors',

    async find(listeners) {
      const warned = (await loadWarnings(listeners)).map(({ gatewayId }) => gatewayId);
      return new Set([...warned, ...(await findComplainedOf(db, listeners.map(toUntold)))]);
    },

    async load(listeners) {
      const arrived = listeners.filter(({ isNew }) => isNew);
      for (const listener of arrived) begins.delete(listener);
      const backlogs = await loadComplaints(arrived, true);
      for (const [listener, [oldest, ...others]] of backlogs) {
        if (oldest && others.length === TOLD_TOGETHER - 1) begins.set(listener, oldest);
      }
      const others = listeners.filter(({ isNew }) => !isNew);
      const complaints = new Map([...backlogs, ...(await loadComplaints(others, false))]);
      const warnings = newsOf(listeners, await loadWarnings(listeners));
      const toNews = (listener: Listener): News => ({
        complaints: complaints.get(listener) ?? [],
        warnings: warnings.get(listener) ?? [],
      });
      return new Map([...complaints.keys(), ...warnings.keys()].map((listener) => [listener, toNews(listener)]));
    },

    async tell({ client }, { complaints, warnings }) {
      for (const complaint of complaints) {
        if (!(await downlink.send(client, 'errors', toErrorReport(complaint)))) return 'unheard';
        await markTold(db, complaint, new Date(clock()));
      }
      for (const warning of warnings) {
        if (!(await downlink.send(client, 'errors', toWarningReport(warning)))) return 'unheard';
        await markWarningsTold(db, [warning], new Date(clock()));
      }
      return complaints.length === TOLD_TOGETHER ? 'more' : 'done';
    },
  };
}
