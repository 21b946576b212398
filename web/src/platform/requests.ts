import { failureOf } from '../session/failure.ts';
import { authorizedFetch } from '../session/session.ts';
import { BASE, type Document, type Method } from './document.ts';

let loaded: Promise<Document> | undefined;

/** The document that the server serves with the admin API; fetched once. */
export function loadDocument(): Promise<Document> {
  loaded ??= fetch('/admin/docs/json')
    .then((answer) => answer.json() as Promise<Document>)
    .catch((cause: unknown) => {
      loaded = undefined;
      throw failureOf(cause);
    });
  return loaded;
}

interface Asked {
  query?: Record<string, unknown>;
  body?: unknown;
}

/** Asks the admin API; throws a Failure where it refuses. `path` is below its base. */
export async function ask<T = Record<string, unknown>>(
  method: Method,
  path: string,
  { query = {}, body }: Asked = {},
): Promise<T> {
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, String(value)]],
    ),
  );
  const request = new Request(`${BASE}${path}${search.size > 0 ? `?${search}` : ''}`, {
    method: method.toUpperCase(),
    ...(body instanceof Blob && { body, headers: { 'content-type': body.type } }),
    ...(body !== undefined &&
      !(body instanceof Blob) && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const answer = await authorizedFetch(request).catch((cause: unknown) => {
    throw failureOf(cause);
  });
  const text = await answer.text();
  const data: unknown = text === '' ? undefined : JSON.parse(text);
  if (!answer.ok) throw failureOf(data);
  return data as T;
}
