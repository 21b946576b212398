import { Type } from 'typebox';
import { listJobs } from '../../db/maintenance.ts';
import { goesBefore, KEPT, measureOld, type RetentionSettings } from '../../db/retention.ts';
import type { App } from '../app.ts';
import { failures } from '../problems.ts';
import { closed, nullable, Time } from '../schemas.ts';
import { Job } from './maintenance.ts';
import type { AdminRouteOptions } from './options.ts';

const amount = (description: string) => Type.Integer({ minimum: 0, description });

const Policy = closed(
  {
    kept: Type.String({
      description: 'The kind of data, as in `retentionDays` of broker.config.ts.',
      examples: ['readings'],
    }),
    days: nullable(Type.Integer({ description: 'For how many days it is kept; null: for ever.' })),
    before: nullable({ ...Time, description: 'Data from before this time goes; null: none.' }),
    partitions: amount('Partitions that would be dropped now.'),
    rows: amount('Rows that would go now: estimated for partitions, counted up to a million elsewhere.'),
    bytes: amount('Bytes on disk that these take, estimated for tables without partitions.'),
  },
  { description: 'How long one kind of data is kept, and what of it would go if retention ran now.' },
);

const Retention = closed(
  {
    policies: Type.Array(Policy),
    job: nullable({
      ...Job,
      description: 'When retention ran last, what it did and when it runs next; null before any worker ran.',
    }),
  },
  { description: 'What retention would delete, and what it did.' },
);

export interface RetentionRouteOptions extends Pick<AdminRouteOptions, 'db' | 'clock'> {
  settings: RetentionSettings;
}

export function retention(app: App, { db, clock, settings }: RetentionRouteOptions): void {
  const schema = {
    summary: 'Show retention',
    description:
      'What would go if it ran now, without deleting anything. The periods are settings (`retentionDays` in broker.config.ts).',
    tags: ['installation'],
    querystring: closed({}),
    response: { 200: Retention, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN') },
  };
  app.get('/retention', { schema }, async () => {
    const policies = [];
    for (const kept of KEPT) {
      const before = goesBefore(kept, settings, clock());
      const goes = before === undefined ? { partitions: 0, rows: 0, bytes: 0 } : await measureOld(db, kept, before);
      const since = before === undefined ? null : new Date(before);
      policies.push({ kept, days: settings.retentionDays[kept], before: since, ...goes });
    }
    const job = (await listJobs(db)).find(({ name }) => name === 'retention') ?? null;
    return { policies, job };
  });
}
