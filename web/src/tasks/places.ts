import { computed, ref } from 'vue';
import { nameOf } from '../events/events.ts';
import { loadOffices } from '../parts/choices.ts';
import { useLoaded } from '../parts/loaded.ts';
import { unwrap } from '../session/failure.ts';
import { api } from '../session/session.ts';

/** Of one's customers, by name. */
export function useOffices() {
  const { data } = useLoaded(loadOffices);
  return computed(() => (data.value ?? []).map(({ id, name }) => ({ value: id, title: name })));
}

/** Devices of an office or of all, found by the server as there may be thousands; the chosen one is among them. */
export function useDevices(office: () => string, chosen: () => string) {
  const search = ref('');
  const { data: found } = useLoaded(
    () => {
      const [officeId, q] = [office(), search.value?.trim()];
      const query = {
        limit: 50,
        sort: 'label' as const,
        ...(officeId && { officeId: [officeId] }),
        ...(q && q !== nameOfChosen.value && { q }),
      };
      return unwrap(api.user.GET('/api/v1/devices', { params: { query } }));
    },
    () => [office(), search.value],
  );
  const { data: one } = useLoaded(async () => {
    const deviceId = chosen();
    return deviceId
      ? unwrap(api.user.GET('/api/v1/devices/{deviceId}', { params: { path: { deviceId } } }))
      : undefined;
  }, chosen);
  const nameOfChosen = computed(() => one.value && nameOf(one.value));
  const devices = computed(() => {
    const all = [...(one.value ? [one.value] : []), ...(found.value?.items ?? [])];
    return [...new Map(all.map((device) => [device.id, { value: device.id, title: nameOf(device) }])).values()];
  });
  return { devices, search };
}
