import { Type } from 'typebox';
import type { App } from '../app.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable } from '../schemas.ts';
import type { UserRouteOptions } from './options.ts';

const Me = closed(
  {
    id: Id,
    email: Type.String({ examples: ['demo@stepcloud.example'] }),
    firstName: nullable(Type.String()),
    lastName: nullable(Type.String()),
    isAdmin: Type.Boolean({ description: 'Whether the admin API is open to this user.' }),
    memberships: Type.Array(
      closed({
        customerId: Id,
        customerName: Type.String(),
        officeId: nullable({
          ...Id,
          description: 'The only office this is for; null for all offices of the customer.',
        }),
        role: Type.Enum(['viewer', 'operator', 'manager']),
      }),
    ),
  },
  { description: 'The signed-in user.' },
);

export function me(app: App, { caller }: UserRouteOptions): void {
  const schema = {
    summary: 'Who you are',
    description: 'The signed-in user, and the customers and offices whose data this user may see.',
    tags: ['session'],
    querystring: closed({}),
    response: { 200: Me, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID') },
  };
  app.get('/me', { config: { access: 'self' }, schema }, async (request) => {
    const { userId: id, email, firstName, lastName, isAdmin, memberships } = caller(request);
    return { id, email, firstName, lastName, isAdmin, memberships };
  });
}
