import { Type } from 'typebox';
import { recordAudit } from '../../db/audit.ts';
import type { Database } from '../../db/database.ts';
import { findAnyGateway } from '../../db/gateway-views.ts';
import { listManagers } from '../../db/gateways.ts';
import { countTurn } from '../../db/throttles.ts';
import { type IssuedTokens, type Origin, RefreshTokenReused, refreshSession } from '../../identity/sessions.ts';
import { addressKey, takeTurn } from '../../identity/throttle.ts';
import type { Tokens } from '../../identity/tokens.ts';
import { refreshTokenReused } from '../../mail/letters.ts';
import type { Mailer } from '../../mail/mailer.ts';
import type { App } from '../app.ts';
import { failures } from '../problems.ts';
import { closed, Id, Time, text } from '../schemas.ts';

/** A whole site comes back behind one address after an outage. */
const PER_ADDRESS = { max: 600, windowMs: 60_000 };
const ONCE_A_DAY = { max: 1, windowMs: 24 * 3_600_000 };

export const SoftwareVersion = text(128, { description: 'What runs on the gateway.', examples: ['2.4.1'] });

export const GatewayTokens = closed(
  {
    gatewayId: { ...Id, description: 'Its id from now on, and its user name for MQTT.' },
    accessToken: Type.String({ description: 'The password for MQTT, and the bearer token of this API.' }),
    accessExpiresAt: { ...Time, description: 'When the access token ends.' },
    refreshToken: Type.String({
      description: 'For the next refresh. Store it before you use the access token: it replaces the one before.',
    }),
  },
  { description: 'The tokens of the gateway.' },
);

export interface RefreshOptions {
  db: Database;
  tokens: Tokens;
  mailer: Mailer;
  clock: () => number;
}

export function refresh(app: App, options: RefreshOptions): void {
  const schema = {
    summary: 'Refresh the tokens',
    description:
      'After an outage that outlasted the access token; while it is connected, a gateway gets fresh ones over MQTT. Gives a new access token and a new refresh token. Where the answer was lost, ask again with the same one: it gives the same refresh token, until that was used. An older one is refused, and the managers of the gateway hear of it.',
    tags: ['token'],
    security: [],
    querystring: closed({}),
    body: closed({
      refreshToken: text(256, { description: 'The newest one that the gateway has.' }),
      softwareVersion: Type.Optional(SoftwareVersion),
    }),
    response: {
      200: GatewayTokens,
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED', 'RATE_LIMITED'),
    },
  };
  app.post('/refresh', { schema }, async ({ body, ip }) => {
    const now = options.clock();
    await takeTurn(options.db, `refresh from ${addressKey(ip)}`, PER_ADDRESS, now);
    const origin = { now, address: ip, client: body.softwareVersion };
    const { db, tokens } = options;
    return toGatewayTokens(
      await reportingReuse(options, origin, () => refreshSession(db, tokens, 'gateway', body.refreshToken, origin)),
    );
  });
}

export function toGatewayTokens({ subject, accessToken, accessExpiresAt, refreshToken }: IssuedTokens) {
  return { gatewayId: subject, accessToken, accessExpiresAt, refreshToken };
}

/** Runs what may throw RefreshTokenReused; then the reuse is written down and the managers get a mail, once a day each session. */
export async function reportingReuse<T>(options: RefreshOptions, origin: Origin, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof RefreshTokenReused) await report(options, error, origin);
    throw error;
  }
}

async function report({ db, mailer }: RefreshOptions, { subject, sessionId }: RefreshTokenReused, origin: Origin) {
  const { now, address } = origin;
  const at = new Date(now);
  const gateway = await db.transaction().execute(async (tx) => {
    const { count } = await countTurn(tx, `old refresh token of ${sessionId}`, ONCE_A_DAY, now);
    const known = await findAnyGateway(tx, subject);
    if (count > ONCE_A_DAY.max || !known) return undefined;
    const { id, label: name, customerId, officeId } = known;
    await recordAudit(tx, {
      at,
      actor: { kind: 'gateway', id, name, address },
      action: 'gateway.refresh_refused',
      subject: { kind: 'session', id: sessionId },
      customerId,
      officeId,
    });
    return known;
  });
  if (!gateway) return;
  const { id, label } = gateway;
  const letter = refreshTokenReused({ gateway: { id, label: label ?? 'without a name' }, at, address });
  for (const to of await listManagers(db, gateway)) mailer.send({ to, ...letter });
}
