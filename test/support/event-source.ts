import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import { vi } from 'vitest';

export interface StreamEvent {
  event: string;
  id: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into data of every shape
  data: any;
}

/** A reader of server-sent events that does as the HTML standard says (9.2.6), but does not connect again by itself. */
export interface EventSource {
  readonly status: number;
  readonly events: StreamEvent[];
  /** Of the last event that had one. */
  readonly lastId: string | undefined;
  readonly isEnded: boolean;
  readonly response: IncomingMessage;
  /** Waits for so many events of a name. */
  until(event: string, count?: number): Promise<StreamEvent[]>;
  /** What an answer that is no stream says. */
  body(): Promise<{ code: string; detail: string }>;
  /** As a line that breaks. */
  cut(): void;
}

export interface EventSourceOptions {
  token: string;
  lastEventId?: string | undefined;
}

/** Resolves when the head of the answer has come. */
export async function openEventSource(url: string, { token, lastEventId }: EventSourceOptions): Promise<EventSource> {
  const events: StreamEvent[] = [];
  let [lastId, text, isEnded] = [lastEventId, '', false];
  let request: ClientRequest | undefined;
  const headers = {
    authorization: `Bearer ${token}`,
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
  };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request = get(url, { headers, agent: false }, resolve).on('error', reject);
  });
  response.setEncoding('utf8');
  const isStream = response.headers['content-type']?.startsWith('text/event-stream');
  response.on('data', (chunk: string) => {
    text += chunk;
    if (!isStream) return;
    const blocks = text.split('\n\n');
    text = blocks.pop() as string; // an event that was cut off is none
    for (const block of blocks) take(block);
  });
  response.on('close', () => (isEnded = true));
  response.on('error', () => {});

  function take(block: string): void {
    const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/, 2) as [string, string]));
    lastId = fields.get('id') ?? lastId;
    const event = {
      event: fields.get('event') ?? '',
      id: fields.get('id'),
      data: JSON.parse(fields.get('data') ?? ''),
    };
    events.push(event);
  }

  return {
    status: response.statusCode as number,
    events,
    response,
    get lastId() {
      return lastId;
    },
    get isEnded() {
      return isEnded;
    },
    until(name, count = 1) {
      const found = () => events.filter(({ event }) => event === name);
      return vi.waitFor(
        () => {
          if (found().length < count) {
            const came = [...new Set(events.map(({ event }) => event))];
            throw new Error(
              `waited for ${count} ${name}; came ${found().length}, and ${came}${isEnded ? ', and the end' : ''}`,
            );
          }
          return found();
        },
        { timeout: 20_000, interval: 20 },
      );
    },
    async body() {
      await vi.waitFor(() => {
        if (!isEnded) throw new Error('the answer goes on');
      });
      return JSON.parse(text);
    },
    cut: () => void request?.destroy(),
  };
}
