import { unwrap } from '../session/failure.ts';
import { api } from '../session/session.ts';

export type Action = 'approve' | 'block' | 'archive';

const load = (deviceId: string) =>
  unwrap(api.user.GET('/api/v1/devices/{deviceId}', { params: { path: { deviceId } } }));
export type Device = Awaited<ReturnType<typeof load>>;

export function changeState(deviceId: string, action: Action): Promise<Device> {
  const params = { path: { deviceId } };
  if (action === 'approve') return unwrap(api.user.POST('/api/v1/devices/{deviceId}/approve', { params, body: {} }));
  if (action === 'block') return unwrap(api.user.POST('/api/v1/devices/{deviceId}/block', { params }));
  return unwrap(api.user.POST('/api/v1/devices/{deviceId}/archive', { params }));
}

export interface DeviceChange {
  label: string | null;
  serialNumber: string | null;
  networkAddress: string | null;
  registrationCode: string | null;
  monitoring: boolean;
  officeId: string;
}

/** Sends what differs alone, so that nobody's change is undone by a form that was opened before it. */
export function saveDevice(device: Device, wanted: DeviceChange): Promise<Device> {
  const names = Object.keys(wanted) as (keyof DeviceChange)[];
  const body = Object.fromEntries(
    names.filter((name) => wanted[name] !== device[name]).map((name) => [name, wanted[name]]),
  );
  if (Object.keys(body).length === 0) return Promise.resolve(device);
  return unwrap(api.user.PATCH('/api/v1/devices/{deviceId}', { params: { path: { deviceId: device.id } }, body }));
}
