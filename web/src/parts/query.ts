import { computed, type WritableComputedRef } from 'vue';
import { useRoute, useRouter } from 'vue-router';

/** The filters of a list, and its page, as they stand in the address. A filter that changes leads back to the first page. */
export function useQuery() {
  const route = useRoute();
  const router = useRouter();

  const read = (name: string): string | undefined => {
    const value = route.query[name];
    return (Array.isArray(value) ? value[0] : value) || undefined;
  };

  /** All that is given of these names; what is not stays out. */
  const pick = <N extends string>(...names: N[]): Partial<Record<N, string>> =>
    Object.fromEntries(names.flatMap((name) => (read(name) === undefined ? [] : [[name, read(name)]]))) as Partial<
      Record<N, string>
    >;

  const write = (changes: Record<string, string | undefined>): Promise<unknown> =>
    router.replace({ query: { ...route.query, cursor: undefined, ...changes } });

  /** For v-model. */
  const field = (name: string, fallback = ''): WritableComputedRef<string> =>
    computed({
      get: () => read(name) ?? fallback,
      set: (value) => void write({ [name]: value && value !== fallback ? value : undefined }),
    });

  return { read, pick, write, field, key: () => JSON.stringify(route.query) };
}
