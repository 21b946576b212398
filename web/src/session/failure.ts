import type { components } from '../../client/user.gen.ts';

export type Problem = components['schemas']['Problem'];

/** A request that failed: refused by the server, with its problem document, or without any answer. `message` is for people. */
export class Failure extends Error {
  readonly problem: Problem | undefined;

  constructor(problem: Problem | undefined, message: string) {
    super(message);
    this.problem = problem;
  }
}

/** From whatever a request threw, or from the problem document that it was answered with. */
export function failureOf(cause: unknown): Failure {
  if (cause instanceof Failure) return cause;
  if (isProblem(cause)) return new Failure(cause, cause.detail || cause.title);
  return new Failure(undefined, cause instanceof Error ? cause.message : String(cause));
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'title' in value;
}

/** The data of an answer, or a Failure. */
export async function unwrap<T>(answer: Promise<{ data?: T; error?: unknown }>): Promise<T> {
  const { data, error } = await answer.catch((cause: unknown) => {
    throw failureOf(cause);
  });
  if (error !== undefined) throw failureOf(error);
  return data as T;
}
