import type { Client } from 'aedes';
import type { BrokerSettings } from '../config.ts';
import type { Db } from '../db/database.ts';
import { type GatewayIdentity, LIFETIMES, renewGatewayToken } from '../identity/sessions.ts';
import type { Tokens } from '../identity/tokens.ts';
import { readGatewayLimits } from '../ingest/gateway-limits.ts';
import type { Pacing } from '../ingest/pacing.ts';
import type { SessionReport } from '../messages/downlink.ts';
import { toSessionReport } from '../messages/reports.ts';
import type { Log } from '../telemetry/log.ts';
import type { Connections } from './connections.ts';
import type { Downlink } from './downlink.ts';
import { inTime } from './hooks.ts';

/** A sixth of a token's life. */
const RENEW_BEFORE_MS = LIFETIMES.gateway.accessMs / 6;
const TICK_MS = 1_000;
const RETRY_AFTER_MS = 30_000;
const DEADLINE_MS = 5_000;
/** Tokens that are made at a time, so that CONNECTs do not wait for them. */
const MAX_TOGETHER = 4;
const TOPIC = 'session';

export interface SessionMessagesOptions {
  connections: Connections;
  downlink: Downlink;
  db: Db;
  tokens: Tokens;
  settings: BrokerSettings;
  pacing: Pacing;
  clock: () => number;
  log: Log;
}

/**
 * `down/session`: at subscription what the gateway may and when the connection will end, and before that a fresh token, whose PUBACK moves the end:
 * no reconnect. A token whose PUBACK does not come is replaced by another one, until the end.
 */
export function startSessionMessages(options: SessionMessagesOptions): { close(): void } {
  const { connections, downlink, db, tokens, settings, pacing, clock, log } = options;
  const { maxPacketBytes } = settings;
  const underWay = new WeakSet<Client>();
  const triedAt = new WeakMap<Client, number>();
  let renewing = 0;

  downlink.onSubscribe(TOPIC, (client) => void send(client, true));
  const ticking = setInterval(() => {
    for (const [client, { identity }] of connections.open) {
      if (identity && isDue(client, identity)) void send(client, false);
    }
  }, TICK_MS);
  ticking.unref();

  /** At QoS 0 nobody could tell whether the token arrived. */
  function isDue(client: Client, { renewable, expiresAt }: GatewayIdentity): boolean {
    const now = clock();
    return (
      renewable &&
      expiresAt - now < RENEW_BEFORE_MS &&
      renewing < MAX_TOGETHER &&
      now - (triedAt.get(client) ?? Number.NEGATIVE_INFINITY) >= RETRY_AFTER_MS &&
      downlink.qosOf(client, TOPIC) === 1
    );
  }

  /** One message at a time: who subscribes again while it waits for a PUBACK has been told already. */
  async function send(client: Client, isAsked: boolean): Promise<void> {
    const identity = connections.of(client)?.identity;
    if (!identity || underWay.has(client)) return;
    underWay.add(client);
    const fresh = isDue(client, identity) ? await renew(client, identity) : undefined;
    const { renewable, expiresAt, keyId } = { ...identity, ...fresh };
    const facts = { serverTime: clock(), expiresAt, maxPacketBytes, renewable };
    const limits = isAsked ? await readLimits(identity) : {};
    const body: SessionReport = { ...toSessionReport({ ...facts, token: fresh?.token }), ...limits };
    const isAcknowledged = (fresh || isAsked) && (await downlink.send(client, TOPIC, body));
    if (isAcknowledged) Object.assign(identity, { expiresAt, keyId });
    underWay.delete(client);
  }

  /** Left out while the database is away. */
  async function readLimits({ gatewayId }: GatewayIdentity): Promise<Pick<SessionReport, 'limits'>> {
    const read = () => readGatewayLimits(db, settings, gatewayId);
    const found = await inTime('limits', DEADLINE_MS, read).catch(() => undefined);
    if (!found) return {};
    const { messages, bytes } = pacing.used(gatewayId);
    const { burstMessages, burstBytes, ...others } = found.limits;
    const burst = {
      burstMessages: { limit: burstMessages?.limit ?? 0, used: messages },
      burstBytes: { limit: burstBytes?.limit ?? 0, used: bytes },
    };
    return { limits: { ...others, ...burst } };
  }

  async function renew(client: Client, identity: GatewayIdentity) {
    triedAt.set(client, clock());
    renewing++;
    try {
      const fresh = await renewGatewayToken(db, tokens, identity, clock());
      return fresh && { ...fresh, ...(await tokens.verify('gateway', fresh.token)) };
    } catch (error) {
      log.warn({ gateway: identity.gatewayId, reason: (error as Error).message }, 'cannot renew a token now');
      return undefined;
    } finally {
      renewing--;
    }
  }

  return { close: () => clearInterval(ticking) };
}
