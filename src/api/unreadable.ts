import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Log } from '../telemetry/log.ts';
import { toProblem } from './problems.ts';

const REASONS: Record<string, { status: number; detail: string }> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, detail: 'the request did not end in time' },
  HPE_HEADER_OVERFLOW: { status: 431, detail: 'the headers are too large' },
};

/** Answers what no route can, since it is not HTTP, too large or does not end, with a problem document too; and closes the connection. */
export function createUnreadableHandler(log: Log) {
  return (error: Error & { code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const { status, detail } = REASONS[error.code ?? ''] ?? { status: 400, detail: `not HTTP/1.1: ${error.message}` };
    const problem = { ...toProblem('REQUEST_INVALID', detail, randomUUID()), status };
    log.debug({ request: problem.requestId, reason: error.message }, 'refused what is no request');
    const body = JSON.stringify(problem);
    if (socket.writable) {
      socket.write(
        [
          `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
          'content-type: application/problem+json; charset=utf-8',
          `content-length: ${Buffer.byteLength(body)}`,
          `x-request-id: ${problem.requestId}`,
          'cache-control: no-store',
          'connection: close',
          '',
          body,
        ].join('\r\n'),
      );
    }
    socket.destroy(error);
  };
}
