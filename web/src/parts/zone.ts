import { type InjectionKey, provide, type Ref } from 'vue';
import { unwrap } from '../session/failure.ts';
import { api } from '../session/session.ts';
import { useLoaded } from './loaded.ts';

/** The time zone of what a view shows, for all times within it. */
export const ZONE: InjectionKey<Ref<string | undefined>> = Symbol('zone');

/** Has all times of a view shown in the zone of an office, once that is known. */
export function provideZone(officeId: () => string | undefined): void {
  const { data } = useLoaded(async () => {
    const id = officeId();
    if (id === undefined) return undefined;
    return (await unwrap(api.user.GET('/api/v1/offices/{officeId}', { params: { path: { officeId: id } } }))).timeZone;
  }, officeId);
  provide(ZONE, data);
}
