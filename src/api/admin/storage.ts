import { Type } from 'typebox';
import { measureFamilies, readStorage, type StorageWarning } from '../../db/storage.ts';
import type { App } from '../app.ts';
import { failures } from '../problems.ts';
import { closed, nullable, Time } from '../schemas.ts';
import type { AdminRouteOptions } from './options.ts';

const bytes = (description: string) => Type.Integer({ minimum: 0, description });
const perDay = (description: string) => nullable(Type.Number({ description }));

const Family = closed({
  family: Type.Enum(['readings', 'events', 'logs', 'rollups', 'rest'], {
    description: '`rest` is everything else, the queue among it where that is in the database.',
  }),
  bytes: bytes('On disk, with indexes.'),
  partitions: Type.Integer({ minimum: 0, description: 'How many pieces of time the tables consist of.' }),
});

const Measured = closed(
  {
    measuredAt: Time,
    databaseBytes: bytes('Size of the database.'),
    databaseBytesPerDay: perDay('What the database grows by in a day; null before it was watched for a day.'),
    diskBytes: nullable(bytes('Size of the disk that the database lies on; null where no worker can see it.')),
    diskFreeBytes: nullable(bytes('What is free on it.')),
    diskBytesPerDay: perDay('By how much more of it is used each day, by the database and all else.'),
    daysLeft: nullable(
      Type.Number({ description: 'Days until the disk is full, as it goes now; null: nobody knows.' }),
    ),
    warning: Type.Unsafe<StorageWarning | null>({
      type: ['string', 'null'],
      enum: ['low', 'filling', null],
      description: '`low`: little is free; `filling`: the disk will be full soon.',
    }),
    warnedAt: nullable({ ...Time, description: 'When the log last told of the warning, or of its end.' }),
  },
  { description: 'As a worker last measured it. Growth is the median of a week, per day.' },
);

const Storage = closed(
  {
    measured: nullable(Measured),
    families: Type.Array(Family),
  },
  { description: 'What the database takes of its disk, and for how long that will go on.' },
);

export function storage(app: App, { db }: Pick<AdminRouteOptions, 'db'>): void {
  const schema = {
    summary: 'Show storage',
    description:
      'How large the database is and what it consists of, how full its disk is, and when it will be full as it goes now. ' +
      'When to warn is a setting (`disk` in broker.config.ts).',
    tags: ['installation'],
    querystring: closed({}),
    response: { 200: Storage, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN') },
  };
  app.get('/storage', { schema }, async () => ({
    measured: (await readStorage(db)) ?? null,
    families: await measureFamilies(db),
  }));
}
