import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import staticFiles from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../telemetry/log.ts';
import type { App } from './app.ts';
import { HTML } from './pages.ts';
import { noSuchRoute } from './problems.ts';

/** What `npm run build:web` makes of web/src. */
const BUILT = new URL(import.meta.url.includes('/dist/') ? '../../web/' : '../../dist/web/', import.meta.url);

/** Whose paths are no views of the page: what is not there is answered as JSON, as programs expect. */
const OF_PROGRAMS =
  /^\/(api|admin|gateway|docs|mqtt|healthz|readyz|metrics|\.well-known|assets|enrol|reset-password)(\/|\?|$)/;

/** The one style that is made in the browser, the colours of the theme, carries the nonce of its answer (CSP 3, section 6.7.3.3). */
const policy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');

/** The page for people: its files by name, and its frame for the path of any view. What is not there is answered here. */
export async function webPage(app: App, { log }: { log: Log }): Promise<void> {
  const frame = await readFile(new URL('index.html', BUILT), 'utf8').catch(() => undefined);
  if (frame === undefined) {
    log.warn('there is no page for people here: npm run build:web makes it');
    app.setNotFoundHandler(noSuchRoute);
    return;
  }
  await app.register(staticFiles, {
    root: fileURLToPath(new URL('assets', BUILT)),
    prefix: '/assets/', // named by their content
    immutable: true,
    maxAge: '1y',
    index: false,
  });
  app.get('/', (_request, reply) => sendFrame(reply));
  app.setNotFoundHandler((request, reply) => (asksForView(request) ? sendFrame(reply) : noSuchRoute(request, reply)));

  function sendFrame(reply: FastifyReply): FastifyReply {
    const nonce = randomBytes(16).toString('base64');
    return reply
      .header('content-security-policy', policy(nonce))
      .type(HTML)
      .send((frame as string).replace('%NONCE%', nonce));
  }
}

function asksForView({ method, url, headers }: FastifyRequest): boolean {
  const isRead = method === 'GET' || method === 'HEAD';
  return isRead && !OF_PROGRAMS.test(url) && (headers.accept ?? '').includes('text/html');
}
