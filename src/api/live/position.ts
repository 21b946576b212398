import type { LivePosition } from '../../db/live.ts';

const MAX_XID = 2n ** 63n;
const SNAPSHOT = /^\d{1,19}:\d{1,19}:(\d{1,19}(,\d{1,19})*)?$/;
const NUMBER = /^\d{1,19}$/;

/** The id of an event: `at;seen`, or `at;seen;upTo;xid;seq`. */
export function encodePosition({ at, seen, within }: LivePosition): string {
  return [at, seen, ...(within ? [within.upTo, within.xid, within.seq] : [])].join(';');
}

/** Undefined for what `encodePosition` did not make. */
export function decodePosition(id: string): LivePosition | undefined {
  const [at = '', seen = '', upTo, xid, seq, ...rest] = id.split(';');
  const time = Number(at);
  if (!/^\d{1,15}$/.test(at) || !isSnapshot(seen) || rest.length > 0) return undefined;
  if (upTo === undefined) return { at: time, seen };
  if (!isSnapshot(upTo) || !isNumber(xid) || !isNumber(seq)) return undefined;
  return { at: time, seen, within: { upTo, xid, seq } };
}

/** As Postgres takes it: the transactions under way lie between its bounds, and rise. */
function isSnapshot(text: string): boolean {
  if (!SNAPSHOT.test(text)) return false;
  const [min = 0n, max = 0n] = text.split(':', 2).map(BigInt);
  const running = text.slice(text.lastIndexOf(':') + 1);
  const order = [min, ...(running === '' ? [] : running.split(',').map(BigInt))];
  const rises = order.every((xid, index) => index < 2 || xid > (order[index - 1] as bigint));
  return min > 0n && max < MAX_XID && min <= max && rises && order.slice(1).every((xid) => xid >= min && xid < max);
}

function isNumber(text: string | undefined): text is string {
  return text !== undefined && NUMBER.test(text) && BigInt(text) < MAX_XID;
}
