import { channel } from 'node:diagnostics_channel';
import { isDeepStrictEqual } from 'node:util';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { PROBLEM } from '../../src/api/problems.ts';
import { Problem } from '../../src/api/schemas.ts';

/** One response of a route, as its schema describes it. */
interface Described {
  description?: string;
  type?: string;
  headers?: Record<string, object>;
  content?: Record<string, { schema: TSchema }>;
}

/** What any answer may have without saying so: what the whole API does, and what HTTP does by itself. */
const COMMON_HEADERS = [
  /^(x-request-id|cache-control|content-(type|length|encoding|security-policy)|connection|keep-alive|date)$/,
  /^(transfer-encoding|trailer|vary|www-authenticate|ratelimit-(limit|remaining|reset))$/,
  /^(x-accel-buffering$|access-control-|cross-origin-|referrer-policy$|strict-transport-security$|origin-agent-cluster$|x-(content|dns|download|frame|permitted|xss)-)/,
];

/**
 * Holds every answer of every API that this process builds, by `inject` or over a socket, to the schema of its route. What it
 * finds is told to `onFault`.
 */
export function watchAnswers(onFault: (fault: string) => void): void {
  const given = new WeakMap<FastifyRequest, unknown>();
  channel('fastify.initialization').subscribe((message) => {
    const { fastify } = message as { fastify: FastifyInstance };
    // With callbacks: an answer whose body is a stream is on its way before the next turn, and must stay so.
    fastify.addHook('preSerialization', (request, _reply, payload, done) => {
      given.set(request, payload);
      done(null, payload);
    });
    fastify.addHook('onSend', (request, reply, payload, done) => {
      tell(request, reply, faultsOf(request, reply, payload, given.get(request)));
      done(null, payload);
    });
    fastify.addHook('onResponse', (request, reply, done) => {
      tell(request, reply, faultsOfHeaders(reply.getHeaders(), describe(request, reply)));
      done();
    });
  });

  function tell({ method, url, routeOptions }: FastifyRequest, { statusCode }: FastifyReply, faults: Iterable<string>) {
    for (const fault of faults) onFault(`${method} ${routeOptions.url ?? url} answered ${statusCode}: ${fault}`);
  }
}

function* faultsOf(request: FastifyRequest, reply: FastifyReply, sent: unknown, given: unknown): Generator<string> {
  const described = describe(request, reply);
  if (described === undefined) return;
  if (typeof described === 'string') return yield described;
  const type = String(reply.getHeader('content-type') ?? '').split(';')[0] as string;
  const schema = schemaOf(described, type);
  if (schema === undefined) yield `the content type '${type}' is not described`;
  else if (schema !== null && typeof sent === 'string' && request.method !== 'HEAD')
    yield* faultsOfBody(schema, sent, given, described);
  else if (schema === null && sent && sent !== 'null') yield 'no body is described';
}

/** Undefined where nothing is promised: of a page (also where a view of it has no route here) or another file, or to a preflight. */
function describe(
  { method, routeOptions, is404 }: FastifyRequest,
  { statusCode }: FastifyReply,
): Described | string | undefined {
  const { url, schema } = routeOptions;
  if (method === 'OPTIONS' || (is404 && statusCode === 200)) return undefined;
  if (is404 || url === undefined) return { content: { 'application/problem+json': { schema: Problem } } };
  const responses = schema?.response as Record<string, Described> | undefined;
  return responses && (responses[statusCode] ?? 'this status is not described');
}

/** Null: no body; undefined: another type of content. */
function schemaOf(described: Described, type: string): TSchema | null | undefined {
  if (described.content) return described.content[type]?.schema;
  if (described.type === undefined || described.type === 'null') return null;
  return type === 'application/json' ? (described as TSchema) : undefined;
}

function* faultsOfBody(schema: TSchema, sent: string, given: unknown, { description }: Described): Generator<string> {
  const body: unknown = JSON.parse(sent);
  for (const { instancePath, message } of validator(schema).Errors(body)) yield `${instancePath || '/'} ${message}`;
  if (given !== undefined) yield* differences(JSON.parse(JSON.stringify(given)), body, '');
  const { code } = body as { code?: string };
  if (description && isProblem(schema) && !description.includes(`${code}: `)) yield `${code} is not described`;
}

/** What a handler gave and the serializer left out or made into something else. Values stay out of it: they may be secret. */
function* differences(given: unknown, sent: unknown, path: string): Generator<string> {
  if (!isFields(given) || !isFields(sent)) {
    if (!isDeepStrictEqual(given, sent)) yield `${path || '/'} was given otherwise than it was sent`;
    return;
  }
  for (const [name, value] of Object.entries(given)) {
    if (name in sent) yield* differences(value, sent[name], `${path}/${name}`);
    else yield `${path}/${name} was given and not sent`;
  }
}

const isProblem = (schema: TSchema) => (schema as { $ref?: string }).$ref === PROBLEM.$ref;
const isFields = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function* faultsOfHeaders(headers: object, described: ReturnType<typeof describe>): Generator<string> {
  if (described === undefined || typeof described === 'string') return;
  if (!('x-request-id' in headers)) yield 'the header x-request-id is missing';
  const known = new Map(Object.entries(described.headers ?? {}).map(([name, schema]) => [name.toLowerCase(), schema]));
  for (const [name, value] of Object.entries(headers)) {
    const schema = known.get(name);
    if (!schema && !COMMON_HEADERS.some((common) => common.test(name))) yield `the header ${name} is not described`;
    const number = schema && (schema as { type?: string }).type === 'integer' ? Number(value) : value;
    if (schema && !validator(schema as TSchema).Check(number)) yield `the header ${name} is not as described`;
  }
}

const validators = new WeakMap<object, Validator>();
function validator(schema: TSchema): Validator {
  const known = validators.get(schema);
  if (known) return known;
  const made = Compile(isProblem(schema) ? Problem : schema) as unknown as Validator;
  validators.set(schema, made);
  return made;
}
