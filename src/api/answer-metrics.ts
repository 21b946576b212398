import type { Metrics } from '../telemetry/metrics.ts';
import type { App } from './app.ts';

const APIS = [
  { api: 'user', prefix: '/api/' },
  { api: 'admin', prefix: '/admin/api/' },
  { api: 'gateway', prefix: '/gateway/api/' },
] as const;

/** Counts every answer, and measures how long it took; not a live stream, which has no end. */
export function countAnswers(app: App, { answers, answerSeconds }: Metrics['api']): void {
  app.addHook('onResponse', async ({ url }, reply) => {
    const api = APIS.find(({ prefix }) => url.startsWith(prefix))?.api ?? 'other';
    answers.inc({ api, status: String(reply.statusCode) });
    const streams = String(reply.getHeader('content-type')).startsWith('text/event-stream');
    if (!streams) answerSeconds.observe(reply.elapsedTime / 1000);
  });
}
