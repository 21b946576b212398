import { readFile } from 'node:fs/promises';
import type { App } from './app.ts';

const FOLDER = new URL(
  import.meta.url.includes('/dist/') ? '../../../web/enrol/' : '../../web/enrol/',
  import.meta.url,
);

const FILES = [
  { url: '/enrol', file: 'index.html', type: 'text/html; charset=utf-8' },
  { url: '/enrol/', file: 'index.html', type: 'text/html; charset=utf-8' },
  { url: '/enrol/enrol.css', file: 'enrol.css', type: 'text/css; charset=utf-8' },
  { url: '/enrol/enrol.js', file: 'enrol.js', type: 'text/javascript; charset=utf-8' },
];

/** The page needs its own script and style, and asks the API of this host; nothing else. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  'img-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Where a person lets a gateway in: the code that the gateway shows leads here (web/enrol). */
export async function enrolPage(app: App): Promise<void> {
  for (const { url, file, type } of FILES) {
    const content = await readFile(new URL(file, FOLDER));
    app.get(url, (_request, reply) => reply.header('content-security-policy', PAGE_POLICY).type(type).send(content));
  }
}
