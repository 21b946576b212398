import { Type } from 'typebox';
import { listDeadLetters, sumOverflow } from '../../db/dead-letter-views.ts';
import { REFUSAL_CODES, type RefusalCode } from '../../errors.ts';
import type { App } from '../app.ts';
import { createCursor } from '../cursor.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, page, pageQuery, Time } from '../schemas.ts';
import type { UserRouteOptions } from './options.ts';
import { requireGateway } from './visible.ts';

const codes = Object.keys(REFUSAL_CODES) as RefusalCode[];

const DeadLetter = closed({
  id: Id,
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
  size: Type.Integer({ description: 'Bytes of the item as it came.' }),
  messageId: Id,
  firstReceivedAt: Time,
  lastReceivedAt: Time,
  seen: Type.Integer({ description: 'How often the same item was refused for the same reason.' }),
});

const cursor = createCursor(closed({ before: Id }));

export function deadLetters(app: App, { db, caller }: UserRouteOptions): void {
  const schema = {
    summary: 'List dead letters',
    description:
      'What your gateways sent and StepCloud did not store, newest first, with the reason. A page has fewer items than `limit` where they are large.',
    tags: ['dead letters'],
    querystring: closed({
      gatewayId: Type.Optional({ ...Id, description: 'Only what this gateway sent.' }),
      code: Type.Optional(Type.Enum(codes, { description: 'Only what was refused for this reason.' })),
      ...pageQuery(),
    }),
    response: {
      200: closed(
        {
          ...page(DeadLetter),
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
  app.get('/dead-letters', { config: { access: 'viewer' }, schema }, async (request) => {
    const user = caller(request);
    const { gatewayId, code, limit, cursor: given } = request.query;
    const before = given === undefined ? undefined : cursor.decode(given).before;
    if (gatewayId !== undefined) await requireGateway(db, user, gatewayId);
    const { letters, more } = await listDeadLetters(db, user.scope, { gatewayId, code, before, limit });
    const last = letters.at(-1);
    return {
      items: letters,
      nextCursor: more && last ? cursor.encode({ before: last.id }) : null,
      overflow: await sumOverflow(db, user.scope, gatewayId),
    };
  });
}
