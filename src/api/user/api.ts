import cookie from '@fastify/cookie';
import type { FastifyRequest } from 'fastify';
import type { Database } from '../../db/database.ts';
import type { Tokens } from '../../identity/tokens.ts';
import type { Ingest } from '../../ingest/ingest.ts';
import type { Mailer } from '../../mail/mailer.ts';
import type { TimeLimits } from '../../messages/kind.ts';
import type { App } from '../app.ts';
import { documentApi } from '../documents.ts';
import { guardUsers } from '../guards.ts';
import type { Live } from '../live/live.ts';
import type { RateLimits } from '../rate-limits.ts';
import { aggregates } from './aggregates.ts';
import { apiTokens } from './api-tokens.ts';
import { audit } from './audit.ts';
import { catalogue, modelImage } from './catalogue.ts';
import { connectivity } from './connectivity.ts';
import { customers } from './customers.ts';
import { deadLetters } from './dead-letters.ts';
import { deviceApprovals } from './device-approvals.ts';
import { deviceSensors } from './device-sensors.ts';
import { devices } from './devices.ts';
import { enrolmentKeys } from './enrolment-keys.ts';
import { enrolments } from './enrolments.ts';
import { eventSeries } from './event-series.ts';
import { events } from './events.ts';
import { exports } from './exports.ts';
import { gatewayLimits } from './gateway-limits.ts';
import { gatewaySessions } from './gateway-sessions.ts';
import { gateways } from './gateways.ts';
import { latest } from './latest.ts';
import { ledger } from './ledger.ts';
import { login } from './login.ts';
import { logs } from './logs.ts';
import { me } from './me.ts';
import { members } from './members.ts';
import { offices } from './offices.ts';
import { type OpenRouteOptions, USER_API as PREFIX, type UserRouteOptions } from './options.ts';
import { password } from './password.ts';
import { previews } from './previews.ts';
import { readings } from './readings.ts';
import { recovery } from './recovery.ts';
import { refresh } from './refresh.ts';
import { refreshCookie } from './refresh-cookie.ts';
import { replays } from './replays.ts';
import { session } from './session.ts';
import { settings } from './settings.ts';
import { stream } from './stream.ts';
import { warnings } from './warnings.ts';

export interface UserApiOptions {
  db: Database;
  reader: Database;
  tokens: Tokens;
  ingest: Ingest;
  timeLimits: () => TimeLimits;
  live: Live;
  settings: UserRouteOptions['settings'];
  mailer: Mailer;
  publicUrl: () => string;
  clock: () => number;
  version: string;
  rateLimits: RateLimits;
}

/** For people and their programs: what the gateways of their customers sent. */
export async function userApi(
  app: App,
  { version, reader, ingest, timeLimits, live, rateLimits, settings: brokerSettings, ...options }: UserApiOptions,
): Promise<void> {
  await documentApi(app, {
    title: 'StepCloud user API',
    description:
      'What the gateways of your workshops sent: devices, their latest values and readings, the events that they ended with, what was refused and why, and the books that show that nothing is missing. Sign in with **Authorize**; the token lives 15 minutes. A script sends an API token in its place (`POST /me/api-tokens`), but for what is about an account, its tokens, and members.',
    version,
    page: '/docs',
    security: ['login', 'apiToken'],
    tags: [
      { name: 'session', description: 'Sign in and out, your password, and who you are.' },
      { name: 'members', description: 'Who may do what here, and who did what.' },
      { name: 'customers', description: 'Your customers and their offices.' },
      { name: 'gateways', description: 'What collects and sends, and the books of what it sent.' },
      { name: 'enrolment', description: 'How gateways come in: keys for them, and who waits.' },
      { name: 'devices', description: 'What is measured.' },
      { name: 'catalogue', description: 'What a device can be.' },
      { name: 'exports', description: 'All of it, in one file.' },
      { name: 'dead letters', description: 'What was refused, with the reason.' },
    ],
  });
  await app.register(cookie);
  const forAll: OpenRouteOptions = { ...options, refreshCookie: refreshCookie(options.publicUrl, PREFIX) };
  await app.register(
    async (forms) => {
      forms.addHook('onRequest', rateLimits.open);
      await login(forms as App, forAll);
    },
    { prefix: PREFIX },
  );
  await app.register(
    async (scope) => {
      const open = scope as App;
      open.addHook('onRequest', rateLimits.open);
      refresh(open, forAll);
      recovery(open, forAll);
    },
    { prefix: PREFIX },
  );
  await app.register(
    async (scope) => {
      const guarded = scope as App;
      const { admit, caller } = guardUsers(options);
      const keyOf = (request: FastifyRequest): string => {
        const { userId, credential } = caller(request);
        return credential.kind === 'api_token' ? credential.id : userId;
      };
      guarded.addHook('onRequest', rateLimits.guarded('user', admit, keyOf));
      const forUsers: UserRouteOptions = {
        ...forAll,
        reader,
        caller,
        ingest,
        timeLimits,
        live,
        settings: brokerSettings,
      };
      me(guarded, forUsers);
      session(guarded, forUsers);
      password(guarded, forUsers);
      apiTokens(guarded, forUsers);
      customers(guarded, forUsers);
      offices(guarded, forUsers);
      members(guarded, forUsers);
      audit(guarded, forUsers);
      gateways(guarded, forUsers);
      gatewaySessions(guarded, forUsers);
      enrolments(guarded, forUsers);
      enrolmentKeys(guarded, forUsers);
      connectivity(guarded, forUsers);
      gatewayLimits(guarded, forUsers);
      ledger(guarded, forUsers);
      warnings(guarded, forUsers);
      deadLetters(guarded, forUsers);
      replays(guarded, forUsers);
      previews(guarded, forUsers);
      catalogue(guarded, forUsers);
      modelImage(guarded, forUsers);
      devices(guarded, forUsers);
      deviceApprovals(guarded, forUsers);
      deviceSensors(guarded, forUsers);
      latest(guarded, forUsers);
      readings(guarded, forUsers);
      aggregates(guarded, forUsers);
      events(guarded, forUsers);
      eventSeries(guarded, forUsers);
      settings(guarded, forUsers);
      logs(guarded, forUsers);
      stream(guarded, forUsers);
      exports(guarded, forUsers);
    },
    { prefix: PREFIX },
  );
}
