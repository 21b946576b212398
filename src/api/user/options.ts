import type { Database } from '../../db/database.ts';
import type { Tokens } from '../../identity/tokens.ts';
import type { Guard, UserCaller } from '../guards.ts';

/** What the routes of signed-in users are given. */
export interface UserRouteOptions {
  db: Database;
  tokens: Tokens;
  clock: () => number;
  /** Who sent a request, and where they may do what the route does. */
  caller: Guard<UserCaller>['caller'];
}
