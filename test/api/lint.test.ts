import { createConfig, lintFromString } from '@redocly/openapi-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createScene, type Scene } from './scene.ts';

/** All that Redocly recommends for OpenAPI 3.1, none of it a mere warning, and that examples are as their schemas say. */
const RULES = {
  'no-invalid-schema-examples': 'error',
  'no-invalid-parameter-examples': 'error',
  'operation-operationId-url-safe': 'error',
  'operation-description': 'off', // a summary may say it all
  // GET /enrolments/code/{userCode} and POST /enrolments/{enrolmentId}/approve: no id is `code`, and their methods differ.
  'no-ambiguous-paths': 'off',
} as const;

let scene: Scene;
beforeAll(async () => {
  scene = await createScene();
});
afterAll(() => scene?.close());

it.each(['/docs', '/admin/docs', '/gateway/docs'])(
  'the linter finds nothing in the document of %s',
  { timeout: 60_000 },
  async (page) => {
    const config = await createConfig({ extends: ['recommended-strict'], rules: RULES });
    const { text: source } = await scene.get(`${page}/json`);
    const problems = await lintFromString({ source, config });
    const found = problems.map(({ severity, ruleId, message, location: [at] }) =>
      [severity, ruleId, message, at?.pointer].join(' '),
    );
    expect(found).toEqual([]);
  },
);
