import type { FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Database, Db } from '../../db/database.ts';
import { findDeadLetter } from '../../db/dead-letter-views.ts';
import { deleteDeadLetters, type LockedDeadLetter, lockDeadLetters } from '../../db/dead-letters.ts';
import { fixBoots } from '../../db/gateway-boots.ts';
import type { Scope } from '../../db/scope.ts';
import { StepCloudError } from '../../errors.ts';
import type { AcceptedMessage } from '../../ingest/envelope.ts';
import { intoQueue } from '../../ingest/ingest.ts';
import { unpackedSize } from '../../messages/payload.ts';
import { topicOf } from '../../messages/topics.ts';
import type { App } from '../app.ts';
import { actorOf, type UserCaller } from '../guards.ts';
import { failures } from '../problems.ts';
import { closed, Id, manyIds, nullable } from '../schemas.ts';
import { auditLetters, deadLetterParams, noSuchLetter } from './dead-letters.ts';
import { changes, MAX_MENDED_BYTES, Mended, mend } from './mending.ts';
import type { ResourceOptions, UserRouteOptions } from './options.ts';
import { requireDeadLetter, requireRoleSomewhere } from './visible.ts';

/** Of the items that one request sends, unpacked; the first may be larger. */
const MAX_SENT_BYTES = 16 * 1024 * 1024;
/** Each holds a connection to the database until the queue has answered, and other requests need theirs. */
const MAX_UNDER_WAY = 2;

const Outcome = closed({
  id: { ...Id, description: 'Of the dead letter.' },
  messageId: nullable({ ...Id, description: 'Of the message that it was sent as; null if it was not.' }),
  code: nullable(Type.String({ description: 'Why it was not sent; null if it was.', examples: ['CONFLICT'] })),
  detail: nullable(Type.String()),
});

type Sent = { messageId: string } | { fault: StepCloudError };

type ReplayOptions = ResourceOptions & Pick<UserRouteOptions, 'ingest'>;

/** Replays that hold a connection of this database. */
const underWay = new WeakMap<Database, number>();

export function replays(app: App, { db, clock, caller, ingest }: ReplayOptions): void {
  const common = { tags: ['dead letters'], querystring: closed({}) };
  const refusals = [
    'REQUEST_INVALID',
    'CREDENTIALS_INVALID',
    'FORBIDDEN',
    'TOO_LARGE',
    'MEDIA_TYPE_UNSUPPORTED',
    'RATE_LIMITED',
    'QUEUE_UNAVAILABLE',
  ] as const;

  const one = {
    ...common,
    summary: 'Replay a dead letter, mended or not',
    description:
      'Sends it as a new message of its gateway, under its topic or that of another kind or device. The dead letter is gone once the queue holds the message, and stays otherwise. The answer says that the message is safe, not that it is right: if it is refused again, a new dead letter has the new reason. A reading without a time gets the time at which the letter was first received. What was not kept as it came needs `item`; a topic that names no kind or device, `kind` and `deviceKey`. A status cannot be replayed.',
    params: deadLetterParams,
    body: Mended,
    response: {
      202: closed({ messageId: Id }, { description: 'The queue holds the message.' }),
      ...failures(...refusals, 'NOT_FOUND', 'CONFLICT', 'NUMBER_NOT_FINITE'),
    },
  };
  app.post(
    '/dead-letters/:deadLetterId/replay',
    { config: { access: 'operator' }, schema: one, bodyLimit: MAX_MENDED_BYTES },
    async (request, reply) => {
      const user = caller(request);
      const { id } = await requireDeadLetter(db, user, request.params.deadLetterId);
      const sent = await replay(user, request, [id], request.body);
      const outcome = outcomeOf(id, sent);
      if ('fault' in outcome) throw outcome.fault;
      reply.code(202);
      return outcome;
    },
  );

  const many = {
    ...common,
    summary: 'Replay many dead letters',
    description:
      'Each by itself, so that one that cannot be sent costs no other. The answer says of each what became of it, in the same order; those beyond 16 MiB together are left for another request.',
    body: closed({ ids: manyIds, ...changes }),
    response: {
      200: closed({ items: Type.Array(Outcome) }, { description: 'What became of each.' }),
      ...failures(...refusals),
    },
  };
  app.post('/dead-letters/replay', { config: { access: 'operator' }, schema: many }, async (request) => {
    const user = caller(request);
    const { ids, ...mended } = request.body;
    requireRoleSomewhere(user);
    const sent = await replay(user, request, ids, mended);
    return { items: ids.map((id) => toOutcome(id, outcomeOf(id, sent))) };
  });

  /** Only one request at a time can send a letter: who comes second finds it gone. */
  async function replay(user: UserCaller, request: FastifyRequest, ids: readonly string[], mended: Mended) {
    const others = underWay.get(db) ?? 0;
    if (others >= MAX_UNDER_WAY)
      throw new StepCloudError('RATE_LIMITED', 'other replays are under way', { retryAfterS: 1 });
    underWay.set(db, others + 1);
    try {
      return await db.transaction().execute(async (tx) => {
        const letters = await lockDeadLetters(tx, user.scope, ids);
        const sent = await sendAll(tx, user.scope, letters, mended);
        const held = letters.filter(({ id }) => 'messageId' in (sent.get(id) as Sent));
        await deleteDeadLetters(tx, held);
        const detail = { edited: Object.keys(mended).length > 0 };
        const actor = actorOf(user, request);
        await auditLetters(tx, held, { at: new Date(clock()), actor, action: 'dead_letter.replayed', detail });
        return sent;
      });
    } finally {
      underWay.set(db, (underWay.get(db) ?? 1) - 1);
    }
  }

  /** Resolves once the queue has answered for each; what comes together leaves as one batch. */
  async function sendAll(tx: Db, scope: Scope, letters: readonly LockedDeadLetter[], mended: Mended) {
    const sent = new Map<string, Sent | Promise<Sent>>();
    let left = MAX_SENT_BYTES;
    for (const { id } of letters) {
      try {
        const letter = left > 0 ? await findDeadLetter(tx, scope, id) : undefined;
        const isFirst = left === MAX_SENT_BYTES;
        left -= letter ? unpackedSize(letter.item) : 0;
        if (!letter || (left < 0 && !isFirst))
          throw new StepCloudError('TOO_LARGE', 'the letters before it were enough for one request: send it apart');
        const { address, payload } = await mend(letter, mended, (boots) => fixBoots(db, boots));
        const { gatewayId } = letter;
        sent.set(id, send({ gatewayId, topic: topicOf(gatewayId, address), receivedAt: clock(), payload }));
      } catch (fault) {
        if (!(fault instanceof StepCloudError)) throw fault;
        sent.set(id, { fault });
      }
    }
    return new Map(await Promise.all([...sent].map(async ([id, one]) => [id, await one] as const)));
  }

  function send(message: AcceptedMessage): Promise<Sent> {
    return intoQueue(ingest, message).then(
      (messageId) => ({ messageId }),
      (fault: StepCloudError) => ({ fault }),
    );
  }
}

function outcomeOf(id: string, all: ReadonlyMap<string, Sent>): Sent {
  return all.get(id) ?? { fault: noSuchLetter() };
}

function toOutcome(id: string, sent: Sent): Static<typeof Outcome> {
  if ('messageId' in sent) return { id, messageId: sent.messageId, code: null, detail: null };
  return { id, messageId: null, code: sent.fault.code, detail: sent.fault.message };
}
