import type { Answer, Scene } from './scene.ts';

export const PASSWORD = 'correct horse';
export const LOGIN = '/api/v1/login/access-token';
/** What a browser says of a request of our own page. */
export const OWN_PAGE = { 'sec-fetch-site': 'same-origin' };

let clients = 0;
/** Of a client that nobody has heard of before, so that no throttle knows it. */
export const freshAddress = () => `10.0.${clients >> 8}.${clients++ & 255}`;

export interface From {
  remoteAddress?: string;
  headers?: Record<string, string>;
}

export function login(
  scene: Scene,
  form: Record<string, string> | string,
  { remoteAddress = freshAddress(), headers = {} }: From = {},
): Promise<Answer> {
  const payload = typeof form === 'string' ? form : new URLSearchParams(form).toString();
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  return scene.request({ method: 'POST', url: LOGIN, payload, remoteAddress, headers: { ...type, ...headers } });
}

/** Signs in and returns both tokens. */
export async function signIn(scene: Scene, username: string, from?: From) {
  const { status, body, text } = await login(scene, { username, password: PASSWORD }, from);
  if (status !== 200) throw new Error(text);
  return { accessToken: body.access_token as string, refreshToken: body.refresh_token as string };
}

export function refresh(scene: Scene, refreshToken: string, headers: Record<string, string> = {}): Promise<Answer> {
  return scene.request({ method: 'POST', url: '/api/v1/login/refresh', payload: { refreshToken }, headers });
}

/** All that was written down of what a user did and what was done to it, oldest first. */
export function auditOf(scene: Scene, userId: string) {
  return scene.db
    .selectFrom('audit_entry')
    .where((row) => row.or([row('actor_id', '=', userId), row('subject_id', '=', userId)]))
    .orderBy('id')
    .selectAll()
    .execute();
}

export function sessionsOf(scene: Scene, userId: string) {
  return scene.db.selectFrom('session').where('user_id', '=', userId).orderBy('id').selectAll().execute();
}

/** The cookie that an answer sets, with its attributes in order. */
export function cookieOf({ headers }: Answer) {
  const [pair = '', ...attributes] = String(headers['set-cookie'] ?? '').split('; ');
  const [name, token = ''] = pair.split('=');
  return { name, token, attributes: attributes.sort() };
}
