import type { FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { Value } from 'typebox/value';
import type { Problem } from './schemas.ts';

type Faults = NonNullable<Problem['errors']>;

/**
 * Checks one part of a request. A URL has only texts, so those of params and query become the numbers and booleans that
 * their schema asks for, and what is missing gets its default; a body must be right as it is. Nothing is stripped. Compiled when
 * it is first needed, as an API has hundreds of them.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  let validator: Validator | undefined;
  return (given: unknown) => {
    validator ??= Compile(schema);
    const value = httpPart === 'body' ? given : Value.Default(schema, coerce(schema, given));
    if (validator.Check(value)) return { value };
    // Fastify turns an array of faults into an error that has them as `validation`; its type wants an Error.
    return { error: validator.Errors(value) as FastifySchemaValidationError[] as unknown as Error };
  };
};

function coerce(schema: TSchema, given: unknown): unknown {
  const { properties = {} } = schema as { properties?: Record<string, { type?: string }> };
  return Object.fromEntries(
    Object.entries(given as object).map(([name, text]) => [name, coerceText(properties[name]?.type, text)]),
  );
}

/** Only what is written as such a value: Number() would take '' for 0 and '0x10' for 16. */
function coerceText(type: string | undefined, text: unknown): unknown {
  if (typeof text !== 'string') return text;
  if (type === 'array') return [text]; // a parameter that may be repeated and stands once
  if (type === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (type === 'number' && /^-?\d{1,15}(\.\d{1,15})?$/.test(text)) return Number(text);
  if (type === 'boolean' && /^(true|false)$/.test(text)) return text === 'true';
  return text;
}

/** The faults that TypeBox found (it stops after eight), each with the JSON pointer of its place. */
export function describeFaults(found: readonly FastifySchemaValidationError[]): Faults {
  return found.flatMap(describeFault);
}

/** A missing field is told at its own place, not at that of the object around it; so is an unknown one. */
function describeFault({ keyword, instancePath, message, params }: FastifySchemaValidationError): Faults {
  if (keyword === 'required') {
    const missing = params.requiredProperties as string[];
    return missing.map((name) => ({ pointer: `${instancePath}/${name}`, detail: 'is missing' }));
  }
  if (keyword === 'boolean') return [{ pointer: instancePath, detail: 'is not known here' }];
  if (keyword === 'additionalProperties') return []; // the unknown ones once more
  return [{ pointer: instancePath, detail: message ?? 'is not valid' }];
}
