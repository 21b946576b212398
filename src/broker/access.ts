import { type AccessChanges, findAccessChanges } from '../db/connections.ts';
import type { Db } from '../db/database.ts';
import type { EndReason } from '../db/presence.ts';
import { inTime } from '../deadline.ts';
import type { GatewayIdentity } from '../identity/sessions.ts';
import type { Tokens } from '../identity/tokens.ts';
import type { Log } from '../telemetry/log.ts';
import type { Claim, Claims } from './claims.ts';
import type { Connections } from './connections.ts';

const LOOK_INTERVAL_MS = 1_000;
/** A look that takes longer is given up: a connection to the database may be dead without saying so. */
const LOOK_DEADLINE_MS = 5_000;

export interface AccessWatch {
  /** Looks at once: something has changed. */
  look(): void;
  close(): Promise<void>;
}

export interface AccessOptions {
  connections: Connections;
  claims: Claims;
  db: Db;
  tokens: Tokens;
  processId: string;
  /** From when on, by the database's clock: nobody was let in before. */
  since: Date;
  monotonic: () => number;
  log: Log;
}

/** Why a connection is closed: for the log, and where it is no matter of access. */
type Why = [why: string, reason?: EndReason];
type WhyOf = (identity: GatewayIdentity, claim: Claim | undefined) => Why | undefined;

/**
 * Looks once a second, and when a signal comes, for what was taken away, and closes the connections of this process that
 * it concerns (docs/decisions/0005). While the database is away nothing is closed, and the next look goes further back.
 */
export function watchAccess(options: AccessOptions): AccessWatch {
  const { connections, claims, db, tokens, processId, monotonic, log } = options;
  let until = options.since;
  let looking: Promise<void> | undefined;
  let isAskedAgain = false;
  let isAway = false;
  const timer = setInterval(look, LOOK_INTERVAL_MS);
  timer.unref();

  function look(): void {
    isAskedAgain = looking !== undefined;
    looking ??= lookSafely();
  }

  async function lookSafely(): Promise<void> {
    try {
      await inTime('a look', LOOK_DEADLINE_MS, lookOnce);
      isAway = false;
    } catch (error) {
      if (!isAway)
        log.warn({ reason: (error as Error).message }, 'cannot see what was revoked; it is looked for again');
      isAway = true;
    }
    looking = undefined;
    if (isAskedAgain) look();
  }

  async function lookOnce(): Promise<void> {
    const retired = await findRetiredKeys();
    closeWhere(({ keyId }) => (retired.has(keyId) ? ['the key of its token was retired'] : undefined));
    const startedAt = monotonic();
    const changes = await findAccessChanges(db, processId, until);
    closeWhere(createWhyOf(changes, startedAt));
    until = changes.until;
    await claims.forgetEnded();
  }

  function closeWhere(whyOf: WhyOf): void {
    for (const [client, { identity }] of connections.open) {
      const why = identity && whyOf(identity, claims.of(client));
      if (why) connections.revoke(client, ...why);
    }
  }

  async function findRetiredKeys(): Promise<Set<string>> {
    const keyIds = new Set<string>();
    for (const { identity } of connections.open.values()) if (identity) keyIds.add(identity.keyId);
    for (const keyId of keyIds) if (await tokens.trusts(keyId)) keyIds.delete(keyId);
    return keyIds;
  }

  return {
    look,
    async close() {
      clearInterval(timer);
      isAskedAgain = false;
      await looking;
    },
  };
}

/** Why a look ends a connection. One that claimed its client id after the look had begun may be newer than what it saw. */
function createWhyOf(changes: AccessChanges, startedAt: number): WhyOf {
  const sessions = new Set(changes.revokedSessions);
  const gateways = new Set(changes.deletedGateways);
  const customers = new Set(changes.suspendedCustomers);
  const heldElsewhere = new Set(changes.heldElsewhere);
  const kicked = new Set(changes.kicked);
  return ({ sessionId, gatewayId, customerId }, claim) => {
    if (sessions.has(sessionId)) return ['its session was revoked'];
    if (gateways.has(gatewayId)) return ['its gateway was deleted'];
    if (customers.has(customerId)) return ['its customer was suspended'];
    if (claim && kicked.has(claim.id)) return ['an admin ended it', 'kicked'];
    if (claim && claim.since < startedAt && heldElsewhere.has(claim.holder)) {
      return ['its client id connected to another process', 'taken_over'];
    }
    return undefined;
  };
}
