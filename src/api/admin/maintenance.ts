import { Type } from 'typebox';
import { recordAudit } from '../../db/audit.ts';
import type { Db } from '../../db/database.ts';
import { listJobs, requestJob } from '../../db/maintenance.ts';
import { StepCloudError } from '../../errors.ts';
import type { App } from '../app.ts';
import { actorOf } from '../guards.ts';
import { failures } from '../problems.ts';
import { closed, nullable, Time, text } from '../schemas.ts';
import type { AdminRouteOptions } from './options.ts';

const scalar = { type: ['string', 'number', 'boolean', 'null'] };
const Result = Type.Unsafe<Record<string, string | number | boolean | null> | null>({
  type: ['object', 'null'],
  additionalProperties: scalar,
  description: 'What the job last did, in counts and names; null while it never had anything to do.',
  examples: [{ readingsPartitions: 1, readingsRows: 2_600_000, readingsBytes: 195_000_000 }],
});

/** How a job went and when it runs again. */
export const Job = closed(
  {
    name: Type.String({ examples: ['retention'] }),
    everyMs: Type.Integer({ description: 'From the end of a run to the next.', examples: [3_600_000] }),
    running: Type.Boolean({ description: 'Whether a run is under way.' }),
    nextRunAt: Time,
    requestedAt: nullable({ ...Time, description: 'Since when a run is wanted out of turn.' }),
    startedAt: nullable({ ...Time, description: 'When the last run began.' }),
    finishedAt: nullable({
      ...Time,
      description:
        'When the last run ended. A frequent job that has nothing to do writes this down every five minutes.',
    }),
    succeededAt: nullable({ ...Time, description: 'When a run last went well.' }),
    error: nullable(Type.String({ description: 'Why the last run failed; null when it went well.' })),
    result: Result,
    resultAt: nullable({ ...Time, description: 'When it did that.' }),
    runBy: nullable(
      Type.String({ description: 'The process of the last run: host and pid.', examples: ['worker-1:17'] }),
    ),
  },
  { description: 'A maintenance job. It runs once per installation, in one of the workers.' },
);

export function maintenance(app: App, { db, clock, caller }: AdminRouteOptions): void {
  const list = {
    summary: 'List maintenance jobs',
    description: 'What keeps this installation in order: when each job ran last, what it did, and when it runs next.',
    tags: ['installation'],
    querystring: closed({}),
    response: {
      200: closed({ items: Type.Array(Job) }, { description: 'All jobs, by name.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN'),
    },
  };
  app.get('/maintenance', { schema: list }, async () => ({ items: await listJobs(db) }));

  const run = {
    summary: 'Run a maintenance job now',
    description: 'A worker takes it up within seconds; while the job is running, it runs once more after that.',
    tags: ['installation'],
    params: closed({ name: text(100, { examples: ['retention'] }) }),
    querystring: closed({}),
    response: { 202: Job, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN', 'NOT_FOUND') },
  };
  app.post('/maintenance/:name/run', { schema: run }, async (request, reply) => {
    const { name } = request.params;
    const at = new Date(clock());
    const job = await db.transaction().execute(async (tx) => {
      if (!(await requestJob(tx, name, at))) throw new StepCloudError('NOT_FOUND', 'there is no such job');
      const actor = actorOf(caller(request), request);
      await recordAudit(tx, { at, actor, action: 'maintenance.requested', detail: { job: name } });
      return requireJob(tx, name);
    });
    return reply.code(202).send(job);
  });
}

/** Throws NOT_FOUND. */
async function requireJob(db: Db, name: string) {
  const job = (await listJobs(db)).find((one) => one.name === name);
  if (!job) throw new StepCloudError('NOT_FOUND', 'there is no such job');
  return job;
}
