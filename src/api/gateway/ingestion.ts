import { finished } from 'node:stream';
import type { FastifyError, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { StepCloudError } from '../../errors.ts';
import type { GatewayIdentity } from '../../identity/sessions.ts';
import { type Ingest, intoQueue } from '../../ingest/ingest.ts';
import type { Pacing } from '../../ingest/pacing.ts';
import type { Kind } from '../../messages/kind.ts';
import { KINDS } from '../../messages/kinds.ts';
import { routeTopic, topicOf } from '../../messages/topics.ts';
import type { App } from '../app.ts';
import type { Guard } from '../guards.ts';
import { failures } from '../problems.ts';
import { closed, Id, text } from '../schemas.ts';

const CONTENT_TYPES = ['application/json', 'application/gzip', 'application/octet-stream'];
const CODINGS = ['identity', 'gzip'];
/** A print's event need not be cut to the size of an MQTT packet. */
const MAX_EVENT_BYTES = 32 * 1024 * 1024;
/** Requests of one gateway that are under way together: their bodies are in memory meanwhile. */
const MAX_UNDER_WAY = 4;
/** Kinds whose route has another name. */
const PATHS: Record<string, string> = { registration: 'registrations' };
const NOTHING = Buffer.alloc(0);

const Device = text(128, { description: "The device's key on this gateway.", examples: ['printer-1'] });
const Ref = text(36, { description: "The sender's own name for the message; dead letters show it.", examples: ['42'] });
const Taken = closed(
  { messageId: { ...Id, description: 'Names the message in dead letters.' } },
  { description: 'The queue holds the message.' },
);

export interface IngestionOptions {
  ingest: Ingest;
  pacing: Pacing;
  maxPacketBytes: number;
  caller: Guard<GatewayIdentity>['caller'];
  clock: () => number;
}

/** For gateways without MQTT: a route for each kind of message. A body goes on as it came; the worker judges it. */
export function ingestion(app: App, { ingest, pacing, maxPacketBytes, caller, clock }: IngestionOptions): void {
  const turns = createTurns();
  const sending = new WeakMap<FastifyRequest, Promise<string>>();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(CONTENT_TYPES, { parseAs: 'buffer' }, async (_: FastifyRequest, body: Buffer) => body);

  app.setErrorHandler((error: FastifyError, { routeOptions }) => {
    if (error.code !== 'FST_ERR_CTP_BODY_TOO_LARGE') throw error;
    throw new StepCloudError('PAYLOAD_TOO_LARGE', `${routeOptions.bodyLimit} bytes are allowed`);
  });
  app.addHook('onRequest', async (request, reply) => {
    const { gatewayId } = caller(request);
    turns.begin(gatewayId);
    // A sender that hangs up does not make room: its message is still on its way into the queue.
    finished(reply.raw, () => Promise.allSettled([sending.get(request)]).then(() => turns.end(gatewayId)));
    const coding = request.headers['content-encoding'] ?? 'identity';
    if (!CODINGS.includes(coding.toLowerCase()))
      throw new StepCloudError('MEDIA_TYPE_UNSUPPORTED', 'Content-Encoding may be gzip');
  });

  for (const kind of KINDS) {
    const maxBytes = kind.name === 'events' ? MAX_EVENT_BYTES : maxPacketBytes;
    app.post(`/${pathOf(kind)}`, { schema: describe(kind, maxBytes), bodyLimit: maxBytes }, async (request, reply) => {
      const gateway = caller(request);
      const { gatewayId } = gateway;
      const topic = addressed(kind, gatewayId, request.query as Named);
      const payload = (request.body as Buffer | undefined) ?? NOTHING;
      const waitMs = pacing.admit(gateway, payload.length);
      if (waitMs > 0) {
        const detail =
          'the gateway, or those of its customer together, send more than they may; or the server is behind';
        throw new StepCloudError('RATE_LIMITED', detail, { retryAfterS: waitMs / 1000 });
      }
      const message = intoQueue(ingest, { gatewayId, topic, receivedAt: clock(), payload });
      sending.set(request, message);
      const messageId = await message;
      reply.code(202);
      return { messageId };
    });
  }
}

interface Named {
  device?: string;
  ref?: string;
}

function pathOf({ name }: Kind): string {
  return PATHS[name] ?? name;
}

/** The topic under which the same message would come over MQTT. */
function addressed(kind: Kind, gatewayId: string, { device: deviceKey, ref }: Named): string {
  const topic = topicOf(gatewayId, { kind, deviceKey, ref });
  const route = routeTopic(topic, gatewayId);
  if ('refused' in route) throw new StepCloudError('REQUEST_INVALID', route.detail);
  return topic;
}

/** Lets each gateway have a few requests under way. */
function createTurns() {
  const underWay = new Map<string, number>();
  return {
    begin(gatewayId: string): void {
      const count = underWay.get(gatewayId) ?? 0;
      if (count >= MAX_UNDER_WAY) {
        const detail = `${MAX_UNDER_WAY} requests of this gateway are under way`;
        throw new StepCloudError('RATE_LIMITED', detail, { retryAfterS: 1 });
      }
      underWay.set(gatewayId, count + 1);
    },
    end(gatewayId: string): void {
      const left = (underWay.get(gatewayId) ?? 0) - 1;
      if (left > 0) underWay.set(gatewayId, left);
      else underWay.delete(gatewayId);
    },
  };
}

function describe(kind: Kind, maxBytes: number) {
  const levels = kind.levels.map((level) => (level === ':device' ? '{device}' : level));
  const device = kind.levels.includes(':device') ? { device: Device } : {};
  return {
    summary: `Send ${pathOf(kind)}`,
    description: `The same as to publish the body over MQTT on \`${['v1/gateways/{gatewayId}', ...levels].join('/')}\`: docs/mqtt.md says what it means. It is JSON, plain or as gzip, up to ${maxBytes} bytes as sent. The answer says that the message is safe, not that it is right: what cannot be stored becomes a dead letter. Without this answer, send it again: what was stored already is known again.`,
    tags: ['messages'],
    consumes: CONTENT_TYPES,
    querystring: closed({ ...device, ref: Type.Optional(Ref) }),
    body: Type.Unknown({ description: `A message of the kind \`${kind.name}\`.` }),
    response: {
      202: Taken,
      ...failures(
        'REQUEST_INVALID',
        'CREDENTIALS_INVALID',
        'PAYLOAD_TOO_LARGE',
        'MEDIA_TYPE_UNSUPPORTED',
        'RATE_LIMITED',
        'QUEUE_UNAVAILABLE',
      ),
    },
  };
}
