import type { TSchema } from 'typebox';
import type { Schema } from './types.ts';

/** Takes every schema that has an `$id` out to `components`, once, and leaves a reference in its place. */
export function createSchemas(): { components: Record<string, Schema>; refer(schema: TSchema): Schema } {
  const components: Record<string, Schema> = {};

  function refer(schema: unknown): Schema {
    if (Array.isArray(schema)) return schema.map(refer) as unknown as Schema;
    if (typeof schema !== 'object' || schema === null) return schema as Schema;
    const { $id, ...rest } = schema as Schema & { $id?: string };
    const parts = Object.entries(rest).map(([name, part]) => [name, isData(name) ? part : refer(part)]);
    const copy: Schema = Object.fromEntries(parts);
    if ($id === undefined) return copy;
    components[$id] = copy;
    return { $ref: `#/components/schemas/${$id}` };
  }

  return { components, refer };
}

/** What stands under these names is data, whatever it looks like. */
function isData(name: string): boolean {
  return ['const', 'enum', 'examples', 'required'].includes(name);
}

/** The name of what a reference leads to. */
export function nameOf(reference: { readonly $ref?: string }): string {
  return reference.$ref?.split('/').at(-1) ?? '';
}
