import { onScopeDispose, ref, watch } from 'vue';
import { tellLineStands } from '../parts/loaded.ts';
import { authorizedFetch } from '../session/session.ts';
import { createEventReader, type ServerEvent } from './events.ts';

/** A beat comes every 15 s: a line that is silent for longer is dead. */
const SILENT_MS = 45_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 20_000;

export interface LiveReading {
  readonly label: string;
  readonly unit: string | null;
  readonly valueType: 'number' | 'boolean' | 'string';
  readonly value: number | boolean | string;
  readonly recordedAt: string;
  readonly receivedAt: string;
}

/** What of the stream a view takes (docs/live.md). */
export interface LiveHandlers {
  /**
   * Everything that is stored from now on comes: load what was before, and say whether that went well. Called again after each
   * gap, and after a cut where it had not. What comes meanwhile is handed over afterwards, since the answer may be older.
   */
  onReady(): Promise<boolean>;
  onReadings?(event: { deviceId: string; readings: readonly LiveReading[] }): void;
  onConnectivity?(event: {
    gatewayId: string;
    online: boolean;
    onlineSince: string | null;
    offlineSince: string | null;
  }): void;
  onEvent?(event: { deviceId: string; eventId: string }): void;
}

export interface Watched {
  readonly deviceIds?: readonly string[];
  readonly gatewayIds?: readonly string[];
}

export type LiveState = 'connecting' | 'live' | 'ended';

/** The live stream of what is watched, for as long as the view stands; it begins again whenever other things are watched. */
export function useLive(watched: () => Watched, handlers: LiveHandlers) {
  const state = ref<LiveState>('connecting');
  let stop = () => {};
  const key = () => {
    const { deviceIds = [], gatewayIds = [] } = watched();
    return new URLSearchParams([
      ...deviceIds.map((id) => ['deviceId', id]),
      ...gatewayIds.map((id) => ['gatewayId', id]),
    ]).toString();
  };
  watch(
    key,
    (query) => {
      stop();
      if (query) stop = follow(query, handlers, (next) => (state.value = next));
    },
    { immediate: true },
  );
  onScopeDispose(() => stop());
  return state;
}

/** Connects, and again after each cut, behind the last event that came. Returns what ends it. */
function follow(query: string, handlers: LiveHandlers, tell: (state: LiveState) => void): () => void {
  let lastEventId: string | undefined;
  /** Whether the view has what was before that event; if not, there is nothing to go on from. */
  let isLoaded = false;
  /** What came while the view loads. */
  let waiting: ServerEvent[] | undefined;
  let isOver = false;
  let line = new AbortController();
  let waitMs = FIRST_WAIT_MS;

  function take(event: ServerEvent): void {
    if (isOver) return;
    if (event.id !== undefined) lastEventId = event.id;
    if (event.event === 'end') return end();
    if (event.event === 'ready') {
      waitMs = FIRST_WAIT_MS;
      tell('live');
    }
    handOver(event);
    if (event.event === 'ready') tellLineStands();
  }

  function handOver(event: ServerEvent): void {
    if (isOver) return;
    if (waiting) return void waiting.push(event);
    const told = JSON.parse(event.data || '{}');
    if (event.event === 'gap' || (event.event === 'ready' && !told.resumed)) void load();
    else if (event.event === 'readings') handlers.onReadings?.(told);
    else if (event.event === 'connectivity') handlers.onConnectivity?.(told);
    else if (event.event === 'event') handlers.onEvent?.(told);
  }

  async function load(): Promise<void> {
    isLoaded = false;
    const came: ServerEvent[] = [];
    waiting = came;
    isLoaded = await handlers.onReady();
    waiting = undefined;
    for (const event of came) handOver(event);
  }

  function end(): void {
    isOver = true;
    line.abort();
    tell('ended');
    // Where it is the session that has ended, this leads to the sign-in.
    void authorizedFetch(new Request('/api/v1/me')).catch(() => {});
  }

  async function connect(): Promise<void> {
    line = new AbortController();
    if (!isLoaded) lastEventId = undefined;
    const headers = new Headers(lastEventId === undefined ? [] : [['last-event-id', lastEventId]]);
    const answer = await authorizedFetch(new Request(`/api/v1/stream?${query}`, { headers, signal: line.signal }));
    if (answer.status === 400) lastEventId = undefined; // it is one of another installation by now
    if (answer.status === 401 || answer.status === 404) return end();
    if (answer.ok && answer.body) await readAll(answer.body, createEventReader(take), line);
  }

  async function run(): Promise<void> {
    while (!isOver) {
      await connect().catch(() => {}); // cut: that is what the next turn is for
      if (isOver) return;
      tell('connecting');
      await new Promise((resolve) => setTimeout(resolve, waitMs * (0.5 + Math.random())));
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    }
  }

  void run();
  return () => {
    isOver = true;
    line.abort();
  };
}

/** Until the line ends, or is silent for too long. */
async function readAll(
  body: ReadableStream<Uint8Array>,
  read: (text: string) => void,
  line: AbortController,
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const silent = setTimeout(() => line.abort(), SILENT_MS);
    const { value, done } = await reader.read().finally(() => clearTimeout(silent));
    if (done) return;
    read(decoder.decode(value, { stream: true }));
  }
}
