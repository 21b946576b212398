import { StepCloudError } from '../../errors.ts';

const RETRY_AFTER_S = 30;

export interface SlotLimits {
  readonly perUser: number;
  readonly perProcess: number;
}

/** For exports, which may take hours on a slow line. */
export interface Slots {
  /** Takes one for a user until it is given back. Throws RATE_LIMITED when there is none. */
  take(userId: string): () => void;
}

export function createSlots({ perUser, perProcess }: SlotLimits): Slots {
  const taken = new Map<string, number>();
  let all = 0;
  return {
    take(userId) {
      const own = taken.get(userId) ?? 0;
      if (own >= perUser || all >= perProcess) {
        const whose = own >= perUser ? `${own} exports of yours` : 'as many exports as this server takes';
        throw new StepCloudError('RATE_LIMITED', `${whose} are under way`, { retryAfterS: RETRY_AFTER_S });
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

/** Lets one piece of work at a time have its turn, in the order in which they came: exports share a connection. */
export function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
}
