import { type Static, Type } from 'typebox';
import type { DeadLetterRow } from '../../db/dead-letter-views.ts';
import type { GatewayBoot } from '../../db/gateway-boots.ts';
import { StepCloudError } from '../../errors.ts';
import { KINDS } from '../../messages/kinds.ts';
import { isDeviceKey } from '../../messages/names.ts';
import { readIfJson } from '../../messages/payload.ts';
import { earliest } from '../../messages/power-up.ts';
import { changePayload } from '../../messages/replay.ts';
import { collectStamps, type Told } from '../../messages/stamps.ts';
import { status } from '../../messages/status.ts';
import { type Address, routeTopic } from '../../messages/topics.ts';
import { closed, text } from '../schemas.ts';

// How a dead letter is mended, to be sent again or to see what that would come to.

const MAX_ITEM_CHARACTERS = 1024 * 1024;
/** JSON in JSON: every quotation mark of an item is two characters. */
export const MAX_MENDED_BYTES = 4 * MAX_ITEM_CHARACTERS;
const MAX_SHIFT_MS = 100 * 365 * 86_400_000;

const deviceKinds = KINDS.filter(({ levels }) => levels.includes(':device')).map(({ name }) => name);

export const changes = {
  shiftMs: Type.Optional(
    Type.Integer({
      minimum: -MAX_SHIFT_MS,
      maximum: MAX_SHIFT_MS,
      description: 'Milliseconds to add to every time of readings and events, as after a clock that was wrong.',
      examples: [3_600_000],
    }),
  ),
  unit: Type.Optional(
    text(64, { description: 'For the sensors of events and registrations that name a unit.', examples: ['kg'] }),
  ),
};

export const Mended = closed({
  item: Type.Optional(
    Type.String({
      maxLength: MAX_ITEM_CHARACTERS,
      description: 'The mended item, a JSON text; without it, the item as it was kept.',
      examples: ['{"ts": 1795428900000, "values": {"temperature": 23.5}}'],
    }),
  ),
  kind: Type.Optional(
    Type.Enum(deviceKinds, { description: 'What kind of message it is; without it, that of its topic.' }),
  ),
  deviceKey: Type.Optional(
    text(128, {
      description: 'The device that it is about, by its name on the gateway; without it, that of its topic.',
    }),
  ),
  ...changes,
});
export type Mended = Static<typeof Mended>;

/** Looks up the power-ups that a letter names, by what its first receipt tells of them. */
export type LookUpBoots = (boots: readonly GatewayBoot[]) => Promise<readonly GatewayBoot[]>;

/**
 * What is sent instead of a dead letter, and the zeros that its times since power-up count from. Throws CONFLICT where the
 * letter alone does not tell.
 */
export async function mend(letter: DeadLetterRow, { item, shiftMs = 0, unit, ...place }: Mended, lookUp: LookUpBoots) {
  const address = readdress(letter, place);
  if (item === undefined && !isWhole(letter))
    throw new StepCloudError('CONFLICT', 'the item was not kept as it came: say the mended `item`');
  const bytes = item === undefined ? letter.item : Buffer.from(item);
  const receivedAt = letter.firstReceivedAt.getTime();
  const zeros = await findZeros(address, letter.gatewayId, bytes, receivedAt, lookUp);
  return { address, zeros, payload: await changePayload(address.kind, bytes, { shiftMs, unit, receivedAt, zeros }) };
}

async function findZeros({ kind }: Address, gatewayId: string, bytes: Buffer, receivedAt: number, lookUp: LookUpBoots) {
  const told: Told = { boots: [], clocks: new Map() };
  const payload = await readIfJson(bytes);
  collectStamps(kind, { gatewayId, deviceKey: undefined, payload, receivedAt }, told);
  const boots = earliest(told.boots);
  const known = boots.length === 0 ? [] : await lookUp(boots);
  return new Map([...boots, ...known].map(({ boot, zero }) => [boot, zero]));
}

function readdress({ topic, gatewayId }: DeadLetterRow, { kind: name, deviceKey: given }: Mended): Address {
  const route = routeTopic(topic, gatewayId);
  const known = 'refused' in route ? undefined : route;
  const kind = name === undefined ? known?.kind : KINDS.find((one) => one.name === name);
  if (!kind) throw new StepCloudError('CONFLICT', 'its topic does not tell what it is: say `kind` and `deviceKey`');
  if (kind === status) throw new StepCloudError('CONFLICT', 'a status was true of its moment only: discard it');
  const deviceKey = given ?? known?.deviceKey;
  const isOfDevice = kind.levels.includes(':device');
  if (isOfDevice && deviceKey === undefined)
    throw new StepCloudError('CONFLICT', 'its topic does not tell the device: say `deviceKey`');
  if (given !== undefined && !(isOfDevice && isDeviceKey(given)))
    throw new StepCloudError('REQUEST_INVALID', `no message of the kind ${kind.name} is about such a device`);
  return { kind, deviceKey, ref: known?.ref };
}

/** A number too large for JSON is shown as text in the item. */
function isWhole({ item, size, code }: DeadLetterRow): boolean {
  return item.length === size && code !== 'NUMBER_NOT_FINITE';
}
