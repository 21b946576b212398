import type { Me } from '../session/session.ts';
import { useTexts } from '../texts/texts.ts';

export type Role = Me['memberships'][number]['role'];

/** Where a person is a member, each once, to choose from. */
export function placesOf(memberships: Me['memberships']) {
  return memberships.map(({ customerId, customerName, officeId }) => ({
    value: officeId ?? customerId,
    title: officeId ? `${customerName} (${officeId.slice(0, 8)})` : customerName,
    customerId,
    officeId,
  }));
}

export function useRoles(): { value: Role; title: string }[] {
  const t = useTexts();
  return (['viewer', 'operator', 'manager'] as const).map((value) => ({
    value,
    title: t(`account.members.roles.${value}`),
  }));
}
