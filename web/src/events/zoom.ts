import { computed } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import type { Span } from '../parts/spans.ts';

/** What stands in the address for a part of an axis, as `layer:120:140`. */
export function writeZoom(axis: string, [from, to]: Span): string {
  const digits = Math.min(Math.max(3 - Math.floor(Math.log10(to - from)), 0), 15);
  return `${axis}:${Number(from.toFixed(digits))}:${Number(to.toFixed(digits))}`;
}

/** The part that an address wants of an axis; undefined where it wants all of it. */
export function readZoom(given: readonly unknown[], axis: string): Span | undefined {
  for (const text of given) {
    const [to, from, ...name] = String(text).split(':').reverse();
    const span = [Number(from), Number(to)] as const;
    if (name.reverse().join(':') === axis && from && to && span[0] < span[1]) return span;
  }
  return undefined;
}

/** What is shown of an axis, in the address of the view: all charts over the same axis show the same part of it. */
export function useZoom(axis: () => string) {
  const route = useRoute();
  const router = useRouter();
  const given = () => [route.query.zoom ?? []].flat();
  return computed<Span | undefined>({
    get: () => readZoom(given(), axis()),
    set(span) {
      const others = given().filter((text) => readZoom([text], axis()) === undefined);
      void router.replace({ query: { ...route.query, zoom: span ? [...others, writeZoom(axis(), span)] : others } });
    },
  });
}
