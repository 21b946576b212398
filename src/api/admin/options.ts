import type { Database } from '../../db/database.ts';
import type { UserIdentity } from '../../identity/sessions.ts';
import type { Guard } from '../guards.ts';

/** What the routes of admins are given. */
export interface AdminRouteOptions {
  db: Database;
  clock: () => number;
  /** Which admin sent a request. */
  caller: Guard<UserIdentity>['caller'];
}
