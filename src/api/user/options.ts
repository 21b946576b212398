import type { BrokerSettings } from '../../config.ts';
import type { Database } from '../../db/database.ts';
import type { Tokens } from '../../identity/tokens.ts';
import type { Ingest } from '../../ingest/ingest.ts';
import type { Mailer } from '../../mail/mailer.ts';
import type { TimeLimits } from '../../messages/kind.ts';
import type { Guard, UserCaller } from '../guards.ts';
import type { Live } from '../live/live.ts';
import type { RefreshCookie } from './refresh-cookie.ts';

/** Where the user API is. */
export const USER_API = '/api/v1';

/** What the routes for everybody are given. */
export interface OpenRouteOptions {
  db: Database;
  tokens: Tokens;
  mailer: Mailer;
  /** Where people and gateways reach this API, without a slash at its end. */
  publicUrl: () => string;
  refreshCookie: RefreshCookie;
  clock: () => number;
}

/** What the routes are given that admins have too. */
export interface ResourceOptions extends Pick<OpenRouteOptions, 'db' | 'tokens' | 'clock'> {
  /** Who sent a request, and where they may do what the route does. */
  caller: Guard<UserCaller>['caller'];
}

/** What the routes of signed-in users are given. */
export interface UserRouteOptions extends OpenRouteOptions, ResourceOptions {
  /** For what is much to read and may be a moment old; a replica, where there is one. */
  reader: Database;
  /** The way to the queue. */
  ingest: Ingest;
  timeLimits: () => TimeLimits;
  live: Live;
  settings: Pick<BrokerSettings, 'limits' | 'rates'>;
}
