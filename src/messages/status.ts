import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { GatewayStatus } from '../db/gateway-status.ts';
import { named, withUnknown } from './fields.ts';
import { type Kind, type Message, NO_ROWS, type TimeLimits } from './kind.ts';
import { isFields } from './payload.ts';
import { readPowerUp } from './power-up.ts';
import { at, Fault, toRefusal } from './refusals.ts';
import { MAX_VERSION_CHARACTERS, Status as Payload, statusFields } from './schemas/status.ts';
import { STAMP, wholeStamp } from './stamps.ts';
import { readText, readTime } from './values.ts';

const text = Type.Optional(Type.Union([Type.String(), Type.Null()]));
const Status = Type.Object({
  ...statusFields,
  boot: Type.Optional(Type.Unknown()),
  sentUp: Type.Optional(Type.Unknown()),
  softwareVersion: text,
  hardwareVersion: text,
  oldestBufferedAt: Type.Optional(Type.Unknown()),
});
const isStatus = Compile(Status);
const FIELDS = named(...STAMP, ...Object.keys(Status.properties));

/** A gateway says how it is; also as its Will (docs/mqtt.md, status). */
export const status: Kind = {
  name: 'status',
  levels: ['status'],
  payload: Payload,
  eachStamp: wholeStamp,
  rows(message, limits) {
    const { payload } = message;
    const unknownFields = isFields(payload) ? withUnknown([], payload, FIELDS, '') : [];
    try {
      return { ...NO_ROWS, status: readStatus(message, limits), unknownFields };
    } catch (error) {
      return { ...NO_ROWS, refusals: [toRefusal(error)], unknownFields };
    }
  },
};

function readStatus(message: Message, limits: TimeLimits): GatewayStatus {
  const { payload, receivedAt } = message;
  if (!isStatus.Check(payload)) {
    const [fault] = isStatus.Errors(payload);
    const rule = fault?.instancePath ? fault.message : '{"state": "online" or "offline", ...}';
    throw new Fault('PAYLOAD_INVALID', `a status is ${rule}`, fault?.instancePath);
  }
  const { softwareVersion, hardwareVersion, oldestBufferedAt } = payload;
  const version = (name: string, value: string | null | undefined) =>
    value == null ? null : at(`/${name}`, () => readText(value, MAX_VERSION_CHARACTERS));
  return {
    state: payload.state,
    softwareVersion: version('softwareVersion', softwareVersion),
    hardwareVersion: version('hardwareVersion', hardwareVersion),
    buffered: payload.buffered ?? null,
    oldestBufferedAt:
      oldestBufferedAt == null
        ? null
        : at('/oldestBufferedAt', () => readTime(oldestBufferedAt, receivedAt, limits, readPowerUp(payload, message))),
    dropped: payload.dropped ?? null,
    clockSynced: payload.clockSynced ?? null,
  };
}
