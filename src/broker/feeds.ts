import type { Client } from 'aedes';
import type { DownlinkName } from '../messages/downlink.ts';
import type { Log } from '../telemetry/log.ts';
import type { Connections } from './connections.ts';
import type { Downlink } from './downlink.ts';

const TICK_MS = 250;
/** Hints may be lost: so often everybody who listens is looked at without one. */
const POLL_EVERY_MS = 5_000;
/** A client is told again after this time at the earliest; what comes meanwhile goes together. */
const PACE_MS = 1_000;
/** Clients whose news are loaded by one query. */
const LOADED_TOGETHER = 200;

/** A client that hears the topic of a feed. */
export interface Listener {
  readonly client: Client;
  readonly gatewayId: string;
  /** It has subscribed, and was told nothing since. */
  isNew: boolean;
}

/** What gateways are told on a topic, which Postgres keeps until they have acknowledged it. */
export interface Feed<News> {
  readonly topic: DownlinkName;
  /** Which of them there is something for. */
  find(listeners: readonly Listener[]): Promise<ReadonlySet<string>>;
  /** What there is to tell each of them; those whom there is nothing to tell may be left out. */
  load(listeners: readonly Listener[]): Promise<ReadonlyMap<Listener, News>>;
  /** Tells it: `done`; `more`, since there may be more; `unheard`, when it was not acknowledged and is to be told again. */
  tell(listener: Listener, news: News): Promise<'done' | 'more' | 'unheard'>;
}

export interface RunningFeed {
  /** There is something for these gateways; without ids, maybe for any. */
  hint(gatewayIds: readonly string[]): void;
  close(): Promise<void>;
}

export interface FeedOptions {
  connections: Connections;
  downlink: Downlink;
  monotonic: () => number;
  log: Log;
}

interface State extends Listener {
  isTelling: boolean;
  /** Not before this time of the monotonic clock. */
  notBefore: number;
}

/**
 * Tells whoever listens what there is, each client one message after the other: at subscription, at a hint, and now and
 * then. What there is for many is loaded together, so that a thousand gateways that come back cost a few queries. What was
 * not acknowledged stays and is told later, to whom and by which process ever.
 */
export function startFeed<News>(feed: Feed<News>, { connections, downlink, monotonic, log }: FeedOptions): RunningFeed {
  const listeners = new Map<Client, State>();
  const byGateway = new Map<string, Set<State>>();
  const due = new Set<State>();
  const telling = new Set<Promise<void>>();
  let working: Promise<void> | undefined;
  let polledAt = monotonic();
  let isAway = false;

  downlink.onSubscribe(feed.topic, (client) => {
    const listener = listeners.get(client) ?? add(client);
    if (!listener) return;
    Object.assign(listener, { isNew: true, notBefore: 0 });
    due.add(listener);
    work();
  });
  const ticking = setInterval(work, TICK_MS);
  ticking.unref();

  function add(client: Client): State | undefined {
    const gatewayId = connections.of(client)?.identity?.gatewayId;
    if (gatewayId === undefined || client.closed) return undefined;
    const listener = { client, gatewayId, isNew: true, isTelling: false, notBefore: 0 };
    listeners.set(client, listener);
    const own = byGateway.get(gatewayId) ?? new Set<State>();
    byGateway.set(gatewayId, own.add(listener));
    client.conn.once('close', () => remove(listener));
    return listener;
  }

  function remove(listener: State): void {
    listeners.delete(listener.client);
    due.delete(listener);
    const own = byGateway.get(listener.gatewayId);
    own?.delete(listener);
    if (own?.size === 0) byGateway.delete(listener.gatewayId);
  }

  function markDue(gatewayIds: Iterable<string>): void {
    for (const gatewayId of gatewayIds) for (const listener of byGateway.get(gatewayId) ?? []) due.add(listener);
  }

  function work(): void {
    working ??= workSafely().finally(() => {
      working = undefined;
    });
  }

  async function workSafely(): Promise<void> {
    try {
      if (monotonic() - polledAt >= POLL_EVERY_MS) await poll();
      for (let turn = takeTurn(); turn.length > 0; turn = takeTurn()) await serve(turn);
      isAway = false;
    } catch (error) {
      if (!isAway) log.warn({ feed: feed.topic, reason: (error as Error).message }, 'cannot tell gateways now');
      isAway = true;
    }
  }

  async function poll(): Promise<void> {
    polledAt = monotonic();
    for (const listener of listeners.values()) {
      if (downlink.qosOf(listener.client, feed.topic) === undefined) remove(listener); // it has unsubscribed
    }
    if (listeners.size > 0) markDue(await feed.find([...listeners.values()]));
  }

  function takeTurn(): State[] {
    const now = monotonic();
    const turn: State[] = [];
    for (const listener of due) {
      if (listener.isTelling || listener.notBefore > now) continue;
      turn.push(listener);
      if (turn.length === LOADED_TOGETHER) break;
    }
    for (const listener of turn) due.delete(listener);
    return turn;
  }

  async function serve(turn: readonly State[]): Promise<void> {
    const news = await feed.load(turn).catch((error: unknown) => {
      for (const listener of turn) again(listener);
      throw error;
    });
    for (const listener of turn) {
      const one = news.get(listener);
      if (one === undefined) listener.isNew = false;
      else track(tell(listener, one));
    }
  }

  async function tell(listener: State, news: News): Promise<void> {
    listener.isTelling = true;
    const outcome = await feed.tell(listener, news).catch((error: Error) => {
      log.warn({ feed: feed.topic, gateway: listener.gatewayId, reason: error.message }, 'not told, trying again');
      return 'more' as const;
    });
    listener.isTelling = false;
    listener.notBefore = monotonic() + PACE_MS;
    if (outcome !== 'unheard') listener.isNew = false;
    if (outcome !== 'done') again(listener);
  }

  function again(listener: State): void {
    listener.notBefore = monotonic() + PACE_MS;
    const hears = downlink.qosOf(listener.client, feed.topic) !== undefined;
    if (listeners.has(listener.client) && hears) due.add(listener);
  }

  function track(work: Promise<void>): void {
    telling.add(work);
    work.finally(() => telling.delete(work));
  }

  return {
    hint(gatewayIds) {
      if (gatewayIds.length === 0) polledAt = Number.NEGATIVE_INFINITY;
      else markDue(gatewayIds);
      work();
    },
    async close() {
      clearInterval(ticking);
      await working;
      await Promise.all(telling);
    },
  };
}

/** Rows by who listens for them; those whose gateway has none are left out. */
export function newsOf<Row extends { readonly gatewayId: string }>(
  listeners: readonly Listener[],
  rows: readonly Row[],
): Map<Listener, Row[]> {
  const byGateway = new Map<string, Row[]>();
  for (const row of rows) {
    const own = byGateway.get(row.gatewayId);
    if (own) own.push(row);
    else byGateway.set(row.gatewayId, [row]);
  }
  const news = new Map<Listener, Row[]>();
  for (const listener of listeners) {
    const own = byGateway.get(listener.gatewayId);
    if (own) news.set(listener, own);
  }
  return news;
}
