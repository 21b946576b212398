import { StepCloudError } from '../errors.ts';

export interface SlotLimits {
  /** What there may be so many of, as people call it. */
  readonly what: string;
  readonly perUser: number;
  readonly perProcess: number;
  readonly retryAfterS: number;
}

/** For answers that may take hours. */
export interface Slots {
  /** Takes one for a user until it is given back. Throws RATE_LIMITED when there is none. */
  take(userId: string): () => void;
}

export function createSlots({ what, perUser, perProcess, retryAfterS }: SlotLimits): Slots {
  const taken = new Map<string, number>();
  let all = 0;
  return {
    take(userId) {
      const own = taken.get(userId) ?? 0;
      if (own >= perUser || all >= perProcess) {
        const whose = own >= perUser ? `${own} ${what} of yours` : `as many ${what} as this server takes`;
        throw new StepCloudError('RATE_LIMITED', `${whose} are under way`, { retryAfterS });
      }
      taken.set(userId, own + 1);
      all++;
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        all--;
        const left = (taken.get(userId) ?? 1) - 1;
        if (left > 0) taken.set(userId, left);
        else taken.delete(userId);
      };
    },
  };
}
