import { type Ref, ref, shallowRef, type WatchSource, watch } from 'vue';
import { type Failure, failureOf } from '../session/failure.ts';

/** How often a line to the server came to stand. */
const lines = ref(0);

/** Has whatever failed to load on the page load again: it may have been the cut that it failed of. */
export function tellLineStands(): void {
  lines.value += 1;
}

/** What a view shows: loaded at once, and again whenever what it is asked by changes. The answer to the last question wins. */
export function useLoaded<T>(load: () => Promise<T>, askedBy: WatchSource = () => undefined) {
  const data = shallowRef<T>();
  const failure = shallowRef<Failure>();
  const isLoading = ref(false);
  let last = 0;

  /** Resolves to whether its answer is shown. */
  async function reload(): Promise<boolean> {
    const turn = ++last;
    isLoading.value = true;
    try {
      const answer = await load();
      if (turn !== last) return false;
      data.value = answer;
      failure.value = undefined;
      return true;
    } catch (cause) {
      if (turn === last) failure.value = failureOf(cause);
      return false;
    } finally {
      if (turn === last) isLoading.value = false;
    }
  }

  watch(askedBy, reload, { immediate: true });
  watch(lines, () => {
    if (failure.value && !isLoading.value) void reload();
  });
  return { data, failure, isLoading, reload };
}

/** What a person sets off by a button: one at a time, and what went wrong with it. Resolves to false where it failed. */
export function useAction(): {
  failure: Ref<Failure | undefined>;
  isBusy: Ref<boolean>;
  act(task: () => Promise<unknown>): Promise<boolean>;
} {
  const failure = shallowRef<Failure>();
  const isBusy = ref(false);

  async function act(task: () => Promise<unknown>): Promise<boolean> {
    isBusy.value = true;
    failure.value = undefined;
    try {
      await task();
      return true;
    } catch (cause) {
      failure.value = failureOf(cause);
      return false;
    } finally {
      isBusy.value = false;
    }
  }

  return { failure, isBusy, act };
}
