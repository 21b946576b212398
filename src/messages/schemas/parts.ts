import { type TSchema, Type } from 'typebox';
import { MAX_BOOT_CHARACTERS, MAX_UP_MS } from '../power-up.ts';
import { ISO_8601, MAX_LABEL_CHARACTERS, MAX_TEXT_CHARACTERS, MAX_UNIT_CHARACTERS, VISUALIZATIONS } from '../values.ts';

/*
 * The folder describes payloads for people and their tools (AsyncAPI). The readers beside it judge, reason by reason; what
 * they take whole fits these schemas, and tests hold them to it. Exceptions: what stands beside a value of null, and a stamp
 * that nothing comes of, since nobody looks at them. A schema with an `$id` is told once, under that name.
 */

/** A field that may be left out; null counts as left out. */
export const optional = <T extends TSchema>(schema: T, description: string) =>
  Type.Optional(Type.Union([schema, Type.Null()], { description }));

/** A schema with something to say of this place. */
export const described = <T extends TSchema>(schema: T, description: string) =>
  Type.Intersect([schema], { description });

export const Time = Type.Union(
  [
    Type.Number({
      description:
        'Epoch milliseconds; in an object with `boot`, a number below 100,000,000,000 is milliseconds since that power-up. Elsewhere such a number looks like seconds and is refused, and so are micro- and nanoseconds.',
      exclusiveMinimum: -1e14,
      exclusiveMaximum: 1e14,
    }),
    Type.String({ description: 'ISO 8601 with a zone.', maxLength: 64, pattern: ISO_8601.source }),
  ],
  {
    $id: 'Time',
    description:
      "From ten years back to five minutes ahead of the server's clock, unless the installation says otherwise. What is finer than a millisecond is cut.",
    examples: ['2026-11-23T10:15:00.250+01:00', 1795428900000],
  },
);

export const UpTime = Type.Number({ minimum: 0, exclusiveMaximum: MAX_UP_MS });

/** What a message may say of its sending; in a list outside of an object, each item. */
export const stamp = {
  boot: optional(
    Type.String({ minLength: 1, maxLength: MAX_BOOT_CHARACTERS }),
    'Names the power-up that times count from: made at random at each. It holds for all that is in this object.',
  ),
  sentUp: optional(UpTime, 'Milliseconds from that power-up to the sending of this message.'),
  sentAt: optional(Time, "The gateway's clock at the sending: measures how far it is off, and changes no time."),
};

export const Value = Type.Union(
  [Type.Number(), Type.Boolean(), Type.String({ maxLength: MAX_TEXT_CHARACTERS }), Type.Null()],
  {
    $id: 'Value',
    description: 'A measured value; null is no value and is skipped.',
    examples: [412.5, true, 'curing'],
  },
);

export const Label = Type.String({ minLength: 1, maxLength: MAX_LABEL_CHARACTERS });
export const Unit = Type.String({ maxLength: MAX_UNIT_CHARACTERS });
export const visualization = optional(Type.Enum([...VISUALIZATIONS]), 'How it is drawn.');

/** Values by name, each of them like this. */
export const byName = <T extends TSchema>(value: T, options: object) =>
  Type.Object({}, { additionalProperties: value, ...options });

/** Many moments of something, in one of three forms. */
export const series = <T extends TSchema>(value: T, $id: string, description: string) => {
  const values = Type.Array(value, { description: 'A value for each moment.' });
  return Type.Union(
    [
      Type.Object({ ts: Type.Array(Type.Union([Time, Type.Null()]), { description: 'The moments.' }), values }),
      Type.Object({
        start: described(Time, 'Of the first value.'),
        step: Type.Number({ exclusiveMinimum: 0, description: 'Milliseconds from each value to the next.' }),
        values,
      }),
      Type.Object({
        start: described(Time, 'What the offsets count from.'),
        offsets: Type.Array(Type.Number(), { description: 'Milliseconds from the start, for each value.' }),
        values,
      }),
    ],
    { $id, description: `${description} Times and values are of the same number.` },
  );
};
