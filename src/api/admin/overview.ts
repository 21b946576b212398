import { Type } from 'typebox';
import type { Database } from '../../db/database.ts';
import { countEverything } from '../../db/overview.ts';
import { inTime } from '../../deadline.ts';
import type { Queue } from '../../queue/batch.ts';
import type { App } from '../app.ts';
import { failures } from '../problems.ts';
import { closed, nullable } from '../schemas.ts';

const QUEUE_DEADLINE_MS = 2_000;

const count = (description: string) => Type.Integer({ minimum: 0, description });

const Overview = closed(
  {
    version: Type.String({ examples: ['0.1.0'] }),
    nodeVersion: Type.String({ examples: ['20.19.0'] }),
    postgresVersion: Type.String({ examples: ['18.1'] }),
    migrations: count('Migrations that the database has.'),
    queue: closed({
      ready: Type.Boolean(),
      waiting: nullable(
        count('Batches that wait, are worked on or wait for another attempt; null while the queue is away.'),
      ),
      failed: nullable(count('Batches that were given up: any is an alarm; null while the queue is away.')),
    }),
    customers: count('Customers.'),
    gateways: count('Gateways in use.'),
    devices: count('Devices, in any state.'),
    sensors: count('Sensors.'),
  },
  { description: 'What runs here, and how much there is.' },
);

export function overview(app: App, { db, queue, version }: { db: Database; queue: Queue; version: string }): void {
  const schema = {
    summary: 'Overview',
    description: 'What runs here, and how much there is of everything, over all customers.',
    tags: ['installation'],
    querystring: closed({}),
    response: { 200: Overview, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN') },
  };
  app.get('/overview', { schema }, async () => {
    const [counts, depth] = await Promise.all([countEverything(db), depthOf(queue)]);
    return {
      version,
      nodeVersion: process.versions.node,
      ...counts,
      queue: { ready: await queue.isReady(), ...depth },
    };
  });
}

/** An overview is wanted most when something is away: the queue's absence is part of the answer. */
async function depthOf(queue: Queue): Promise<{ waiting: number | null; failed: number | null }> {
  return inTime('the queue', QUEUE_DEADLINE_MS, () => queue.depth()).catch(() => ({ waiting: null, failed: null }));
}
