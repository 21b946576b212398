import type { paths } from '../../client/user.gen.ts';

type PreviewRoute = paths['/api/v1/dead-letters/{deadLetterId}/preview']['post'];
export type Preview = PreviewRoute['responses'][200]['content']['application/json'];

/** Kinds of messages about a device. */
type Kind = NonNullable<PreviewRoute['requestBody']['content']['application/json']['kind']>;
export const KINDS: readonly Kind[] = ['readings', 'events', 'registration'];

/** Indented where it is JSON whose numbers survive that, else as it is. */
export function asJson(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    const isSame = JSON.stringify(value) === text.replace(/\s(?=(?:[^"]*"[^"]*")*[^"]*$)/g, '');
    return isSame ? JSON.stringify(value, null, 2) : text;
  } catch {
    return text;
  }
}
