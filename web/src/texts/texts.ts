import { useLocale } from 'vuetify';
import type en from './en.ts';

type Paths<T> = { [K in keyof T & string]: T[K] extends string ? K : `${K}.${Paths<T[K]>}` }[keyof T & string];
export type TextKey = Paths<typeof en>;

/** The texts of the chosen language, by keys that the compiler knows. */
export function useTexts(): (key: TextKey, ...values: unknown[]) => string {
  const { t } = useLocale();
  return (key, ...values) => t(`$vuetify.page.${key}`, ...values);
}
