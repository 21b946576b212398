import { Type } from 'typebox';
import { Id, nullable, Time } from './schemas.ts';

/** What is shown of a person's session. */
export const sessionProperties = {
  id: Id,
  client: nullable(
    Type.String({ description: 'What the program says of itself.', examples: ['Mozilla/5.0 (X11; Linux x86_64) ...'] }),
  ),
  address: nullable(Type.String({ description: 'From where it was opened.', examples: ['203.0.113.7'] })),
  createdAt: Time,
  lastUsedAt: nullable({ ...Time, description: 'When it was last renewed; null before the first time.' }),
  lastAddress: nullable(Type.String({ description: 'From where.' })),
  renewable: Type.Boolean({ description: 'Whether it lasts for as long as it is used.' }),
  expiresAt: { ...Time, description: 'When it ends if it is not used.' },
};

/** A session as it is shown; what gateways' sessions alone have is left out. */
export function toSessionView<S extends { label: unknown; issuedBy: unknown }>({
  label: _,
  issuedBy: __,
  ...session
}: S) {
  return session;
}
