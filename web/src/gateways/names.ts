import type { useTexts } from '../texts/texts.ts';

/** What people call a gateway, or the begin of its id. */
export function nameOf({ label, id }: { label: string | null; id: string }, t: ReturnType<typeof useTexts>): string {
  return label ?? t('gateways.unnamed', id.slice(0, 8));
}
