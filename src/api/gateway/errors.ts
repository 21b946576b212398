import { Type } from 'typebox';
import { acknowledgeReports, listComplaints } from '../../db/complaints.ts';
import type { Db } from '../../db/database.ts';
import { findUntoldWarnings } from '../../db/warnings.ts';
import type { GatewayIdentity } from '../../identity/sessions.ts';
import { ErrorReport } from '../../messages/downlink.ts';
import { toErrorReport, toWarningReport } from '../../messages/reports.ts';
import type { App } from '../app.ts';
import type { Guard } from '../guards.ts';
import { failures } from '../problems.ts';
import { closed, Id } from '../schemas.ts';

const SHOWN = 100;

const Reports = closed(
  {
    items: Type.Array(closed(ErrorReport.properties), {
      description: `The oldest first, ${SHOWN} of each sort at most.`,
    }),
    more: Type.Boolean({ description: 'Whether there are further ones, which come when these are acknowledged.' }),
  },
  { description: 'What the gateway does not know yet.' },
);

const At = Type.String({ format: 'date-time', maxLength: 40, description: 'As it stood in the answer.' });

export interface ErrorsOptions {
  db: Db;
  caller: Guard<GatewayIdentity>['caller'];
  clock: () => number;
}

/** What was refused, for gateways without MQTT, until they say that they know. */
export function errors(app: App, { db, caller, clock }: ErrorsOptions): void {
  const list = {
    summary: 'Read what was refused',
    description:
      'What comes on `down/errors` over MQTT: errors, of which a dead letter is kept, and warnings. Nothing counts as known by being read: acknowledge what was dealt with, or it comes again, here and over MQTT.',
    tags: ['messages'],
    querystring: closed({}),
    response: { 200: Reports, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID') },
  };
  app.get('/errors', { schema: list }, async (request) => {
    const { gatewayId } = caller(request);
    const all = { id: gatewayId, from: undefined };
    const complaints = await listComplaints(db, [all], { newest: false, limit: SHOWN + 1 });
    const warnings = await findUntoldWarnings(db, [gatewayId], SHOWN + 1);
    const items = [
      ...complaints.slice(0, SHOWN).map(toErrorReport),
      ...warnings.slice(0, SHOWN).map(toWarningReport),
    ].sort((a, b) => (a.receivedAt < b.receivedAt ? -1 : 1));
    return { items, more: complaints.length > SHOWN || warnings.length > SHOWN };
  });

  const acknowledge = {
    summary: 'Acknowledge what was refused',
    description:
      'The gateway knows of these, and is not told again. One that was seen again since it was read is passed over, and so is what is not there or is known already.',
    tags: ['messages'],
    querystring: closed({}),
    body: closed({
      items: Type.Array(closed({ id: Id, receivedAt: At }), { minItems: 1, maxItems: 2 * SHOWN }),
    }),
    response: {
      200: closed(
        { acknowledged: Type.Integer({ description: 'How many were.' }) },
        { description: 'They are known.' },
      ),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED'),
    },
  };
  app.post('/errors/acknowledge', { schema: acknowledge }, async (request) => {
    const told = request.body.items.map(({ id, receivedAt }) => ({ id, receivedAt: new Date(receivedAt) }));
    return {
      acknowledged: await acknowledgeReports(db, caller(request).gatewayId, told, new Date(clock())),
    };
  });
}
