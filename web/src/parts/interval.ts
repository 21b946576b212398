import { onScopeDispose } from 'vue';

/** Calls again and again while the view stands and can be seen. */
export function useIntervalFn(call: () => void, everyMs: number): void {
  const timer = setInterval(() => {
    if (document.visibilityState === 'visible') call();
  }, everyMs);
  onScopeDispose(() => clearInterval(timer));
}
