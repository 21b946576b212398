import type { Db } from '../db/database.ts';
import { fixBoots, type GatewayBoot } from '../db/gateway-boots.ts';
import { earliest } from '../messages/power-up.ts';

const CACHED_BOOTS = 50_000;

/** Zeros of power-ups, epoch milliseconds: by gateway, then by boot. */
export type Zeros = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** The zeros of these power-ups and maybe others; of those that nobody knew, fixed now, the earliest that is given. */
export type FixZeros = (boots: readonly GatewayBoot[]) => Promise<Zeros>;

/** Zeros are fixed before anything that is counted from them is stored, in statements of their own. */
export function createZeros(db: Db): FixZeros {
  let zeros = new Map<string, Map<string, number>>();
  let size = 0;

  return async (boots) => {
    if (size > CACHED_BOOTS) {
      zeros = new Map();
      size = 0;
    }
    const known = zeros;
    const absent = earliest(boots.filter(({ gatewayId, boot }) => !known.get(gatewayId)?.has(boot)));
    if (absent.length === 0) return known;
    for (const { gatewayId, boot, zero } of await fixBoots(db, absent)) {
      const own = known.get(gatewayId) ?? new Map<string, number>();
      known.set(gatewayId, own.set(boot, zero));
      size++;
    }
    return known;
  };
}
