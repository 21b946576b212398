import { computed, customRef, type Ref } from 'vue';
import { type LocationQueryRaw, useRoute, useRouter } from 'vue-router';

const WRITE_AFTER_MS = 200;

/** Of a parameter of the query, its only or first value. */
export function first(value: unknown): string {
  const [one] = [value].flat();
  return typeof one === 'string' ? one : '';
}

/** Whatever is empty does not stand in the query. */
export function withoutEmpty(query: LocationQueryRaw): LocationQueryRaw {
  const isGiven = (value: LocationQueryRaw[string]) => value !== '' && value != null && [value].flat().length > 0;
  return Object.fromEntries(Object.entries(query).filter(([, value]) => isGiven(value)));
}

/**
 * What a view shows, as it stands in its address. Whatever changes leads back to the first page, which is where the parameter `page` is
 * not given.
 */
export function useQuery(page = 'cursor') {
  const route = useRoute();
  const router = useRouter();

  const readAll = (name: string): string[] => [route.query[name]].flat().filter((value) => !!value) as string[];
  const read = (name: string): string | undefined => first(route.query[name]) || undefined;

  /** All that is given of these names; what is not stays out. */
  const pick = <N extends string>(...names: N[]): Partial<Record<N, string>> =>
    Object.fromEntries(names.flatMap((name) => (read(name) === undefined ? [] : [[name, read(name)]]))) as Partial<
      Record<N, string>
    >;

  const write = (changes: LocationQueryRaw): Promise<unknown> =>
    router.replace({ query: withoutEmpty({ ...route.query, [page]: undefined, ...changes }) });

  /** For the v-model of what is chosen. */
  const field = (name: string, fallback = '') =>
    computed<string>({
      get: () => read(name) ?? fallback,
      set: (value) => void write({ [name]: value === fallback ? undefined : value }),
    });

  /** For the v-model of what is typed: the address follows when typing pauses. */
  function typed(name: string): Ref<string, string | null> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let pending: string | undefined;
    return customRef<string>((track, trigger) => ({
      get() {
        track();
        const written = first(route.query[name]);
        return pending ?? written;
      },
      set(value: string | null) {
        pending = value ?? '';
        trigger();
        clearTimeout(timer);
        const { path } = route;
        timer = setTimeout(async () => {
          if (route.path === path) await write({ [name]: pending });
          pending = undefined;
          trigger();
        }, WRITE_AFTER_MS);
      },
    })) as Ref<string, string | null>;
  }

  return { read, readAll, pick, write, field, typed, key: () => JSON.stringify(route.query) };
}
