import { Type } from 'typebox';
import type { GatewayIdentity } from '../../identity/sessions.ts';
import type { App } from '../app.ts';
import type { Guard } from '../guards.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, Time } from '../schemas.ts';

const TestedToken = closed(
  {
    gatewayId: { ...Id, description: 'Also the user name for MQTT.' },
    label: nullable(Type.String({ examples: ['Workshop 1'] })),
    customerId: Id,
    officeId: Id,
    sessionId: Id,
    expiresAt: { ...Time, description: 'When the token ends.' },
  },
  { description: 'The token is valid.' },
);

export function testToken(app: App, { caller }: Pick<Guard<GatewayIdentity>, 'caller'>): void {
  const schema = {
    summary: 'Test a token',
    description: 'Says which gateway the token speaks for and until when. Changes nothing.',
    tags: ['token'],
    querystring: closed({}),
    response: { 200: TestedToken, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID') },
  };
  app.get('/test-token', { schema }, async (request) => {
    const { gatewayId, label, customerId, officeId, sessionId, expiresAt } = caller(request);
    return { gatewayId, label, customerId, officeId, sessionId, expiresAt: new Date(expiresAt) };
  });
}
