import type { Db } from '../../db/database.ts';
import type { Guard, UserCaller } from '../guards.ts';

/** What the routes of signed-in users are given. */
export interface UserRouteOptions {
  db: Db;
  clock: () => number;
  /** Who sent a request, and what they may see. */
  caller: Guard<UserCaller>['caller'];
}
