import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { recordAudit } from '../../db/audit.ts';
import { StepCloudError } from '../../errors.ts';
import type { QueueDesk } from '../../queue/batch.ts';
import type { App } from '../app.ts';
import { createCursor, toPage } from '../cursor.ts';
import { actorOf } from '../guards.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, page, pageQuery, Time } from '../schemas.ts';
import type { AdminRouteOptions } from './options.ts';

const count = (description: string) => Type.Integer({ minimum: 0, description });
const ShardNumber = Type.Integer({ minimum: 0, maximum: 63, description: 'Number of the queue.' });
const JobNumber = Type.Integer({
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'Number of the job within its queue.',
});

const Shard = closed({
  shard: ShardNumber,
  waiting: count('Batches that no worker has yet.'),
  active: count('Batches that a worker is storing.'),
  delayed: count('Batches that could not be stored and wait for their next attempt.'),
  failed: count('Batches that were given up: any is an alarm.'),
  paused: Type.Boolean({ description: 'Whether somebody has told BullMQ to hand out none; StepCloud never does.' }),
  oldestAt: nullable({ ...Time, description: 'When the oldest of all these was added; null: there is none.' }),
});

const Queues = closed(
  {
    backend: Type.Enum(['redis', 'postgres'], { description: 'Where the queues are.' }),
    items: Type.Array(Shard, { description: 'Each queue; a gateway always uses the same one.' }),
  },
  { description: 'The queues.' },
);

const Failed = closed({
  shard: ShardNumber,
  job: JobNumber,
  batch: { ...Id, description: 'Names the batch in the logs, and in the database once it is stored.' },
  reason: Type.String({ description: 'What the last attempt failed of.' }),
  attempts: count('How often it was tried.'),
  addedAt: Time,
  failedAt: nullable({ ...Time, description: 'When it was given up.' }),
  bytes: count('Size of its messages, packed.'),
});

const cursor = createCursor(closed({ shard: ShardNumber, job: JobNumber }));

/** The queues between brokers and workers, and what they gave up. There is no route that removes a batch: its messages were acknowledged. */
export function queues(app: App, { db, clock, caller, queue }: AdminRouteOptions & { queue: QueueDesk }): void {
  const common = { tags: ['installation'] };
  const refusals = ['REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN', 'QUEUE_UNAVAILABLE'] as const;

  const list = {
    ...common,
    summary: 'List queues',
    description: 'What waits for the workers, by queue and by what it is at. An empty queue is a healthy one.',
    querystring: closed({}),
    response: { 200: Queues, ...failures(...refusals) },
  };
  app.get('/queues', { schema: list }, async () => ({
    backend: queue.backend,
    items: await queue.states(),
  }));

  const failed = {
    ...common,
    summary: 'List failed batches',
    description:
      'Batches that were given up, by queue and newest first. Attempts are practically endless, so that there should be none; one that is here stays until it is retried.',
    querystring: closed(pageQuery({ maximum: 50, fallback: 20 })),
    response: { 200: closed(page(Failed), { description: 'A page of failed batches.' }), ...failures(...refusals) },
  };
  app.get('/queues/failed', { schema: failed }, async ({ query: { limit, cursor: given } }) => {
    const rows = await queue.listFailed(given === undefined ? undefined : cursor.decode(given), limit + 1);
    return toPage(rows, limit, ({ shard, job }) => cursor.encode({ shard, job }));
  });

  const retry = {
    ...common,
    summary: 'Retry a failed batch',
    description:
      'It waits again, behind the others of its queue, and a worker takes it as if it had just come. What of it is stored already is not stored twice, and readings keep the time of their receipt. If it fails again, it is here again.',
    params: closed({ shard: ShardNumber, job: JobNumber }),
    querystring: closed({}),
    response: {
      200: { ...Failed, description: 'It waits again; this is how it was.' },
      ...failures(...refusals, 'NOT_FOUND'),
    },
  };
  app.post('/queues/:shard/failed/:job/retry', { schema: retry }, async (request) => {
    const retried = await queue.retry(request.params);
    if (!retried) throw new StepCloudError('NOT_FOUND', 'there is no such failed batch');
    const { shard, batch, reason } = retried;
    await audit(request, { shard, batch, reason });
    return retried;
  });

  const retryAll = {
    ...common,
    summary: 'Retry all failed batches',
    description: 'Of all queues, each as if it were retried alone. Mend what they failed of first.',
    querystring: closed({}),
    response: {
      200: closed({ retried: count('How many there were.') }, { description: 'They wait again.' }),
      ...failures(...refusals),
    },
  };
  app.post('/queues/failed/retry', { schema: retryAll }, async (request) => {
    const retried = await queue.retryAll();
    if (retried > 0) await audit(request, { batches: retried });
    return { retried };
  });

  /** The queue is no part of a transaction: what could not be written down has happened all the same, and harms nothing. */
  function audit(request: FastifyRequest, detail: Record<string, string | number>): Promise<void> {
    const actor = actorOf(caller(request), request);
    return recordAudit(db, { at: new Date(clock()), actor, action: 'queue.retried', detail });
  }
}
