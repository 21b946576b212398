import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifySchema } from 'fastify';
import type { App } from './app.ts';
import { LISTS } from './lists.ts';

export interface ApiDocument {
  title: string;
  description: string;
  version: string;
  /** Where its page is; the document itself is at `<page>/json`. */
  page: string;
  tags: { name: string; description: string }[];
  /** How to come in, one of these: a user's password, a token for scripts, a token that a gateway has. */
  security: (keyof typeof SECURITY_SCHEMES)[];
}

const SECURITY_SCHEMES = {
  login: { type: 'oauth2', flows: { password: { tokenUrl: '/api/v1/login/access-token', scopes: {} } } },
  apiToken: { type: 'http', scheme: 'bearer', bearerFormat: 'scat_...' },
  gatewayToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
} as const;

/** Said of every API. */
const CONVENTIONS = `

**Time and units.** All times are ISO 8601 in UTC, with milliseconds; where a time is asked for, any zone is taken, but one must be given. Values have the unit of their sensor, as its gateway declared it; nothing is converted.

**Refusals** are problem documents (RFC 9457) with a \`code\` for programs and a \`detail\` for people. Parameters and fields that a route does not know are refused. An id that is not yours answers 404, like one that does not exist.

**Limits.** Each caller has a number of requests a minute; every answer says in \`RateLimit-Limit\`, \`RateLimit-Remaining\` and \`RateLimit-Reset\` (seconds) what is left. Beyond it, 429 with \`Retry-After\`. Send \`x-request-id\` to name a request in our log; every answer has it.

**Lists** come in pages: \`nextCursor\` leads to the next one and is null on the last. ${LISTS}`;

/** The page needs its own scripts and styles, draws icons from data URLs and asks the API of this host; nothing else. */
const PAGE_POLICY = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': ["'self'", 'data:'],
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};

/** Gives the routes that are registered on `app` from now on an OpenAPI document and a page of their own. */
export async function documentApi(app: App, { title, description, version, page, tags, security }: ApiDocument) {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title, version, description: description + CONVENTIONS, license: { name: 'MIT', identifier: 'MIT' } },
      servers: [{ url: '/', description: 'This host.' }],
      tags,
      components: { securitySchemes: Object.fromEntries(security.map((name) => [name, SECURITY_SCHEMES[name]])) },
      security: security.map((name) => ({ [name]: [] })),
    },
    convertConstToEnum: false,
    refResolver: { buildLocalReference: ({ $id }, _base, _fragment, index) => String($id ?? `schema-${index}`) },
    transform: ({ schema, url, route }) => ({ schema: describe(schema, `${route.method}`, url), url }),
  });
  await app.register(swaggerUi, {
    routePrefix: page,
    theme: { title },
    uiConfig: { layout: 'BaseLayout', docExpansion: 'list', deepLinking: true },
    staticCSP: PAGE_POLICY,
  });
}

function describe(schema: FastifySchema, method: string, url: string): FastifySchema {
  return { operationId: operationIdOf(method, url), ...withOptionalDefaults(schema) };
}

/**
 * What generated clients call an operation: its method and the levels of its path, of one where an id follows. So
 * GET /api/v1/devices/:deviceId/latest is getDeviceLatest, and GET /api/v1/devices is getDevices.
 */
function operationIdOf(method: string, url: string): string {
  const levels = url.replace(/^.*\/api\/v1\//, '').split('/');
  const names = levels.flatMap((level, i) => {
    if (level.startsWith(':')) return [];
    return levels[i + 1]?.startsWith(':') ? [toSingular(level)] : [level];
  });
  const words = names.flatMap((name) => name.split('-'));
  return [method.toLowerCase(), ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join('');
}

function toSingular(plural: string): string {
  return plural
    .replace(/ies$/, 'y')
    .replace(/ss(es)$/, 'ss')
    .replace(/([^s])s$/, '$1');
}

/** To a handler a parameter with a default is always there; a caller may leave it out. */
function withOptionalDefaults(schema: FastifySchema): FastifySchema {
  const query = schema?.querystring as { required?: string[]; properties: Record<string, object> } | undefined;
  if (!query?.required) return schema;
  const required = query.required.filter((name) => !('default' in (query.properties[name] ?? {})));
  return { ...schema, querystring: { ...query, required } };
}
