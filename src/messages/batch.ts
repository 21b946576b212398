import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { events } from './events.ts';
import { named, withUnknown } from './fields.ts';
import { type CarriedMessage, type Kind, type Message, NO_ROWS, type TimeLimits } from './kind.ts';
import { isDeviceKey, isRef, MAX_KEY_CHARACTERS } from './names.ts';
import { countValues } from './payload.ts';
import { readings } from './readings.ts';
import { at, Fault, toRefusal } from './refusals.ts';
import { registration } from './registration.ts';
import { batchOf, MAX_ITEMS } from './schemas/batch.ts';
import { oneOf, textOf } from './values.ts';

/** Kinds that are about a device. */
const CARRIED: readonly Kind[] = [readings, events, registration];
const NAMES = CARRIED.map(({ name }) => name);

const field = Type.Optional(Type.Unknown());
const Item = Type.Object({ device: field, kind: field, ref: field, payload: Type.Unknown() });
type Item = Type.Static<typeof Item>;
const isItem = Compile(Item);
const FIELDS = named(...Object.keys(Item.properties));

/** A gateway sends messages of many devices as one (docs/mqtt.md, batch). Each is judged as if it had come alone. */
export const batch: Kind = {
  name: 'batch',
  levels: ['batch'],
  payload: batchOf(CARRIED),
  eachStamp(payload, visit) {
    if (!Array.isArray(payload)) return;
    for (const item of payload) {
      if (isItem.Check(item)) findCarried(item.kind)?.eachStamp(item.payload, visit);
    }
  },
  rows(message, limits) {
    const { payload } = message;
    try {
      if (!Array.isArray(payload) || payload.length === 0)
        throw new Fault('PAYLOAD_INVALID', 'a batch is a list: [{device, kind, payload}, ...]');
      if (payload.length > MAX_ITEMS)
        throw new Fault('PAYLOAD_TOO_LARGE', `${payload.length} messages in one batch; ${MAX_ITEMS} are allowed`);
      countValues(payload);
      let unknownFields: readonly string[] = [];
      for (const item of payload) {
        if (isItem.Check(item)) unknownFields = withUnknown(unknownFields, item, FIELDS, '/*');
      }
      const carried = payload.map((item, index) => judgeItem(item, `/${index}`, message, limits));
      return { ...NO_ROWS, unknownFields, carried };
    } catch (error) {
      return { ...NO_ROWS, refusals: [toRefusal(error)] };
    }
  },
};

function judgeItem(item: unknown, path: string, message: Message, limits: TimeLimits): CarriedMessage {
  const { device, ref: givenRef } = isItem.Check(item) ? item : {};
  const deviceKey = typeof device === 'string' && isDeviceKey(device) ? device : undefined;
  const ref = typeof givenRef === 'string' && isRef(givenRef) ? givenRef : undefined;
  try {
    if (!isItem.Check(item))
      throw new Fault('PAYLOAD_INVALID', 'a message of a batch is {device, kind, ref?, payload}');
    const kind = readKind(item);
    const { payload } = item;
    const rows = kind.rows({ ...message, deviceKey, payload }, limits);
    return { kind, deviceKey, ref, path: `${path}/payload`, payload, rows };
  } catch (error) {
    const rows = { ...NO_ROWS, refusals: [toRefusal(error)] };
    return { kind: undefined, deviceKey, ref, path, payload: [item], rows };
  }
}

/** Throws a refusal of what its topic would say. */
function readKind({ device, ref, kind: name }: Item): Kind {
  at('/device', () => {
    if (!isDeviceKey(textOf(device)))
      throw new Fault('PAYLOAD_INVALID', `is not 1 to ${MAX_KEY_CHARACTERS} characters of text`);
  });
  at('/ref', () => {
    if (ref != null && !isRef(textOf(ref)))
      throw new Fault('PAYLOAD_INVALID', 'is not 1 to 36 of the characters A-Z a-z 0-9 _ . -');
  });
  at('/kind', () => oneOf(NAMES, name));
  return findCarried(name) as Kind;
}

/** The kind of this name, if it is one that a batch carries. */
export function findCarried(given: unknown): Kind | undefined {
  return CARRIED.find(({ name }) => name === given);
}
