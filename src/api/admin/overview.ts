import { Type } from 'typebox';
import type { Database } from '../../db/database.ts';
import { describeSchema } from '../../db/migrator.ts';
import { countEverything, countProcesses, listIngestMinutes, summarisePartitions } from '../../db/overview.ts';
import { PARTITIONED_TABLES } from '../../db/partitions.ts';
import { readStorage, type StorageWarning } from '../../db/storage.ts';
import { inTime } from '../../deadline.ts';
import type { Queue, QueueDesk } from '../../queue/batch.ts';
import type { App } from '../app.ts';
import { failures } from '../problems.ts';
import { closed, nullable, Time } from '../schemas.ts';

const QUEUE_DEADLINE_MS = 2_000;

const count = (description: string) => Type.Integer({ minimum: 0, description });
const name = Type.String({ examples: ['20261126T1000_create_maintenance'] });

const QueueOverview = closed({
  backend: Type.Enum(['redis', 'postgres']),
  version: nullable(Type.String({ description: 'Of its store; null while the queue is away.', examples: ['7.4.1'] })),
  ready: Type.Boolean(),
  waiting: nullable(
    count('Batches that wait, are worked on or wait for another attempt; null while the queue is away.'),
  ),
  failed: nullable(count('Batches that were given up: any is an alarm; null while the queue is away.')),
});

const Disk = closed({
  measuredAt: Time,
  databaseBytes: count('Size of the database.'),
  diskBytes: nullable(count('Size of the disk that it lies on; null where no worker can see it.')),
  diskFreeBytes: nullable(count('What is free on it.')),
  warning: Type.Unsafe<StorageWarning | null>({ type: ['string', 'null'], enum: ['low', 'filling', null] }),
});

const Minute = closed({
  minute: { ...Time, description: 'Its begin.' },
  accepted: count('Messages of gateways.'),
  stored: count('Of these, new ones.'),
  duplicate: count('Of these, such as were known already.'),
  rejected: count('Of these, such as something was refused of.'),
  itemsStored: count('Values, events and registrations.'),
  itemsDuplicate: count('The same that were known already.'),
  itemsRejected: count('The same that became dead letters, or a further sight of one.'),
  lost: count('Messages that were found lost: there should be none.'),
});

const Partitions = closed({
  table: Type.Enum([...PARTITIONED_TABLES]),
  partitions: count('How many there are.'),
  from: nullable({ ...Time, description: 'Begin of the oldest.' }),
  to: nullable({
    ...Time,
    description:
      'End of the newest, and begin of the next one: that is made a week before, by the job make-partitions.',
  }),
});

const Overview = closed(
  {
    version: Type.String({ description: 'Of this process of StepCloud.', examples: ['0.1.0'] }),
    nodeVersion: Type.String({ examples: ['20.19.0'] }),
    postgresVersion: Type.String({ examples: ['18.1'] }),
    schema: closed({
      migrations: count('Migrations that the database has.'),
      newest: nullable({ ...name, description: 'The newest of them.' }),
      pending: Type.Array(name, { description: 'Migrations of this release that it lacks: run `stepcloud migrate`.' }),
    }),
    queue: QueueOverview,
    processes: Type.Array(
      closed({ role: Type.Enum(['broker', 'worker', 'api']), version: Type.String(), count: count('How many live.') }),
      { description: 'By role and release; each by itself: `GET /processes`.' },
    ),
    disk: nullable(Disk),
    partitions: Type.Array(Partitions, { description: 'Of the tables that are cut by time.' }),
    minutes: Type.Array(Minute, {
      description: 'What was stored in each of the last 15 minutes, the newest first, over all customers.',
    }),
    customers: count('Customers.'),
    gateways: count('Gateways in use.'),
    devices: count('Devices, in any state.'),
    sensors: count('Sensors.'),
  },
  { description: 'What runs here, how it is, and how much there is.' },
);

interface OverviewOptions {
  db: Database;
  queue: Queue & QueueDesk;
  version: string;
}

export function overview(app: App, { db, queue, version }: OverviewOptions): void {
  const schema = {
    summary: 'Overview',
    description:
      'What runs here, how it is, and how much there is of everything, over all customers. More of it: `/processes`, `/queues`, `/storage`, `/maintenance`, `/losses`.',
    tags: ['installation'],
    querystring: closed({}),
    response: { 200: Overview, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN') },
  };
  app.get('/overview', { schema }, async () => {
    const [counts, ofQueue, ofSchema] = await Promise.all([countEverything(db), lookAt(queue), describeSchema(db)]);
    return {
      version,
      nodeVersion: process.versions.node,
      ...counts,
      schema: ofSchema,
      queue: { backend: queue.backend, ready: await queue.isReady(), ...ofQueue },
      processes: await countProcesses(db),
      disk: (await readStorage(db)) ?? null,
      partitions: await summarisePartitions(db),
      // A schema that is behind may lack their table.
      minutes: ofSchema.pending.length === 0 ? await listIngestMinutes(db) : [],
    };
  });
}

/** An overview is wanted most when something is away: the queue's absence is part of the answer. */
async function lookAt(queue: Queue & QueueDesk) {
  const look = async () => ({ version: await queue.version(), ...(await queue.depth()) });
  return inTime('the queue', QUEUE_DEADLINE_MS, look).catch(() => ({ version: null, waiting: null, failed: null }));
}
