import type { paths } from '../../client/user.gen.ts';

export type Gateway = paths['/api/v1/gateways/{gatewayId}']['get']['responses'][200]['content']['application/json'];
export type Ledger =
  paths['/api/v1/gateways/{gatewayId}/ledger']['get']['responses'][200]['content']['application/json'];

/** What of the books needs a word, the worst first; empty where all is well. Counts are those of the shown hours or days. */
export function tellOf(
  ledger: Ledger,
  gateway: Gateway,
): readonly { type: 'error' | 'warning' | 'info'; key: Told; count: number }[] {
  const rejected = ledger.items.reduce((sum, { rejected }) => sum + rejected, 0);
  const skew = Math.round(Math.abs(gateway.clockSkewMs ?? 0) / 1_000);
  const all = [
    { type: 'error', key: 'lost', count: ledger.lost },
    { type: 'warning', key: 'rejected', count: rejected },
    { type: 'warning', key: 'dropped', count: ledger.reported.dropped ?? 0 },
    { type: 'info', key: 'buffered', count: ledger.reported.buffered ?? 0 },
    { type: 'info', key: 'unseen', count: ledger.unseen },
    { type: 'warning', key: 'clock', count: skew >= CLOCK_IS_WRONG_S ? skew : 0 },
  ] as const;
  return all.filter(({ count }) => count > 0);
}
export type Told = 'lost' | 'rejected' | 'dropped' | 'buffered' | 'unseen' | 'clock';

const CLOCK_IS_WRONG_S = 60;
