import { type Static, type TProperties, type TSchema, Type } from 'typebox';

/** Every object of the APIs is closed: what it does not name is refused on the way in and dropped on the way out. */
export const closed = <T extends TProperties>(properties: T, options: object = {}) =>
  Type.Object(properties, { additionalProperties: false, ...options });

export const Id = Type.String({ format: 'uuid', examples: ['01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f'] });
/** A time of an answer; the handler gives a Date. */
export const Time = Type.Unsafe<Date>({ type: 'string', format: 'date-time', examples: ['2026-11-23T09:15:00.000Z'] });

/** The same or null. As a list of types, which OpenAPI 3.1 knows, and not as a union, which would be serialised by trial. */
export const nullable = <T extends TSchema>(schema: T) => {
  const { type, enum: values } = schema as { type?: string; enum?: unknown[] };
  return Type.Unsafe<Static<T> | null>({ ...schema, type: [type, 'null'], ...(values && { enum: [...values, null] }) });
};

/** A text from a caller: bounded, and without U+0000, which the database refuses. */
export const text = (maxLength: number, options: object = {}) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[^\\u0000]*$', ...options });

/** What a request does something to, each by itself. */
export const manyIds = Type.Array(Id, { minItems: 1, maxItems: 500, uniqueItems: true });

/** RFC 9457; `code` is one of src/errors.ts. */
export const Problem = closed(
  {
    type: Type.String({ examples: ['urn:stepcloud:problem:REQUEST_INVALID'] }),
    title: Type.String({ examples: ['the request does not have the shape that its route describes'] }),
    status: Type.Integer({ examples: [400] }),
    detail: Type.String({ description: 'What to mend.', examples: ['the query is not valid'] }),
    code: Type.String({ description: 'For programs: it does not change.', examples: ['REQUEST_INVALID'] }),
    requestId: Type.String({ description: 'Names the request in our log; also in the header x-request-id.' }),
    errors: Type.Optional(
      Type.Array(closed({ pointer: Type.String({ examples: ['/limit'] }), detail: Type.String() }), {
        description: 'Each fault of the query, the path or the body, with the JSON pointer of its place.',
      }),
    ),
    counts: Type.Optional(
      Type.Unsafe<Record<string, number>>({
        type: 'object',
        additionalProperties: { type: 'integer' },
        description: 'Of a deletion: how many of what stand in its way, or would go along.',
        examples: [{ members: 2 }],
      }),
    ),
  },
  { $id: 'Problem', description: 'A refusal or fault, as RFC 9457 describes it.' },
);
export type Problem = Static<typeof Problem>;

/** What a paged list is asked for. */
export const pageQuery = ({ maximum = 200, fallback = 50 } = {}) => ({
  limit: Type.Integer({ minimum: 1, maximum, default: fallback, description: 'Items of a page.' }),
  cursor: Type.Optional(
    Type.String({
      maxLength: 2_048, // a label of 128 characters, escaped, in base64
      description: 'nextCursor of the page before; leave the other parameters as they were.',
    }),
  ),
});

/** One page of a list. */
export const page = <T extends TSchema>(item: T) => ({
  items: Type.Array(item),
  nextCursor: nullable(Type.String({ description: 'Leads to the next page; null on the last one.' })),
});
