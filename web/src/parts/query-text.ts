import { customRef } from 'vue';
import { type LocationQueryRaw, useRoute, useRouter } from 'vue-router';

/** Of a parameter of the query, its only or first value. */
export function first(value: unknown): string {
  const [one] = [value].flat();
  return typeof one === 'string' ? one : '';
}

/** Whatever is empty does not stand in the query. */
export function withoutEmpty(query: LocationQueryRaw): LocationQueryRaw {
  return Object.fromEntries(
    Object.entries(query).filter(
      ([, value]) => value !== '' && value !== null && value !== undefined && [value].flat().length > 0,
    ),
  );
}

const WRITE_AFTER_MS = 200;

/**
 * A text that stands in the query of the view, so that a link shows the same; `resets` are parameters that mean nothing any more once it
 * changes, as the page. Writing waits until typing pauses.
 */
export function useQueryText(name: string, resets: readonly string[] = []) {
  const route = useRoute();
  const router = useRouter();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let typed: string | undefined;

  return customRef<string>((track, trigger) => ({
    get() {
      track();
      const written = first(route.query[name]);
      return typed ?? written;
    },
    set(value: string | null) {
      typed = value ?? '';
      trigger();
      clearTimeout(timer);
      const { path } = route;
      timer = setTimeout(async () => {
        const query = { ...route.query, ...Object.fromEntries(resets.map((other) => [other, ''])), [name]: typed };
        if (route.path === path) await router.replace({ query: withoutEmpty(query) });
        typed = undefined;
        trigger();
      }, WRITE_AFTER_MS);
    },
  }));
}
