import type { FastifyReply } from 'fastify';

/** Who takes nothing for so long is cut off; it may resume. */
const STUCK_MS = 60_000;

/** An answer of server-sent events (HTML standard, section 9.2). */
export interface EventStream {
  /** Whether the reader is behind: what is sent now would pile up here. */
  readonly isFull: boolean;
  /** Sends an event; with an id, that is where the reader resumes from now on. */
  send(event: string, data: object, id?: string): void;
  /** Called whenever the reader has caught up, with how long it was behind. */
  onDrain(drained: (heldUpMs: number) => void): void;
  /** Called once, however it ends. */
  onEnd(ended: () => void): void;
  end(): void;
}

/** Takes the answer out of Fastify's hands, which would wait for its end. */
export function openEventStream(reply: FastifyReply): EventStream {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    ...reply.getHeaders(),
    'content-type': 'text/event-stream; charset=utf-8',
    'x-accel-buffering': 'no', // proxies that gather answers let this one through
  } as Record<string, string>);
  raw.flushHeaders();
  raw.socket?.setNoDelay(true);
  let drained: (heldUpMs: number) => void = () => {};
  let fullSince: number | undefined;
  let stuck: NodeJS.Timeout | undefined;

  raw.on('drain', () => {
    clearTimeout(stuck);
    const heldUpMs = performance.now() - (fullSince ?? performance.now());
    fullSince = undefined;
    drained(heldUpMs);
  });
  raw.on('close', () => clearTimeout(stuck));
  raw.on('error', () => raw.destroy());

  function write(text: string): void {
    if (raw.destroyed || raw.writableEnded || raw.write(text) || fullSince !== undefined) return;
    fullSince = performance.now();
    stuck = setTimeout(() => raw.destroy(), STUCK_MS);
    stuck.unref();
  }

  return {
    get isFull() {
      return fullSince !== undefined;
    },
    send(event, data, id) {
      write(`event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`);
    },
    onDrain(handler) {
      drained = handler;
    },
    onEnd(ended) {
      if (raw.destroyed) ended();
      else raw.once('close', ended);
    },
    end() {
      raw.end();
    },
  };
}
