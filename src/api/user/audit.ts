import { listAuditEntries } from '../../db/audit-views.ts';
import type { App } from '../app.ts';
import { AuditPage, auditQuery, readAuditPage } from '../audit-entries.ts';
import { failures } from '../problems.ts';
import { closed } from '../schemas.ts';
import type { UserRouteOptions } from './options.ts';

export function audit(app: App, { db, clock, caller }: UserRouteOptions): void {
  const schema = {
    summary: 'Read the audit',
    description:
      'Who did what in your customers and offices, on what, from where and when; and what concerns yourself, as your own sign-ins, which an API token does not show. Newest first.',
    tags: ['members'],
    querystring: closed(auditQuery),
    response: { 200: AuditPage, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID') },
  };
  app.get('/audit', { config: { access: 'viewer' }, schema }, (request) => {
    const { scope, userId, credential } = caller(request);
    const self = credential.kind === 'session' ? userId : undefined;
    return readAuditPage(request.query, clock(), (filter) => listAuditEntries(db, scope, self, filter));
  });
}
