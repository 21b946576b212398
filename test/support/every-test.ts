import { afterAll, afterEach, expect } from 'vitest';
import { watchAnswers } from './answers.ts';

// Runs before each file of tests, several of which share one process.

const shared = globalThis as { wrongAnswers?: Set<string> };
if (!shared.wrongAnswers) {
  const found = new Set<string>();
  shared.wrongAnswers = found;
  watchAnswers((fault) => found.add(fault));
}
const wrongAnswers = shared.wrongAnswers;

function expectRightAnswers(): void {
  const found = [...wrongAnswers];
  wrongAnswers.clear();
  expect(found.join('\n'), 'answers that are not as the schemas of their routes describe them').toBe('');
}
afterEach(expectRightAnswers);
afterAll(expectRightAnswers);
