import { isUtf8 } from 'node:buffer';
import { Type } from 'typebox';
import { type Actor, type AuditRecord, recordAudit } from '../../db/audit.ts';
import type { Db } from '../../db/database.ts';
import { type DeadLetterRow, listDeadLetters, sumOverflow } from '../../db/dead-letter-views.ts';
import { deleteDeadLetters, type LockedDeadLetter, lockDeadLetters } from '../../db/dead-letters.ts';
import { REFUSAL_CODES, type RefusalCode, StepCloudError } from '../../errors.ts';
import type { App } from '../app.ts';
import { createCursor } from '../cursor.ts';
import { actorOf } from '../guards.ts';
import { failures } from '../problems.ts';
import { closed, Id, manyIds, nullable, page, pageQuery, Time, text } from '../schemas.ts';
import { DAY_MS, readTimeRange, timeRangeQuery } from '../time-range.ts';
import type { ResourceOptions } from './options.ts';
import { requireDeadLetter, requireGateway, requireOffice, requirePartOf, requireRoleSomewhere } from './visible.ts';

const KEPT_MS = 30 * DAY_MS;

const codes = Object.keys(REFUSAL_CODES) as RefusalCode[];

const properties = {
  id: Id,
  customerId: Id,
  gatewayId: Id,
  deviceKey: nullable(
    Type.String({ description: 'The name of the device on its gateway; null where the topic names none.' }),
  ),
  code: Type.String({ description: 'Why it was refused.', examples: ['TYPE_MISMATCH'] }),
  path: Type.String({ description: 'Where in the payload: a JSON pointer.', examples: ['/values/temperature'] }),
  detail: Type.String({ description: 'What to mend.' }),
  topic: Type.String({ description: 'Where the gateway sent it.' }),
  ref: nullable(Type.String({ description: "The sender's own name for the message." })),
  item: Type.String({ description: 'What was refused, byte for byte as far as it was kept.' }),
  itemEncoding: Type.Enum(['utf8', 'base64'], {
    description: 'How the bytes of `item` are written: as text where they are text.',
  }),
  size: Type.Integer({
    description: 'Bytes of the item as it came; more than `item` has where only its begin was kept.',
  }),
  messageId: Id,
  firstReceivedAt: Time,
  lastReceivedAt: Time,
  seen: Type.Integer({ description: 'How often the same item was refused for the same reason.' }),
};

const cursor = createCursor(closed({ before: Id }));

export const deadLetterParams = closed({ deadLetterId: Id });

export function deadLetters(app: App, { db, clock, caller }: ResourceOptions): void {
  const list = {
    summary: 'List dead letters',
    description:
      'What gateways sent and StepCloud did not store, newest first, with the reason; each is kept for 30 days after it was last seen. All conditions must hold; one seen several times was received from its first time to its last. A page has fewer items than `limit` where they are large.',
    tags: ['dead letters'],
    querystring: closed({
      customerId: Type.Optional({ ...Id, description: 'Only what gateways of this customer sent.' }),
      officeId: Type.Optional({ ...Id, description: 'Only what gateways sent that are in this office now.' }),
      gatewayId: Type.Optional({ ...Id, description: 'Only what this gateway sent.' }),
      code: Type.Optional(Type.Enum(codes, { description: 'Only what was refused for this reason.' })),
      deviceKey: Type.Optional(text(128, { description: 'Only what is about the device of this name.' })),
      ref: Type.Optional(text(36, { description: "Only what has this name of the sender's." })),
      ...timeRangeQuery('30 days'),
      ...pageQuery(),
    }),
    response: {
      200: closed(
        {
          ...page(closed(properties)),
          overflow: Type.Integer({
            description:
              'Refused items of these gateways that were only counted, since too many were kept already; whatever their code.',
          }),
        },
        { description: 'A page of dead letters.' },
      ),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND'),
    },
  };
  app.get('/dead-letters', { config: { access: 'viewer' }, schema: list }, async (request) => {
    const user = caller(request);
    const { customerId, officeId, gatewayId, code, deviceKey, ref, from, to, limit, cursor: given } = request.query;
    const before = given === undefined ? undefined : cursor.decode(given).before;
    const received =
      from === undefined && to === undefined ? undefined : readTimeRange(request.query, clock(), KEPT_MS);
    if (customerId !== undefined) await requirePartOf(user, customerId);
    if (officeId !== undefined) await requireOffice(db, user, officeId);
    if (gatewayId !== undefined) await requireGateway(db, user, gatewayId);
    const filter = { customerId, officeId, gatewayId, code, deviceKey, ref, received, before, limit };
    const { letters, more } = await listDeadLetters(db, user.scope, filter);
    const last = letters.at(-1);
    return {
      items: letters.map(toView),
      nextCursor: more && last ? cursor.encode({ before: last.id }) : null,
      overflow: await sumOverflow(db, user.scope, filter),
    };
  });

  const one = {
    summary: 'Show a dead letter',
    tags: ['dead letters'],
    params: deadLetterParams,
    querystring: closed({}),
    response: {
      200: closed(properties, { description: 'The dead letter.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND'),
    },
  };
  app.get('/dead-letters/:deadLetterId', { config: { access: 'viewer' }, schema: one }, async (request) =>
    toView(await requireDeadLetter(db, caller(request), request.params.deadLetterId)),
  );

  const discard = {
    summary: 'Discard a dead letter',
    description: 'It is deleted. Should the gateway send the same again, it is a new dead letter.',
    tags: ['dead letters'],
    params: deadLetterParams,
    querystring: closed({}),
    response: {
      204: Type.Null({ description: 'The dead letter is gone.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN', 'NOT_FOUND'),
    },
  };
  app.delete(
    '/dead-letters/:deadLetterId',
    { config: { access: 'operator' }, schema: discard },
    async (request, reply) => {
      const user = caller(request);
      const { id } = await requireDeadLetter(db, user, request.params.deadLetterId);
      if ((await discardAll(user, [id], actorOf(user, request))) === 0) throw noSuchLetter();
      return reply.code(204).send(null);
    },
  );

  const discardMany = {
    summary: 'Discard many dead letters',
    description: 'Those that are not there, or not yours, are passed over.',
    tags: ['dead letters'],
    querystring: closed({}),
    body: closed({ ids: manyIds }),
    response: {
      200: closed({ discarded: Type.Integer({ description: 'How many were.' }) }, { description: 'They are gone.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN', 'TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED'),
    },
  };
  app.post('/dead-letters/discard', { config: { access: 'operator' }, schema: discardMany }, async (request) => {
    const user = caller(request);
    requireRoleSomewhere(user);
    return { discarded: await discardAll(user, request.body.ids, actorOf(user, request)) };
  });

  function discardAll({ scope }: ReturnType<typeof caller>, ids: readonly string[], actor: Actor): Promise<number> {
    return db.transaction().execute(async (tx) => {
      const letters = await lockDeadLetters(tx, scope, ids);
      await deleteDeadLetters(tx, letters);
      await auditLetters(tx, letters, { at: new Date(clock()), actor, action: 'dead_letter.discarded' });
      return letters.length;
    });
  }
}

/** Writes down what was done to these letters: one entry for each gateway and code. */
export async function auditLetters(tx: Db, letters: readonly LockedDeadLetter[], record: AuditRecord): Promise<void> {
  const groups = new Map<string, { letter: LockedDeadLetter; count: number }>();
  for (const letter of letters) {
    const key = `${letter.gatewayId} ${letter.code}`;
    groups.set(key, { letter, count: (groups.get(key)?.count ?? 0) + 1 });
  }
  for (const { letter, count } of groups.values()) {
    const { gatewayId, gatewayLabel, customerId, officeId, code } = letter;
    const subject = { kind: 'gateway', id: gatewayId, name: gatewayLabel };
    const detail = { code, letters: count, ...record.detail };
    await recordAudit(tx, { ...record, subject, customerId, officeId, detail });
  }
}

export function noSuchLetter(): StepCloudError {
  return new StepCloudError('NOT_FOUND', 'there is no such dead letter, or it is not yours');
}

function toView({ item, ...letter }: DeadLetterRow) {
  const itemEncoding = isUtf8(item) ? ('utf8' as const) : ('base64' as const);
  return { ...letter, item: item.toString(itemEncoding), itemEncoding };
}
