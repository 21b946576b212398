import { type Html, html, joined, prose } from './html.ts';
import { nameOf } from './schemas.ts';
import type { Schema } from './types.ts';

/** Limits that are told in words of their own; others stand in descriptions. */
const LIMITS: Record<string, (limit: unknown) => Html> = {
  minLength: (limit) => html`${limit as number} or more characters`,
  maxLength: (limit) => html`up to ${limit as number} characters`,
  minItems: (limit) => html`${limit as number} or more entries`,
  maxItems: (limit) => html`up to ${limit as number} entries`,
  maxProperties: (limit) => html`up to ${limit as number} names`,
  minimum: (limit) => html`${limit as number} or more`,
  pattern: (limit) => html`pattern <code>${limit as string}</code>`,
  format: (limit) => html`format ${limit as string}`,
};
const TYPES: Record<string, string> = { string: 'text', integer: 'whole number', object: 'object' };

/** What a value is, within a line: "list of Moment", "number or null". */
export function typeOf(schema: Schema): Html {
  const { $ref, anyOf, allOf, enum: options, type, items } = schema;
  const named = namedOf(schema);
  if ($ref !== undefined) return html`<a href="#${nameOf(schema)}">${nameOf(schema)}</a>`;
  if (allOf) return joined(allOf.map(typeOf), ' with ');
  if (anyOf) return joined(anyOf.map(typeOf), ' or ');
  if ('const' in schema) return literal(schema.const);
  if (options) return joined(options.map(literal), ' or ');
  if (items) return html`list of ${typeOf(items)}`;
  if (named) return html`object of ${typeOf(named)} by name`;
  return html`${TYPES[type ?? ''] ?? type ?? 'any JSON'}`;
}

/** All else that there is to know of it: what it means, how large it may be, what is in it. */
export function detailsOf(schema: Schema): Html {
  const { description, anyOf = [], allOf = [], properties, required = [], items } = schema;
  const limits = Object.entries(LIMITS).flatMap(([name, tell]) => (name in schema ? [tell(schema[name])] : []));
  const inner = [...allOf, ...[items, namedOf(schema)].filter((part) => part !== undefined)];
  const fields = Object.entries(properties ?? {});
  return html`${description && prose(description)}${
    limits.length > 0 ? html`<p class="limits">${joined(limits, ', ')}</p>` : undefined
  }${formsOf(anyOf)}${inner.map(detailsOf)}${
    fields.length > 0
      ? html`<dl>${fields.map(([name, field]) => fieldOf(name, field, required.includes(name)))}</dl>`
      : undefined
  }`;
}

/** What it may be instead; as a list, where there is more to say than their types. */
function formsOf(anyOf: readonly Schema[]): Html | undefined {
  const forms = anyOf.filter(({ type }) => type !== 'null').map((form) => ({ form, details: detailsOf(form) }));
  const [first, second] = forms.filter(({ details }) => details.markup !== '');
  if (!first) return undefined;
  if (!second && forms.length === 1) return first.details;
  return html`<ul>${forms.map(({ form, details }) => html`<li>${typeOf(form)}${details}</li>`)}</ul>`;
}

function fieldOf(name: string, field: Schema, isRequired: boolean): Html {
  return html`<dt><code>${name}</code> <span>${typeOf(field)}</span>${isRequired ? html` <b>required</b>` : undefined}</dt>
<dd>${detailsOf(field)}</dd>`;
}

/** What stands under names that the sender chooses. */
function namedOf({ additionalProperties, patternProperties = {} }: Schema): Schema | undefined {
  return additionalProperties ?? Object.values(patternProperties)[0];
}

function literal(value: unknown): Html {
  return html`<code>${JSON.stringify(value)}</code>`;
}
