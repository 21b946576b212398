import { Type } from 'typebox';

// Answers that a caller may have already (RFC 9110, 13.1.2).

/** For the responses that have one. */
export const ETAG = { ETag: { type: 'string', description: 'Names what the answer shows, for `If-None-Match`.' } };

/** The response that says so; it has no body. */
export const notModified = (description: string) =>
  Type.Unsafe<undefined>({ type: 'null', description, headers: ETAG });

export function tagOf(hash: Buffer): string {
  return `"${hash.toString('base64url')}"`;
}

/** Whether If-None-Match has the tag of this hash: any of a list, weak ones too, or whatever there is. */
export function hasTag(header: string | undefined, hash: Buffer): boolean {
  return (
    header?.trim() === '*' || (header ?? '').split(',').some((tag) => tag.trim().replace(/^W\//, '') === tagOf(hash))
  );
}
