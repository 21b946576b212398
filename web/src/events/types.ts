import type { TextKey, useTexts } from '../texts/texts.ts';

const NAMED: readonly string[] = ['performed_task', 'settings_changes'];

/** What people call a kind of event; one that only its gateway knows has the name that it gave. */
export function nameOfType(t: ReturnType<typeof useTexts>, type: string): string {
  return NAMED.includes(type) ? t(`events.types.${type}` as TextKey) : type.replaceAll('_', ' ');
}
