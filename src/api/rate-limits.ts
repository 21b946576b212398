import type { FastifyReply, FastifyRequest } from 'fastify';
import type { BrokerSettings } from '../config.ts';
import { StepCloudError } from '../errors.ts';
import { addressKey } from '../identity/throttle.ts';
import type { Log } from '../telemetry/log.ts';

const WINDOW_MS = 60_000;
/** Callers of one minute that are told apart; what else comes in it shares one count. So nobody fills the memory. */
const MAX_CALLERS = 100_000;

type CallerKind = keyof BrokerSettings['http']['requestsPerMinute'];
type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** How many requests a minute each caller may send to this process (docs/decisions/0015). Hooks for onRequest; each throws RATE_LIMITED. */
export interface RateLimits {
  /** Of routes that ask for no credentials: counts by address. */
  readonly open: Hook;
  /** Of guarded routes: lets in, and counts by caller; who is not let in is counted by address. */
  guarded(
    kind: CallerKind,
    admit: (request: FastifyRequest) => Promise<void>,
    keyOf: (request: FastifyRequest) => string,
  ): Hook;
}

export interface RateLimitOptions {
  perMinute: BrokerSettings['http']['requestsPerMinute'];
  clock: () => number;
  log: Log;
}

export function createRateLimits({ perMinute, clock, log }: RateLimitOptions): RateLimits {
  let current = Number.NaN;
  let counts = new Map<string, number>();

  /** Counts a request, and tells the caller in headers what is left. */
  function take(kind: CallerKind, key: string, reply: FastifyReply): void {
    const now = clock();
    const minute = Math.floor(now / WINDOW_MS);
    if (minute !== current) [current, counts] = [minute, new Map()];
    const caller = `${kind} ${key}`;
    const counted = counts.size < MAX_CALLERS || counts.has(caller) ? caller : kind;
    const count = (counts.get(counted) ?? 0) + 1;
    counts.set(counted, count);
    const limit = perMinute[kind];
    const resetS = Math.ceil(((minute + 1) * WINDOW_MS - now) / 1_000);
    reply.headers({
      'ratelimit-limit': limit,
      'ratelimit-remaining': Math.max(0, limit - count),
      'ratelimit-reset': resetS,
    });
    if (count === limit + 1)
      log.warn(
        { [kind]: counted === caller ? key : 'others', limit },
        'asks more than is taken in a minute, and is refused',
      );
    if (count > limit)
      throw new StepCloudError('RATE_LIMITED', `${limit} requests a minute are taken; try again in ${resetS} s`, {
        retryAfterS: resetS,
      });
  }

  const open: Hook = async (request, reply) => take('address', addressKey(request.ip), reply);

  return {
    open,
    guarded: (kind, admit, keyOf) => async (request, reply) => {
      try {
        await admit(request);
      } catch (refusal) {
        await open(request, reply);
        throw refusal;
      }
      take(kind, keyOf(request), reply);
    },
  };
}
