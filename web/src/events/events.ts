import type { operations } from '../../client/user.gen.ts';
import { unwrap } from '../session/failure.ts';
import { api } from '../session/session.ts';

type Answer<Id extends keyof operations> = operations[Id] extends {
  responses: { 200: { content: { 'application/json': infer T } } };
}
  ? T
  : never;

/** An event in a list of many devices, with its sensors in short. */
export type PlacedEvent = Answer<'getEvents'>['items'][number];
/** An event in a list of one device. */
export type EventSummary = Answer<'getDeviceEvents'>['items'][number];
export type EventDetail = Answer<'getDeviceEvent'>;
export type Outcome = EventDetail['outcome'];
export type SensorOfEvent = EventDetail['sensors'][number];
export type LogOfEvent = EventDetail['logs'][number];
export type Device = Answer<'getDevice'>;

/** What a gateway calls a print and whatever else a machine is told to do. */
export const TASK = 'performed_task';
export const OUTCOMES = ['ok', 'failed', 'aborted'] as const;

export interface EventKey {
  readonly deviceId: string;
  readonly eventId: string;
}

export function readEvent({ deviceId, eventId }: EventKey): Promise<EventDetail> {
  return unwrap(
    api.user.GET('/api/v1/devices/{deviceId}/events/{eventId}', { params: { path: { deviceId, eventId } } }),
  );
}

export function readDevice(deviceId: string): Promise<Device> {
  return unwrap(api.user.GET('/api/v1/devices/{deviceId}', { params: { path: { deviceId } } }));
}

export function eventLink(deviceId: string, eventId: string): string {
  return `/devices/${deviceId}/events/${eventId}`;
}

export function nameOf({ label, key }: { label: string | null; key: string }): string {
  return label ?? key;
}

/** How long an event took, in milliseconds, where its gateway said when it began. */
export function durationOf({
  startedAt,
  recordedAt,
}: Pick<EventDetail, 'startedAt' | 'recordedAt'>): number | undefined {
  return startedAt === null ? undefined : Date.parse(recordedAt) - Date.parse(startedAt);
}
