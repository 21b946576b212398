import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildApi } from '../../src/api/server.ts';
import { routesOf } from './routes.ts';
import { createScene, type Scene } from './scene.ts';

const EXPORT = ['text/csv', 'application/x-ndjson'];
/** What answers with something else than one JSON document. */
const STREAMED: Record<string, string[]> = {
  'get /api/v1/device-models/{modelId}/image': ['image/png', 'image/jpeg', 'image/webp'],
  'get /api/v1/stream': ['text/event-stream'],
  'get /api/v1/readings/export': EXPORT,
  'get /api/v1/events/export': EXPORT,
  'get /api/v1/logs/export': EXPORT,
};

/** Parameters of queries that must be given: the device a gateway speaks of, what only one of is read, and the span of an export. */
const REQUIRED = [
  / device$/,
  /\/events\/{eventId}\/series label$/,
  /\/settings\/history label$/,
  /^patch .*\/sensors label$/,
  /\/comparison with$/,
  /\/export (from|to)$/,
];
const isRequired = (name: string) => REQUIRED.some((pattern) => pattern.test(name));

let scene: Scene;
beforeAll(async () => {
  scene = await createScene();
});
afterAll(() => scene?.close());

const APIS = [
  { page: '/docs', prefix: '/api/v1/' },
  { page: '/admin/docs', prefix: '/admin/api/v1/' },
  { page: '/gateway/docs', prefix: '/gateway/api/v1/' },
];

interface Operation {
  summary?: string;
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean; schema: { default?: unknown } }[];
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
  security?: object[];
}

describe.each(APIS)('the document of $page', ({ page, prefix }) => {
  // biome-ignore lint/suspicious/noExplicitAny: a document of any shape
  let document: any;
  let operations: [string, Operation][];
  beforeAll(async () => {
    document = (await scene.get(`${page}/json`)).body;
    operations = Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(
      ([path, methods]) =>
        Object.entries(methods).map(([method, operation]): [string, Operation] => [`${method} ${path}`, operation]),
    );
  });

  it('is OpenAPI 3.1 and has all routes of its own, and no other', async () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.info).toMatchObject({ title: expect.stringContaining('StepCloud'), version: '1.2.3' });
    expect(document.info.description).toContain('ISO 8601 in UTC');
    const app: FastifyInstance[] = [];
    const routes = await routesOf(async () => app.push(await buildApi(scene.parts)));
    await app[0]?.close();
    const own = routes.filter(({ url }) => url.startsWith(prefix));
    const names = own.map(({ method, url }) => `${method.toLowerCase()} ${url.replace(/:(\w+)/g, '{$1}')}`);
    expect(operations.map(([name]) => name).sort()).toEqual(names.sort());
  });

  it('says of every operation what it does, what it takes and all it may answer', () => {
    const known = document.tags.map(({ name }: { name: string }) => name);
    for (const [name, { summary, tags, responses, security, parameters = [] }] of operations) {
      expect.soft(summary, name).toBeTruthy();
      expect.soft(known, name).toEqual(expect.arrayContaining(tags as string[]));
      const refusals = ['400', '429', '500', '503', ...(security?.length === 0 ? [] : ['401'])];
      expect.soft(Object.keys(responses), name).toEqual(expect.arrayContaining(refusals));
      expect.soft(Object.keys(responses).filter((status) => status < '300').length, name).toBeGreaterThan(0);
      for (const [status, { description, content }] of Object.entries(responses)) {
        const types = status < '400' ? (STREAMED[name] ?? ['application/json']) : ['application/problem+json'];
        const isEmpty = ['202', '204', '304'].includes(status);
        if (!isEmpty || content) expect.soft(Object.keys(content ?? {}), `${name} ${status}`).toEqual(types);
        expect.soft(description, `${name} ${status}`).not.toBe('Default Response');
        if (status >= '400') expect.soft(description, `${name} ${status}`).toMatch(/^[A-Z_]+: /);
      }
      for (const parameter of parameters) {
        const wanted = parameter.in === 'path' || isRequired(`${name} ${parameter.name}`);
        expect.soft(parameter.required ?? false, `${name} ${parameter.name}`).toBe(wanted);
      }
    }
  });

  it('resolves every reference and has examples', () => {
    const text = JSON.stringify(document);
    const references = new Set(
      [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name),
    );
    expect([...references]).toEqual(['Problem']);
    expect(document.components.schemas.Problem.properties).toHaveProperty('code');
    expect(text).toContain('"examples":');
  });

  it('says how to sign in', () => {
    const { securitySchemes } = document.components;
    expect(document.security).toEqual(Object.keys(securitySchemes).map((name) => ({ [name]: [] })));
    const login = { type: 'oauth2', flows: { password: { tokenUrl: '/api/v1/login/access-token', scopes: {} } } };
    const apiToken = { type: 'http', scheme: 'bearer', bearerFormat: 'scat_...' };
    const gatewayToken = { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' };
    const schemes = { '/docs': { login, apiToken }, '/admin/docs': { login }, '/gateway/docs': { gatewayToken } };
    expect(securitySchemes).toEqual(schemes[page as keyof typeof schemes]);
  });
});

describe.each(APIS)('the page $page', ({ page }) => {
  it('is there, with and without a slash', async () => {
    for (const url of [page, `${page}/`]) {
      const { status, headers, text } = await scene.get(url);
      expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      expect(text).toContain('id="swagger-ui"');
    }
  });

  it('refers to no other host, has no code in it, and may load from here only', async () => {
    const { text, headers } = await scene.get(`${page}/`);
    expect(text).not.toMatch(/https?:|\/\/[a-z]/i);
    expect(text).not.toMatch(/<script[^>]*>\s*[^\s<]|<style|style=|on[a-z]+=/i);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(policy).not.toMatch(/unsafe|https?:/);
  });

  it('finds all it loads', async () => {
    const { text } = await scene.get(`${page}/`);
    const loaded = [...text.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, path]) => `${page}/${path}`);
    expect(loaded.length).toBeGreaterThan(4);
    for (const url of [...loaded, `${page}/json`]) expect.soft((await scene.get(url)).status, url).toBe(200);
    expect((await scene.get(`${page}/static/swagger-initializer.js`)).text).not.toMatch(/url: ['"]?https?:/);
  });
});

it('login needs no token in the document either', async () => {
  const { body } = await scene.get('/docs/json');
  const login = body.paths['/api/v1/login/access-token'].post;
  expect(login.security).toEqual([]);
  expect(Object.keys(login.requestBody.content)).toEqual(['application/x-www-form-urlencoded']);
});
