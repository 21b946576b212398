import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { isMissingReference, isTransient } from '../db/failures.ts';
import { type ErrorCode, REFUSAL_CODES, REQUEST_CODES, StepCloudError } from '../errors.ts';
import type { Log } from '../telemetry/log.ts';
import type { Problem } from './schemas.ts';
import { describeFaults } from './validation.ts';

const TITLES: Record<ErrorCode, string> = { ...REFUSAL_CODES, ...REQUEST_CODES };
const PROBLEM_JSON = 'application/problem+json';
export const PROBLEM = { $ref: 'Problem#' };
const RETRY_AFTER = { 'Retry-After': { type: 'integer', description: 'After how many seconds to try again.' } };
const RATE_LIMITED = {
  ...RETRY_AFTER,
  'RateLimit-Limit': { type: 'integer', description: 'Requests that are taken in a minute; in every answer.' },
  'RateLimit-Remaining': { type: 'integer', description: 'How many of them are left; in every answer.' },
  'RateLimit-Reset': { type: 'integer', description: 'Seconds until there are as many again; in every answer.' },
};
const HEADERS: Partial<Record<ErrorCode, object>> = {
  RATE_LIMITED,
  QUEUE_UNAVAILABLE: RETRY_AFTER,
  AUTHORIZATION_PENDING: RETRY_AFTER,
  SLOW_DOWN: RETRY_AFTER,
};

/** The HTTP status of every code. Data that cannot be stored is mostly 422: the request around it was right. */
const STATUSES: Record<ErrorCode, number> = {
  TOPIC_UNKNOWN: 422,
  TOPIC_FOREIGN: 422,
  DEVICE_BLOCKED: 422,
  DEVICE_LIMIT: 422,
  SENSOR_LIMIT: 422,
  PAYLOAD_EMPTY: 422,
  PAYLOAD_TOO_LARGE: 413,
  PAYLOAD_NOT_JSON: 422,
  PAYLOAD_TOO_DEEP: 422,
  PAYLOAD_INVALID: 422,
  TEXT_INVALID: 422,
  NUMBER_NOT_FINITE: 422,
  TIME_INVALID: 422,
  TIME_TOO_OLD: 422,
  TIME_IN_FUTURE: 422,
  TIME_UNKNOWN: 422,
  TYPE_MISMATCH: 422,
  UNIT_MISMATCH: 422,
  VALUE_CONFLICT: 409,
  EVENT_CONFLICT: 409,
  MODEL_UNKNOWN: 422,
  STORAGE_REFUSED: 422,
  REQUEST_INVALID: 400,
  CREDENTIALS_INVALID: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  TOO_LARGE: 413,
  MEDIA_TYPE_UNSUPPORTED: 415,
  RATE_LIMITED: 429,
  // RFC 8628, 3.5, answers these four with 400.
  AUTHORIZATION_PENDING: 400,
  SLOW_DOWN: 400,
  ACCESS_DENIED: 400,
  EXPIRED_TOKEN: 400,
  NOT_CONFIGURED: 501,
  CONFIG_INVALID: 500,
  SCHEMA_OUTDATED: 503,
  QUEUE_UNAVAILABLE: 503,
  DATABASE_UNAVAILABLE: 503,
  INTERNAL: 500,
};

export function toProblem(code: ErrorCode, detail: string, requestId: string): Problem {
  const status = STATUSES[code];
  return { type: `urn:stepcloud:problem:${code}`, title: TITLES[code], status, detail, code, requestId };
}

export function sendProblem<P extends Problem>(reply: FastifyReply, problem: P): FastifyReply {
  reply.headers({ 'x-request-id': problem.requestId, 'cache-control': 'no-store' });
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer'); // RFC 9110, 11.6.1
  return reply.code(problem.status).type(PROBLEM_JSON).send(problem);
}

/** Turns whatever was thrown into a problem. A fault of ours is logged with its cause, and the caller learns its code only. */
export function createProblemHandler(log: Log) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const { code, detail, errors, counts, retryAfterS } = describe(error as FastifyError);
    const problem = { ...toProblem(code, detail, request.id), ...(errors && { errors }), ...(counts && { counts }) };
    if (problem.status >= 500 && code !== 'NOT_CONFIGURED') {
      log.error(
        { request: request.id, method: request.method, route: request.routeOptions.url, code, err: error },
        'request failed',
      );
      problem.detail = problem.title;
    }
    if (retryAfterS !== undefined) reply.header('retry-after', retryAfterS);
    sendProblem(reply, problem);
  };
}

export function noSuchRoute(request: FastifyRequest, reply: FastifyReply): void {
  sendProblem(reply, toProblem('NOT_FOUND', 'there is no such route, or not for this method', request.id));
}

/**
 * The responses of a route that refuses with these codes, for its schema. RATE_LIMITED, INTERNAL and DATABASE_UNAVAILABLE
 * are always among them. Typed as no responses at all, since a handler throws its problems and never returns one.
 */
export function failures(...codes: ErrorCode[]): object {
  const responses: Record<number, { description: string; content: object; headers?: object }> = {};
  for (const code of new Set<ErrorCode>([...codes, 'RATE_LIMITED', 'INTERNAL', 'DATABASE_UNAVAILABLE'])) {
    const status = STATUSES[code];
    const known = responses[status];
    const description = `${code}: ${TITLES[code]}`;
    const headers = HEADERS[code] && { headers: HEADERS[code] };
    const example = toProblem(code, TITLES[code], '4e222b8c-97e4-4924-ba71-1b0e26efd25e');
    if (known) Object.assign(known, headers, { description: `${known.description}; ${description}` });
    else responses[status] = { description, ...headers, content: { [PROBLEM_JSON]: { schema: PROBLEM, example } } };
  }
  return responses;
}

/** The same responses, of which the one with this status also has headers. */
export function withHeaders(responses: object, status: number, headers: object): object {
  return { ...responses, [status]: { ...(responses as Record<number, object>)[status], headers } };
}

type Described = Pick<Problem, 'detail' | 'errors' | 'counts'> & { code: ErrorCode; retryAfterS?: number | undefined };

function describe(error: FastifyError): Described {
  if (error instanceof StepCloudError)
    return {
      code: error.code,
      detail: error.message,
      retryAfterS: error.retryAfterS,
      ...(error.counts && { counts: error.counts }),
    };
  if (error.validation) {
    const part = PARTS[error.validationContext ?? 'body'];
    return { code: 'REQUEST_INVALID', detail: `the ${part} is not valid`, errors: describeFaults(error.validation) };
  }
  if (error.code === 'FST_ERR_HANDLER_TIMEOUT' || isTransient(error)) {
    return { code: 'DATABASE_UNAVAILABLE', detail: error.message };
  }
  // It was there when the request was looked at; whoever deletes something holds it, and what is to refer to it waits.
  if (isMissingReference(error))
    return { code: 'NOT_FOUND', detail: 'something that the request names does not exist, or was deleted meanwhile' };
  return { code: codeOf(error.statusCode ?? 500), detail: error.message };
}

const PARTS: Record<string, string> = { querystring: 'query', params: 'path', body: 'body', headers: 'header' };

/** Fastify's own refusals: of a URL, or of a body, its type or its size. */
function codeOf(status: number): ErrorCode {
  if (status === 404) return 'NOT_FOUND';
  if (status === 413) return 'TOO_LARGE';
  if (status === 415) return 'MEDIA_TYPE_UNSUPPORTED';
  return status < 500 ? 'REQUEST_INVALID' : 'INTERNAL';
}
