import { isNullable, type Schema } from './document.ts';

/** What is sent of a form: with `before` what differs, else what was filled in. An emptied field is null where that is allowed. */
export function toBody(
  { properties = {}, required = [] }: Schema,
  values: Readonly<Record<string, unknown>>,
  before?: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(properties)) {
    const given = values[name];
    const value = given === '' || given === undefined ? null : given;
    if (before) {
      if (value !== (before[name] ?? null)) body[name] = value;
    } else if (value !== null || (required.includes(name) && isNullable(schema))) body[name] = value;
  }
  return body;
}
