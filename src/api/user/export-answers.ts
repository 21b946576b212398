import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { ExportFilter } from '../../db/exports.ts';
import { StepCloudError } from '../../errors.ts';
import { createBody } from '../exports/body.ts';
import { csv, NDJSON } from '../exports/formats.ts';
import { createLook, type Look, type Writing } from '../exports/look.ts';
import type { Page } from '../exports/pages.ts';
import { createTimeWriters } from '../exports/times.ts';
import { createTurns } from '../exports/turns.ts';
import { closed } from '../schemas.ts';
import { createSlots } from '../slots.ts';
import { DAY_MS, readTimeRange } from '../time-range.ts';
import { timeZoneQuery } from '../time-zone.ts';
import type { UserRouteOptions } from './options.ts';
import { placeQuery, readPlace } from './place.ts';

/** An export that waits for its reader costs a few megabytes, and no connection. */
const SLOTS = { what: 'exports', perUser: 2, perProcess: 16, retryAfterS: 30 };
/** How long a reader may take for a page, which is about a megabyte. */
const STALL_MS = 60_000;
/** How long there may be nothing to send: where much is looked through and little found. */
const SILENCE_MS = 300_000;

/** How routes of exports are registered; other answers have half a minute in all. */
export const exportRoute = { config: { access: 'viewer' }, handlerTimeout: DAY_MS } as const;

const time = (description: string) =>
  Type.String({ format: 'date-time', maxLength: 40, description, examples: ['2026-11-23T00:00:00Z'] });

/** What every export is asked for. */
export const exportQuery = {
  from: time('Begin, inclusive: ISO 8601 with a zone.'),
  to: time('End, exclusive: ISO 8601 with a zone.'),
  format: Type.Enum(['csv', 'ndjson'], { default: 'csv', description: 'CSV (RFC 4180), or one JSON object a line.' }),
  ...placeQuery,
  timeZone: Type.Optional({
    ...timeZoneQuery('').timeZone,
    description: 'Times are written as of this IANA time zone, with their offset. Without it, in UTC.',
  }),
  formulas: Type.Enum(['guard', 'keep'], {
    default: 'guard',
    description:
      "Of CSV: a text that a spreadsheet would take for a formula (it begins with = + - @, a tab or a return), or that begins with ', gets a ' before it. `keep`, for programs: texts stay as they are.",
  }),
};
const Query = closed(exportQuery);

export interface Export {
  /** As its file is called. */
  readonly name: string;
  readonly columns: readonly string[];
  pages(look: Look, filter: ExportFilter, writing: Writing): AsyncIterable<Page>;
}

/** Answers with an export. Its devices are looked up again and again, within what the caller may see then. */
export function createAnswer({ db, reader, clock, caller }: UserRouteOptions) {
  const slots = createSlots(SLOTS);
  const turns = createTurns();

  return async (request: FastifyRequest, reply: FastifyReply, query: Static<typeof Query>, of: Export) => {
    requireFraming(request);
    const filter = await readFilter(request, query);
    const format = query.format === 'csv' ? csv({ guarded: query.formulas === 'guard' }) : NDJSON;
    const writing = { format, timeWriter: createTimeWriters(query.timeZone) };
    const gzip = takesGzip(request.headers['accept-encoding']);
    const user = caller(request);
    const leave = request.method === 'HEAD' ? undefined : slots.take(user.userId);
    const days = [filter.from, filter.to].map((at) => at.toISOString().slice(0, 10)).join('-to-');
    reply.headers({
      'content-type': format.mediaType,
      'content-disposition': `attachment; filename="stepcloud-${of.name}-${days}.${format.extension}"`,
      vary: 'accept-encoding, origin',
      ...(gzip && { 'content-encoding': 'gzip' }),
    });
    if (!leave) return reply.send(Readable.from([]));

    const pages = of.pages(createLook({ reader, clock, turns }, user), filter, writing);
    const span = { from: filter.from, to: filter.to };
    const body = createBody({ ...{ format, columns: of.columns, pages, gzip, stallMs: STALL_MS }, of: span });
    body.stream.once('close', leave);
    reply.raw.setTimeout(SILENCE_MS, () => reply.raw.destroy());
    reply.trailer('x-export-complete', async () => String(body.rows() !== undefined));
    reply.trailer('x-export-rows', async () => String(body.rows()));
    reply.send(body.stream);
    reply.raw.flushHeaders(); // from now on a fault breaks the answer off, and never turns it into another one
    return reply;
  };

  async function readFilter(request: FastifyRequest, query: Static<typeof Query>): Promise<ExportFilter> {
    return { ...(await readPlace(db, caller(request), query)), ...readTimeRange(query, clock()) };
  }
}

/** HTTP/1.0 has no chunks: a file that was cut off would look like a whole one. */
function requireFraming({ raw }: FastifyRequest): void {
  if (raw.httpVersionMajor === 1 && raw.httpVersionMinor === 0)
    throw new StepCloudError(
      'REQUEST_INVALID',
      'an export needs HTTP/1.1, by which a file that was cut off can be told from a whole one (nginx: proxy_http_version 1.1)',
    );
}

/** RFC 9110, 12.5.3: whether a client takes gzip. It names it, or `*` for whatever it does not name, with a weight above 0. */
function takesGzip(header: string | string[] | undefined): boolean {
  const weights = new Map<string, number>();
  for (const one of String(header ?? '').split(',')) {
    const [, coding = '', weight = '1'] = /^\s*([^\s;]+)\s*(?:;\s*q=([\d.]+))?\s*$/i.exec(one) ?? [];
    weights.set(coding.toLowerCase(), Number(weight));
  }
  return (weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? 0) > 0;
}
