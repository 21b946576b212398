import { onScopeDispose, readonly, ref } from 'vue';

const STEPS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** Less than that is no future: no two clocks are the same, and `now` goes on by steps. */
const CLOCKS_DIFFER_S = 60;

const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** "3 minutes ago", in the largest unit of which it is at least one. */
export function writeAgo(at: string | number, now: number): string {
  const ahead = Math.round((new Date(at).getTime() - now) / 1_000);
  const seconds = ahead > 0 && ahead < CLOCKS_DIFFER_S ? 0 : ahead;
  const [unit, size] = STEPS.find(([, size]) => Math.abs(seconds) >= size) ?? STEPS[3];
  return format.format(Math.trunc(seconds / size), unit);
}

/** The time, as it goes on. */
export function useNow(everyMs = 5_000) {
  const now = ref(Date.now());
  const timer = setInterval(() => {
    now.value = Date.now();
  }, everyMs);
  onScopeDispose(() => clearInterval(timer));
  return readonly(now);
}
