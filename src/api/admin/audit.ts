import { Type } from 'typebox';
import { listAllAuditEntries } from '../../db/audit-views.ts';
import type { App } from '../app.ts';
import { AuditPage, auditQuery, readAuditPage } from '../audit-entries.ts';
import { failures } from '../problems.ts';
import { closed, Id } from '../schemas.ts';
import type { AdminRouteOptions } from './options.ts';

export function audit(app: App, { db, clock }: Pick<AdminRouteOptions, 'db' | 'clock'>): void {
  const schema = {
    summary: 'Read the audit',
    description: 'Who did what, on what, from where and when, over all customers. Newest first.',
    tags: ['audit'],
    querystring: closed({
      customerId: Type.Optional({ ...Id, description: 'Only what concerns this customer.' }),
      ...auditQuery,
    }),
    response: { 200: AuditPage, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN') },
  };
  app.get('/audit', { schema }, ({ query: { customerId, ...query } }) =>
    readAuditPage(query, clock(), (filter) => listAllAuditEntries(db, customerId, filter)),
  );
}
