import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { StepCloudError } from '../../errors.ts';
import { LIFETIMES } from '../../identity/sessions.ts';

/** Keeps a browser's refresh token where no script can read it. */
export interface RefreshCookie {
  /** The token of the cookie, if there is one. Throws FORBIDDEN where `requireOwnPage` does. */
  read(request: FastifyRequest): string | undefined;
  set(reply: FastifyReply, refreshToken: string): void;
  clear(reply: FastifyReply): void;
  /**
   * Throws FORBIDDEN unless a page of this host sent the request: another site could use the cookie, or sign the browser
   * in as somebody else. Browsers say from where, and no script can change it; who says nothing is no browser.
   */
  requireOwnPage(request: FastifyRequest): void;
}

/** For the responses of routes that set or clear it. */
export const SETS_COOKIE = {
  'Set-Cookie': {
    type: 'string',
    description: "Keeps a browser's refresh token where no script reads it, or takes it away.",
  },
};

/** Over TLS the cookie is bound to the very host (`__Host-`, RFC 6265bis, 4.1.3.2), which takes the whole path. */
export function refreshCookie(publicUrl: () => string, path: string): RefreshCookie {
  const describe = (): { name: string; options: CookieSerializeOptions } => {
    const isSecure = publicUrl().startsWith('https:');
    return {
      name: isSecure ? '__Host-stepcloud-refresh' : 'stepcloud-refresh',
      options: { path: isSecure ? '/' : path, secure: isSecure, httpOnly: true, sameSite: 'strict' },
    };
  };

  function requireOwnPage({ headers: { origin, ...headers }, host }: FastifyRequest): void {
    const site = headers['sec-fetch-site'];
    const ownOrigins = [new URL(publicUrl()).origin, `http://${host}`, `https://${host}`];
    const isOwn = site === undefined ? origin !== undefined && ownOrigins.includes(origin) : site === 'same-origin';
    if (!isOwn) throw new StepCloudError('FORBIDDEN', 'the cookie is for pages of this host only');
  }

  return {
    read(request) {
      const token = request.cookies[describe().name];
      if (token !== undefined) requireOwnPage(request);
      return token;
    },
    set(reply, refreshToken) {
      const { name, options } = describe();
      reply.setCookie(name, refreshToken, { ...options, maxAge: LIFETIMES.user.idleMs / 1000 });
    },
    clear(reply) {
      const { name, options } = describe();
      reply.clearCookie(name, options);
    },
    requireOwnPage,
  };
}
