import { Type } from 'typebox';
import { renameUser } from '../../db/users.ts';
import type { App } from '../app.ts';
import type { UserCaller } from '../guards.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, text } from '../schemas.ts';
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

const name = (example: string) => Type.Optional(nullable(text(128, { examples: [example] })));

const Names = closed(
  { firstName: name('Ada'), lastName: name('Lovelace') },
  { minProperties: 1, description: 'What is left out stays; null takes a name away.' },
);

export function me(app: App, { db, caller }: UserRouteOptions): void {
  const common = {
    tags: ['session'],
    querystring: closed({}),
    response: { 200: Me, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID') },
  };
  const byPerson = { ...common.response, ...failures('FORBIDDEN', 'TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED') };

  const show = {
    ...common,
    summary: 'Who you are',
    description:
      'Who asks, and the customers and offices whose data they may see; by an API token, only what that is for.',
  };
  app.get('/me', { config: { access: 'anybody' }, schema: show }, async (request) => toView(caller(request)));

  const rename = {
    ...common,
    summary: 'Change your name',
    description: 'The name that others see.',
    body: Names,
    response: byPerson,
  };
  app.patch('/me', { config: { access: 'self' }, schema: rename }, async (request) => {
    const user = caller(request);
    await renameUser(db, user.userId, request.body);
    return { ...toView(user), ...request.body };
  });
}

function toView({ userId: id, email, firstName, lastName, isAdmin, memberships }: UserCaller) {
  return { id, email, firstName, lastName, isAdmin, memberships };
}
