import type { App } from './app.ts';

const PREFLIGHT = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers':
    'authorization, content-type, content-encoding, if-none-match, last-event-id, x-request-id',
  'access-control-max-age': '600',
};
/** What a page may read of an answer, beside what any may. */
const EXPOSED =
  'content-disposition, etag, ratelimit-limit, ratelimit-remaining, ratelimit-reset, retry-after, x-request-id';

/** Lets web pages of these origins, and of no other, use the APIs from a browser; their preflights need no credentials. */
export function allowOrigins(app: App, origins: readonly string[]): void {
  if (origins.length === 0) return;
  const allowed = new Set(origins);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('vary', 'origin');
    const { origin, 'access-control-request-method': asksFor } = request.headers;
    if (origin === undefined || !allowed.has(origin)) return;
    reply.headers({ 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' });
    if (request.method !== 'OPTIONS' || asksFor === undefined) {
      reply.header('access-control-expose-headers', EXPOSED);
      return;
    }
    return reply.headers(PREFLIGHT).code(204).send();
  });
}
