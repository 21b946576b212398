import { readFile } from 'node:fs/promises';
import type { App } from './app.ts';

const FOLDER = new URL(import.meta.url.includes('/dist/') ? '../../../web/' : '../../web/', import.meta.url);

export const HTML = 'text/html; charset=utf-8';
const CSS = 'text/css; charset=utf-8';
const JAVASCRIPT = 'text/javascript; charset=utf-8';

const FILES = [
  { url: '/enrol', file: 'enrol/index.html', type: HTML },
  { url: '/enrol/', file: 'enrol/index.html', type: HTML },
  { url: '/enrol/enrol.css', file: 'enrol/enrol.css', type: CSS },
  { url: '/enrol/enrol.js', file: 'enrol/enrol.js', type: JAVASCRIPT },
  { url: '/gateway/asyncapi/asyncapi.css', file: 'asyncapi/asyncapi.css', type: CSS },
  { url: '/reset-password', file: 'reset-password/index.html', type: HTML },
  { url: '/reset-password/reset-password.js', file: 'reset-password/reset-password.js', type: JAVASCRIPT },
];

/** What a page may do, be it one of these or made while StepCloud runs. It needs its own script and style, and asks the API of this host; nothing else. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  'img-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Where links from outside lead: the code that a gateway shows (web/enrol), and the mail by which a person sets a password
 * (web/reset-password).
 */
export async function pages(app: App): Promise<void> {
  for (const { url, file, type } of FILES) {
    const content = await readFile(new URL(file, FOLDER));
    app.get(url, (_request, reply) => reply.header('content-security-policy', PAGE_POLICY).type(type).send(content));
  }
}
