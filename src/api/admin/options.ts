import type { OpenRouteOptions, ResourceOptions } from '../user/options.ts';

/** What the routes of admins are given: what those that users have too are given, and the way to send mail. */
export type AdminRouteOptions = ResourceOptions & Pick<OpenRouteOptions, 'mailer' | 'publicUrl'>;
