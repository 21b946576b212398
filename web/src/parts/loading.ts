import { ref, shallowRef, watchEffect } from 'vue';
import { type Failure, failureOf } from '../session/failure.ts';

/**
 * What a view loads: at once, and again whenever something that `load` reads before its first await changes. An answer that a newer
 * question overtook is dropped; data stays on the page until the next is there.
 */
export function useLoaded<T>(load: () => Promise<T>) {
  const data = shallowRef<T>();
  const failure = shallowRef<Failure>();
  const isLoading = ref(false);
  let latest = 0;

  async function reload(): Promise<void> {
    latest += 1;
    const mine = latest;
    isLoading.value = true;
    try {
      const loaded = await load();
      if (mine !== latest) return;
      data.value = loaded;
      failure.value = undefined;
    } catch (cause) {
      if (mine === latest) failure.value = failureOf(cause);
    } finally {
      if (mine === latest) isLoading.value = false;
    }
  }

  watchEffect(() => void reload());
  return { data, failure, isLoading, reload };
}
