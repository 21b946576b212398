import { Type } from 'typebox';
import { listWarnings } from '../../db/warnings.ts';
import { WARNING_CODES } from '../../errors.ts';
import type { App } from '../app.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, Time } from '../schemas.ts';
import type { UserRouteOptions } from './options.ts';
import { requireGateway } from './visible.ts';

const Warning = closed({
  id: Id,
  code: Type.String({ examples: Object.keys(WARNING_CODES) }),
  kind: Type.String({ description: 'The kind of message that has it.', examples: ['readings'] }),
  path: Type.String({
    description: 'JSON pointer into its payload; `*` is any entry of a list and any label.',
    examples: ['/sensors/*/colour'],
  }),
  topic: Type.String({ description: 'The topic of the message that `lastSeenAt` tells of.' }),
  messageId: { ...Id, description: 'That message.' },
  ref: nullable(Type.String({ description: "The gateway's own name for it." })),
  firstSeenAt: Time,
  lastSeenAt: { ...Time, description: 'By the day: what is seen again within 24 hours is not written down.' },
});

export function warnings(app: App, { db, caller }: UserRouteOptions): void {
  const schema = {
    summary: 'What of the messages of a gateway is ignored',
    description:
      'Fields that StepCloud does not know, as of firmware that is newer than the server: the rest of such a message is stored. Each stands here once, the last seen first; up to 100 of a gateway, for 30 days after they were seen last, or as the operator set it.',
    tags: ['gateways'],
    params: closed({ gatewayId: Id }),
    querystring: closed({}),
    response: {
      200: closed({ items: Type.Array(Warning) }, { description: 'The warnings.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND'),
    },
  };
  app.get('/gateways/:gatewayId/warnings', { config: { access: 'viewer' }, schema }, async (request) => {
    const { id, customerId } = await requireGateway(db, caller(request), request.params.gatewayId);
    return { items: await listWarnings(db, customerId, id) };
  });
}
