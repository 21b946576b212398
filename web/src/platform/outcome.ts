import { type Action, answerOf, type Schema } from './document.ts';

/** What an action came to. */
export interface Outcome {
  /** What was done. */
  readonly summary: string;
  /** What the document says of the answer, unless it says only what it is. */
  readonly text: string | undefined;
  /** What the answer tells beyond what the screen shows anyway. */
  readonly schema: Schema;
  readonly value: unknown;
}

/** By the answer to it; `shown` is the schema of what the screen shows, which needs no second showing. */
export function outcomeOf({ operation }: Action, shown: Schema, answer: unknown): Outcome {
  const schema = answerOf(operation);
  const [, { description = '' } = {}] = Object.entries(operation.responses).find(([status]) => /^2/.test(status)) ?? [];
  const isShown = namesOf(schema) === namesOf(shown);
  const items = schema.properties?.items;
  const told = isShown ? undefined : items ? (answer as { items: unknown }).items : answer;
  return {
    summary: operation.summary,
    text: isShown && description === shown.description ? undefined : description,
    schema: items ?? schema,
    value: told,
  };
}

const namesOf = ({ properties = {} }: Schema): string => Object.keys(properties).join();
