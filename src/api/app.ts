import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import SerializerSelector from '@fastify/fast-json-stringify-compiler';
import helmet from '@fastify/helmet';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  LogController,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from 'fastify';
import type { Log } from '../telemetry/log.ts';
import { createProblemHandler, PROBLEM } from './problems.ts';
import { Problem } from './schemas.ts';
import { createUnreadableHandler } from './unreadable.ts';
import { compileValidator } from './validation.ts';

/** A Fastify that types its handlers by the TypeBox schemas of their routes. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

const MAX_BODY_BYTES = 256 * 1024;
const REQUEST_TIMEOUT_MS = 15_000;
const IDLE_TIMEOUT_MS = 30_000;
/** Shorter than the idle time of a connection, or that would be closed before the answer is on its way. */
const HANDLER_TIMEOUT_MS = 25_000;

/** JSON only: nothing of an answer may run or be framed. The pages of docs have a policy of their own (documents.ts). */
const CONTENT_POLICY = { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } };

/**
 * What all routes have in common: limits, headers, request ids, strict validation, and problem documents. Behind a
 * trusted proxy `request.ip` is the client's address.
 */
export async function createApp(log: Log, trustedProxies: readonly string[]): Promise<App> {
  const onProblem = createProblemHandler(log);
  const app = Fastify({
    loggerInstance: forFastify(log),
    logController: new LogController({ disableRequestLogging: true }),
    requestIdHeader: false,
    genReqId: requestId,
    trustProxy: [...trustedProxies],
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: IDLE_TIMEOUT_MS,
    handlerTimeout: HANDLER_TIMEOUT_MS,
    http: { headersTimeout: REQUEST_TIMEOUT_MS, connectionsCheckingInterval: 5_000 },
    frameworkErrors: onProblem,
    clientErrorHandler: createUnreadableHandler(log),
    schemaController: { compilersFactory: { buildSerializer: buildSerializers } },
  }).withTypeProvider<TypeBoxTypeProvider>();

  app.addSchema(Problem);
  app.setValidatorCompiler(compileValidator);
  app.setErrorHandler(onProblem);
  await app.register(helmet, { contentSecurityPolicy: CONTENT_POLICY });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'x-request-id': request.id, 'cache-control': 'no-store' });
  });
  app.addHook('onResponse', async (request, { statusCode, elapsedTime }) => {
    const { method, id, routeOptions } = request;
    log.debug(
      { request: id, method, route: routeOptions.url, status: statusCode, ms: Math.round(elapsedTime) },
      'answered',
    );
  });
  return app;
}

const standard = SerializerSelector();

/**
 * Fastify's own, made when a route first answers: to make all of them took a third of the time that the API takes to start. One is
 * enough for the problems of all routes.
 */
const buildSerializers: SerializerSelector.SerializerFactory = (schemas, options) => {
  const compile = standard(schemas, options);
  const problem = lazily(compile);
  return (route) =>
    (route.schema as { $ref?: string }).$ref === PROBLEM.$ref ? problem(route) : lazily(compile)(route);
};

function lazily(compile: ReturnType<typeof standard>): ReturnType<typeof standard> {
  let serialize: SerializerSelector.Serializer | undefined;
  return (route) => (answer) => {
    serialize ??= compile(route);
    return serialize(answer);
  };
}

/** Fastify's own lines below a warning are left out: where it listens is told by the role. */
function forFastify(log: Log): FastifyBaseLogger {
  return log.child({}, { level: log.isLevelEnabled('warn') ? 'warn' : log.level });
}

/** The caller's own id of a request where it has one that is safe to log, else a new one. */
function requestId({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[A-Za-z0-9_.-]{1,64}$/.test(given) ? given : randomUUID();
}
