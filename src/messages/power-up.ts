import type { GatewayBoot } from '../db/gateway-boots.ts';
import type { Message, Stamp } from './kind.ts';

export const MAX_BOOT_CHARACTERS = 64;
/** Numbers from here on are milliseconds since 1970, those below milliseconds since power-up: three years of them. */
export const MAX_UP_MS = 1e11;

/** What times since power-up are counted from, epoch milliseconds; or why that is not known. */
export type PowerUp = { readonly zero: number; readonly sentUp: number } | { readonly fault: string };

/** As a stamp names it. */
export interface Boot {
  readonly boot: string;
  /** Milliseconds from then to the sending of the message. */
  readonly sentUp: number;
}

export function isUpTime(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) < MAX_UP_MS;
}

/** Each power-up once: as the message tells that was under way the shortest. */
export function earliest(boots: readonly GatewayBoot[]): GatewayBoot[] {
  const found = new Map<string, GatewayBoot>();
  for (const one of boots) {
    const key = `${one.gatewayId}\n${one.boot}`;
    const other = found.get(key);
    if (!other || one.zero < other.zero) found.set(key, one);
  }
  return [...found.values()];
}

/** The power-up that an object of a payload names; undefined where it names none. */
export function readPowerUp(stamp: Stamp, message: Pick<Message, 'receivedAt' | 'zeros'>): PowerUp | undefined {
  if (stamp.boot == null && stamp.sentUp == null) return undefined;
  const named = readBoot(stamp);
  if ('fault' in named) return named;
  return { zero: message.zeros?.get(named.boot) ?? zeroOf(named, message.receivedAt), sentUp: named.sentUp };
}

/** The power-up that a stamp names, or why it names none. */
export function readBoot({ boot, sentUp }: Stamp): Boot | { readonly fault: string } {
  if (boot == null) return { fault: '`boot` is missing' };
  if (sentUp == null) return { fault: '`sentUp` is missing' };
  if (!isBoot(boot)) return { fault: `\`boot\` is not a text of 1 to ${MAX_BOOT_CHARACTERS} characters` };
  if (!isUpTime(sentUp) || sentUp < 0) return { fault: '`sentUp` is not the milliseconds since power-up' };
  return { boot, sentUp };
}

/** When a gateway was powered up, by the receipt of one of its messages: as much too late as that was under way. */
export function zeroOf({ sentUp }: Boot, receivedAt: number): number {
  return Math.floor(receivedAt - sentUp);
}

function isBoot(boot: unknown): boot is string {
  return (
    typeof boot === 'string' &&
    boot !== '' &&
    boot.length <= MAX_BOOT_CHARACTERS &&
    !boot.includes('\0') &&
    boot.isWellFormed()
  );
}
