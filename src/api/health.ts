import { sql } from 'kysely';
import { Type } from 'typebox';
import type { Database } from '../db/database.ts';
import { requireSchema } from '../db/migrator.ts';
import { inTime } from '../deadline.ts';
import { type ErrorCode, StepCloudError } from '../errors.ts';
import type { Queue } from '../queue/batch.ts';
import type { App } from './app.ts';
import { failures, sendProblem, toProblem } from './problems.ts';
import { closed, Problem } from './schemas.ts';

const DEADLINE_MS = 2_000;

const state = Type.String({ description: '`ok`, or the code of what is wrong.', examples: ['ok'] });
const Parts = closed({ database: state, schema: state, queue: state });
type PartState = 'ok' | ErrorCode;

/** For whoever watches the process: whether it lives, and whether it can work. */
export function health(app: App, { db, queue }: { db: Database; queue: Queue }): void {
  app.get(
    '/healthz',
    { schema: { summary: 'Alive', response: { 200: closed({ status: Type.Literal('ok') }), ...failures() } } },
    async () => ({ status: 'ok' as const }),
  );

  const response = {
    200: closed({ status: Type.Literal('ready'), parts: Parts }),
    ...failures(),
    503: { content: { 'application/problem+json': { schema: closed({ ...Problem.properties, parts: Parts }) } } },
  };
  app.get('/readyz', { schema: { summary: 'Ready to work', response } }, async (request, reply) => {
    const [database, schema] = await Promise.all([stateOf(sql`SELECT 1`.execute(db)), stateOf(requireSchema(db))]);
    const parts: Record<'database' | 'schema' | 'queue', PartState> = {
      database,
      schema,
      queue: (await queue.isReady()) ? 'ok' : 'QUEUE_UNAVAILABLE',
    };
    const code = Object.values(parts).find((part) => part !== 'ok');
    if (code === undefined) return { status: 'ready' as const, parts };
    return sendProblem(reply, { ...toProblem(code, 'not every part is ready', request.id), parts });
  });
}

async function stateOf(part: Promise<unknown>): Promise<PartState> {
  try {
    await inTime('a part', DEADLINE_MS, () => part);
    return 'ok';
  } catch (error) {
    return error instanceof StepCloudError ? error.code : 'DATABASE_UNAVAILABLE';
  }
}
