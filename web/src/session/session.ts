import { computed, ref, shallowRef } from 'vue';
import { createClients } from '../../client/index.ts';
import { failureOf } from './failure.ts';

/** A fresh access token is fetched so long before the end of the one at hand, and tabs that wake up late fetch it with their next request. */
const AHEAD_MS = 60_000;

interface AccessToken {
  readonly value: string;
  readonly expiresAt: number;
}

/** What signing in and refreshing answer with (RFC 6749, 5.1). */
interface IssuedToken {
  access_token: string;
  /** Seconds. */
  expires_in: number;
}

/** Held in memory alone: the refresh token is in an HttpOnly cookie, which no script reads. */
let access: AccessToken | undefined;
let refreshing: Promise<boolean> | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

export type Me = NonNullable<Awaited<ReturnType<typeof loadMe>>>;
export const me = shallowRef<Me>();
export const isSignedIn = computed(() => me.value !== undefined);
/** True where the session ended by itself, so that the page can say so. */
export const hasEnded = ref(false);

const open = createClients({ baseUrl: '', token: () => access?.value });

/**
 * The three APIs as the signed-in person. A token that has run out is renewed before the request, and once more where the server
 * refuses it.
 */
export const api = createClients({ baseUrl: '', token: () => undefined, fetch: authorizedFetch });

/** Sends a request as the signed-in person; what is not answered with 401 comes back as it is. */
export async function authorizedFetch(input: Request): Promise<Response> {
  if (!access || access.expiresAt - Date.now() < AHEAD_MS / 2) await renew();
  const answer = await fetch(withToken(input.clone()));
  if (answer.status !== 401) return answer;
  access = undefined;
  return (await renew()) ? fetch(withToken(input)) : answer;
}

function withToken(request: Request): Request {
  if (access) request.headers.set('authorization', `Bearer ${access.value}`);
  return request;
}

/** Picks up the session of the cookie, if there is one. */
export async function resume(): Promise<void> {
  if (await renew()) await loadMe();
}

/** Throws a Failure that tells why not. */
export async function signIn(username: string, password: string): Promise<void> {
  const { data, error } = await open.user.POST('/api/v1/login/access-token', {
    body: { username, password, cookie: 'true' },
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    bodySerializer: (body) => new URLSearchParams(body as Record<string, string>),
  });
  if (!data) throw failureOf(error);
  take(data);
  hasEnded.value = false;
  await loadMe();
}

export async function signOut(): Promise<void> {
  await api.user.POST('/api/v1/logout').catch(() => {}); // gone or not: this page forgets it
  forget();
}

/** Again, after what concerns the person or the memberships has changed. */
export async function loadMe() {
  const { data } = await api.user.GET('/api/v1/me');
  if (data) me.value = data;
  return data;
}

/** One at a time, and tabs of one browser one after another: a refresh token is for one use. False where the session has ended. */
function renew(): Promise<boolean> {
  refreshing ??= locked(refresh).finally(() => {
    refreshing = undefined;
  });
  return refreshing;
}

/** Browsers have locks on https and on this machine only; without, two tabs that refresh at once get one successor of the token. */
function locked(task: () => Promise<boolean>): Promise<boolean> {
  return 'locks' in navigator ? navigator.locks.request('stepcloud-refresh', task) : task();
}

async function refresh(): Promise<boolean> {
  const { data, error, response } = await open.user.POST('/api/v1/login/refresh', { body: null });
  if (data) {
    take(data);
    return true;
  }
  if (response.status !== 401 && response.status !== 403) throw failureOf(error);
  if (isSignedIn.value) hasEnded.value = true; // whoever asks after that finds nobody signed in
  forget();
  return false;
}

function take({ access_token: value, expires_in: seconds }: IssuedToken): void {
  access = { value, expiresAt: Date.now() + seconds * 1_000 };
  clearTimeout(timer);
  timer = setTimeout(() => renew().catch(() => {}), Math.max(seconds * 1_000 - AHEAD_MS, 1_000));
}

function forget(): void {
  access = undefined;
  me.value = undefined;
  clearTimeout(timer);
}
