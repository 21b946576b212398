import type { TSchema } from 'typebox';
import type { EventHead, EventLog, EventSensor, EventSetting } from '../db/events.ts';
import type { GatewayStatus } from '../db/gateway-status.ts';
import type { SensorDeclaration } from '../db/sensors.ts';
import type { RefusalCode } from '../errors.ts';

/** A message as its kind sees it: where it came from and its payload, parsed but not yet judged. */
export interface Message {
  readonly gatewayId: string;
  /** Undefined where the topic names no device. */
  readonly deviceKey: string | undefined;
  readonly payload: unknown;
  /** When the broker took it in, epoch milliseconds. */
  readonly receivedAt: number;
  /** When its gateway was powered up, epoch milliseconds by `boot`; one that is not among them, its receipt tells. */
  readonly zeros?: ReadonlyMap<string, number> | undefined;
}

/** What an object of a payload may say of its sending (docs/mqtt.md, clocks). */
export interface Stamp {
  readonly boot?: unknown;
  readonly sentUp?: unknown;
  readonly sentAt?: unknown;
}

export interface TimeLimits {
  /** How far before its receipt a measurement may lie, milliseconds. */
  readonly horizonMs: number;
  /** How far after its receipt, milliseconds. */
  readonly aheadMs: number;
  /** Since when each is kept, epoch milliseconds: what is older would be deleted at once. Undefined: for ever. */
  readonly keptFrom?: { readonly [K in 'readings' | 'events' | 'logs']: number | undefined };
}

export type Value = number | boolean | string;

export interface ReadingRow {
  readonly label: string;
  /** Epoch milliseconds. */
  readonly recordedAt: number;
  readonly value: Value;
  /** JSON pointer (RFC 6901) into the payload. */
  readonly path: string;
}

/** An event, and the parts of it that can be stored. */
export interface EventRow extends EventHead {
  readonly sensors: readonly EventPart<EventSensor>[];
  readonly logs: readonly EventPart<EventLog>[];
  readonly settings: readonly EventPart<EventSetting>[];
}

/** A sensor, log or setting of an event; `path` and `item` as in a refusal, should another one be stored already. */
export type EventPart<Columns> = Columns & { readonly path: string; readonly item: unknown };

/** What a device says it is; null where it says nothing. */
export interface RegistrationRow {
  /** An identifier of the catalogue, as it was sent. */
  readonly model: string;
  readonly label: string | null;
  readonly interfaceName: string | null;
  readonly serialNumber: string | null;
  readonly networkAddress: string | null;
  readonly registrationCode: string | null;
  readonly sensors: readonly SensorRow[];
}

/** A sensor as its device declares it; `path` and `item` as in a refusal, should it have another unit already. */
export interface SensorRow extends SensorDeclaration {
  readonly label: string;
  readonly path: string;
  readonly item: unknown;
}

/** One thing that cannot be stored, with the part of the payload that would have to be mended and sent again. */
export interface Refusal {
  readonly code: RefusalCode;
  /** JSON pointer (RFC 6901) into the payload; empty for the whole of it. */
  readonly path: string;
  readonly detail: string;
  /** The refused item in the form of its kind's payload; undefined when it is the payload as it came. */
  readonly item?: unknown;
}

/** What a message comes to, by table; the worker writes each table once per batch. */
export interface Rows {
  readonly readings: readonly ReadingRow[];
  readonly events: readonly EventRow[];
  readonly registration: RegistrationRow | undefined;
  readonly status: GatewayStatus | undefined;
  readonly refusals: readonly Refusal[];
  /** Fields that nobody reads, by their generalised paths (fields.ts): ignored, and the gateway is warned. */
  readonly unknownFields: readonly string[];
  /** The messages that it carries, each of a device of its own, judged as if it had come alone. */
  readonly carried: readonly CarriedMessage[];
}

/** A message within another one. */
export interface CarriedMessage {
  /** What it is about and called; as far as that can be told, where it is refused. */
  readonly kind: Kind | undefined;
  readonly deviceKey: string | undefined;
  readonly ref: string | undefined;
  /** JSON pointer (RFC 6901) to its payload in that of the carrier; the paths of its rows begin there. */
  readonly path: string;
  /** What can be sent again: under its own topic, or that of the carrier where it has no kind. */
  readonly payload: unknown;
  readonly rows: Rows;
}

/** For kinds to begin with: each fills only what it brings. */
export const NO_ROWS: Rows = {
  readings: [],
  events: [],
  registration: undefined,
  status: undefined,
  refusals: [],
  unknownFields: [],
  carried: [],
};

/** Whether there is anything of a device to store. */
export function hasDeviceRows({ readings, events, registration }: Rows): boolean {
  return readings.length > 0 || events.length > 0 || registration !== undefined;
}

/** A kind of message: how its topic ends and what its payload means. One file per kind; `kinds.ts` lists them. */
export interface Kind {
  readonly name: string;
  /** Levels after `v1/gateways/{gatewayId}`; `:device` stands for a device key. */
  readonly levels: readonly string[];
  /** Describes its payload, with examples (schemas/); what `rows` takes whole fits it. */
  readonly payload: TSchema;
  /** Shows every object of a payload whose stamp counts. */
  eachStamp(payload: unknown, visit: (stamp: Stamp) => void): void;
  /** Pure: the same message gives the same rows, however often it runs. */
  rows(message: Message, limits: TimeLimits): Rows;
}
