import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../db/database.ts';
import {
  type LiveDeadLetter,
  type LiveItem,
  type LiveNews,
  type LivePosition,
  listBatchesUnderWay,
  readLive,
  watchTopics,
} from '../../db/live.ts';
import {
  findSensorNames,
  type GatewayState,
  type LiveSubjects,
  listGatewayStates,
  type SensorName,
} from '../../db/live-views.ts';
import type { Log } from '../../telemetry/log.ts';
import type { EventStream } from './event-stream.ts';
import { encodePosition } from './position.ts';

/** Between two looks, so that many small batches make one. */
const LOOK_PAUSE_MS = 50;
/** Hints may be lost. */
const POLL_MS = 1_000;
const GATEWAYS_EVERY_MS = 2_000;
/** As signals may be lost here too, nobody sees more for longer than this after what let them was taken back. */
const CHECK_EVERY_MS = 5_000;
/** Shorter than what proxies and our own server wait for a silent connection. */
const BEAT_EVERY_MS = 15_000;
const ITEMS_AT_ONCE = 50;
/** In one question: when all come back at once, their first pages are not in memory together. */
const READERS_AT_ONCE = 100;
/** Being behind for less is nothing to speak of. */
const SLOW_MS = 5_000;

/** What one stream shows, and to whom. */
export interface LiveRequest {
  readonly out: EventStream;
  readonly subjects: LiveSubjects;
  /** Where it resumes. */
  readonly position: LivePosition | undefined;
  /** What it has to show by now; undefined once its reader may see nothing. */
  lookAgain(): Promise<LiveSubjects | undefined>;
}

/** The live streams of this process. */
export interface Live {
  open(request: LiveRequest): Promise<void>;
  /** There is something new of these topics, or of any. */
  look(topics: readonly string[]): void;
  /** Somebody's access has changed. */
  check(): void;
  /** Ends all streams; their readers resume elsewhere. */
  close(): Promise<void>;
}

/** What a stream shows, put so that it is found by what comes. */
interface Shown {
  readonly topics: readonly string[];
  /** Gateways whose state it shows. */
  readonly gatewayIds: ReadonlySet<string>;
  /** By gateway, the keys of devices whose dead letters it shows; all, where it watches the gateway itself. */
  readonly deviceKeys: ReadonlyMap<string, ReadonlySet<string> | 'all'>;
}

interface Stream extends LiveRequest {
  shown: Shown;
  /** What is noted for it since a time, but not by batches that were under way then. */
  joining:
    | { readonly topics: readonly string[]; readonly since: number; readonly behind: readonly string[] }
    | undefined;
  at: LivePosition | { behind: readonly string[] };
  isReady: boolean;
  /** What it is to be told when it begins again. */
  gapSince: Date | undefined;
  readonly gatewayStates: Map<string, string>;
}

/** One question to the database for all streams that have something waiting, as often as there is something new (docs/decisions/0013). */
export function startLive({ db, log }: { db: Database; log: Log }): Live {
  const streams = new Set<Stream>();
  const byTopic = new Map<string, Set<Stream>>();
  const due = new Set<Stream>();
  let looking: Promise<void> | undefined;
  let isClosed = false;
  const underWay = new Set<Promise<void>>();
  const check = oneAtATime(checkAll);
  const timers = [
    setInterval(() => lookAt(streams), POLL_MS),
    setInterval(oneAtATime(showGateways), GATEWAYS_EVERY_MS),
    setInterval(check, CHECK_EVERY_MS),
    setInterval(oneAtATime(beat), BEAT_EVERY_MS),
  ];
  for (const timer of timers) timer.unref();

  async function open(request: LiveRequest): Promise<void> {
    const stream = toStream(request);
    try {
      await begin(stream, request.position);
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'a live stream could not begin; its reader may try again');
      return request.out.end();
    }
    if (isClosed) return request.out.end();
    streams.add(stream);
    register(stream);
    request.out.onDrain((heldUpMs) => {
      if (heldUpMs >= SLOW_MS) request.out.send('slow', { heldUpMs: Math.round(heldUpMs) });
      lookAt([stream]);
    });
    request.out.onEnd(() => forget(stream));
    lookAt([stream]);
  }

  function register(stream: Stream): void {
    for (const topic of stream.shown.topics) byTopic.set(topic, (byTopic.get(topic) ?? new Set()).add(stream));
  }

  function forget(stream: Stream): void {
    streams.delete(stream);
    due.delete(stream);
    for (const topic of stream.shown.topics) {
      const others = byTopic.get(topic);
      others?.delete(stream);
      if (others?.size === 0) byTopic.delete(topic);
    }
  }

  async function begin(stream: Stream, position?: LivePosition): Promise<void> {
    await watchTopics(db, stream.shown.topics);
    stream.at = position ?? { behind: await listBatchesUnderWay(db) };
  }

  function lookAt(some: Iterable<Stream>): void {
    for (const stream of some) due.add(stream);
    if (due.size > 0 && !isClosed) looking ??= lookWhileDue();
  }

  /** Who is behind is left out until it has caught up: what it waits for stays in the database. */
  async function lookWhileDue(): Promise<void> {
    try {
      while (due.size > 0 && !isClosed) {
        const readers = takeDue();
        if (readers.length > 0) await lookOnce(readers);
        await delay(LOOK_PAUSE_MS);
      }
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'live streams stand still; they go on by themselves');
    } finally {
      looking = undefined;
    }
  }

  function takeDue(): Stream[] {
    const readers: Stream[] = [];
    for (const stream of due) {
      if (readers.length === READERS_AT_ONCE) break;
      due.delete(stream);
      if (!stream.out.isFull) readers.push(stream);
    }
    return readers;
  }

  async function lookOnce(readers: readonly Stream[]): Promise<void> {
    const all = await readLive(
      db,
      readers.map(({ shown: { topics }, at }) => ({ topics, position: at })),
      ITEMS_AT_ONCE,
    );
    const names = await findSensorNames(db, [...new Set(all.flatMap(({ items }) => items.flatMap(sensorIdsOf)))]);
    for (const [index, stream] of readers.entries()) {
      if (streams.has(stream)) await show(stream, all[index] as LiveNews, names);
    }
  }

  async function show(stream: Stream, news: LiveNews, names: ReadonlyMap<number, SensorName>): Promise<void> {
    const { position, gapSince, items, isMore } = news;
    if (gapSince) {
      stream.gapSince ??= gapSince;
      await begin(stream);
    }
    if (isMore || !position) due.add(stream);
    if (!position) return;
    const { out } = stream;
    const isFresh = 'behind' in stream.at;
    const isFirst = !stream.isReady;
    stream.at = position; // and what lies before it is sent before anything else can be
    const id = encodePosition(position);
    if (isFirst) {
      out.send('ready', { serverTime: new Date(position.at), resumed: !isFresh }, isFresh ? id : undefined);
      stream.isReady = true;
    }
    if (isFresh && stream.gapSince) {
      out.send('gap', { from: stream.gapSince, to: new Date(position.at) }, id);
      stream.gapSince = undefined;
    }
    for (const item of items) {
      const data = toData(stream, item, names);
      if (data) out.send(item.kind, data, encodePosition(item.position));
    }
    if (isFirst) await showGatewaysOf([stream]);
  }

  async function showGateways(): Promise<void> {
    await showGatewaysOf([...streams].filter(({ isReady, out }) => isReady && !out.isFull));
  }

  async function showGatewaysOf(some: readonly Stream[]): Promise<void> {
    const ids = new Set(some.flatMap(({ shown }) => [...shown.gatewayIds]));
    if (ids.size === 0) return;
    for (const state of await listGatewayStates(db, [...ids])) {
      for (const stream of some) if (stream.shown.gatewayIds.has(state.gatewayId)) showGateway(stream, state);
    }
  }

  async function checkAll(): Promise<void> {
    for (const stream of streams) {
      const subjects = await stream.lookAgain();
      const now = subjects && toShown(subjects);
      if (now && isWithin(stream.shown.topics, now.topics)) {
        await follow(stream, now);
        continue;
      }
      stream.out.send('end', { reason: 'the session has ended, or something of this is yours no longer' });
      stream.out.end();
      forget(stream);
    }
  }

  /** Shows gateways that began to hear a device: noted first, and shown once the batches are over that may not have noted them. */
  async function follow(stream: Stream, now: Shown): Promise<void> {
    if (isWithin(now.topics, stream.shown.topics)) return;
    const { joining } = stream;
    if (!joining || !isWithin(now.topics, joining.topics)) {
      const since = await watchTopics(db, now.topics);
      stream.joining = { topics: now.topics, since, behind: await listBatchesUnderWay(db) };
      return;
    }
    const underWay = new Set(await listBatchesUnderWay(db));
    if (joining.behind.some((batch) => underWay.has(batch)) || !streams.has(stream)) return;
    if ('behind' in stream.at || stream.at.at < joining.since) return;
    stream.shown = now;
    stream.joining = undefined;
    register(stream);
  }

  /** Moves the place to resume from on, and says that the stream lives. */
  async function beat(): Promise<void> {
    for (const { out, at, isReady } of streams) {
      if (isReady && !out.isFull && !('behind' in at))
        out.send('beat', { serverTime: new Date(at.at) }, encodePosition(at));
    }
    await watchTopics(db, [...byTopic.keys()]);
  }

  /** For what runs again and again: not while it runs, and not in vain while nobody listens. */
  function oneAtATime(work: () => Promise<void>): () => void {
    let running = false;
    return () => {
      if (running || isClosed || streams.size === 0) return;
      running = true;
      const done: Promise<void> = work()
        .catch((error: Error) => log.debug({ reason: error.message }, 'live streams: tried again soon'))
        .finally(() => {
          running = false;
          underWay.delete(done);
        });
      underWay.add(done);
    };
  }

  return {
    open,
    check,
    look(topics) {
      if (topics.length === 0) lookAt(streams);
      for (const topic of topics) lookAt(byTopic.get(topic) ?? []);
    },
    async close() {
      isClosed = true;
      for (const timer of timers) clearInterval(timer);
      for (const { out } of streams) out.end();
      await Promise.all([looking, ...underWay]);
    },
  };
}

function toStream(request: LiveRequest): Stream {
  return {
    ...request,
    shown: toShown(request.subjects),
    joining: undefined,
    at: { behind: [] },
    isReady: false,
    gapSince: undefined,
    gatewayStates: new Map(),
  };
}

function toShown({ devices, gateways }: LiveSubjects): Shown {
  const deviceKeys = new Map<string, Set<string> | 'all'>(gateways.map(({ id }) => [id, 'all']));
  for (const { key, gatewayIds } of devices) {
    for (const id of gatewayIds) {
      const known = deviceKeys.get(id);
      if (known !== 'all') deviceKeys.set(id, (known ?? new Set()).add(key));
    }
  }
  const gatewayIds = new Set(deviceKeys.keys());
  return { topics: [...new Set([...devices.map(({ id }) => id), ...gatewayIds])], gatewayIds, deviceKeys };
}

function isWithin(some: readonly string[], others: readonly string[]): boolean {
  const known = new Set(others);
  return some.every((one) => known.has(one));
}

function showGateway({ gatewayStates, out }: Stream, state: GatewayState): void {
  const text = JSON.stringify(state);
  if (gatewayStates.get(state.gatewayId) === text) return;
  gatewayStates.set(state.gatewayId, text);
  out.send('connectivity', state);
}

function sensorIdsOf(item: LiveItem): number[] {
  return item.kind === 'readings' ? item.body.map(([sensorId]) => sensorId) : [];
}

/** What a reader gets of an item; undefined where it is not for this stream. */
function toData(stream: Stream, item: LiveItem, names: ReadonlyMap<number, SensorName>): object | undefined {
  switch (item.kind) {
    case 'readings':
      return { deviceId: item.topic, readings: item.body.flatMap((reading) => toReading(reading, names)) };
    case 'event': {
      const { id, recordedAt, ...event } = item.body;
      return { deviceId: item.topic, eventId: id, recordedAt: new Date(recordedAt), ...event };
    }
    case 'dead-letter':
      return isShown(stream, item.topic, item.body) ? { gatewayId: item.topic, ...item.body } : undefined;
  }
}

function isShown({ shown: { deviceKeys } }: Stream, gatewayId: string, { deviceKey }: LiveDeadLetter): boolean {
  const keys = deviceKeys.get(gatewayId);
  return keys === 'all' || (deviceKey !== null && keys?.has(deviceKey) === true);
}

/** Nothing of a sensor that was deleted meanwhile. */
function toReading(
  [sensorId, recordedAt, value, receivedAt]: Extract<LiveItem, { kind: 'readings' }>['body'][number],
  names: ReadonlyMap<number, SensorName>,
): object[] {
  const sensor = names.get(sensorId);
  if (!sensor) return [];
  const { label, unit, valueType } = sensor;
  const times = { recordedAt: new Date(recordedAt), receivedAt: new Date(receivedAt) };
  return [{ label, unit, valueType, value: valueType === 'boolean' ? value === 1 : value, ...times }];
}
