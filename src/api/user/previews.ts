import { Type } from 'typebox';
import { findDevices } from '../../db/devices.ts';
import { findStoredValues } from '../../db/reading-views.ts';
import type { EventRow, ReadingRow, Refusal, Rows } from '../../messages/kind.ts';
import { readPayload } from '../../messages/payload.ts';
import { asRefusal } from '../../messages/refusals.ts';
import type { App } from '../app.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, Time } from '../schemas.ts';
import { deadLetterParams } from './dead-letters.ts';
import { MAX_MENDED_BYTES, Mended, mend } from './mending.ts';
import type { UserRouteOptions } from './options.ts';
import { requireDeadLetter, requireGateway } from './visible.ts';

/** Rows of each sort. */
const SHOWN = 100;

const Preview = closed(
  {
    deviceKey: nullable(Type.String({ description: 'The device that it is about; null where it is about none.' })),
    readings: Type.Array(
      closed({
        label: Type.String({ examples: ['temperature'] }),
        recordedAt: Time,
        value: Type.Unsafe<number | boolean | string>({ type: ['number', 'boolean', 'string'] }),
        duplicate: Type.Boolean({ description: 'Whether the same value is stored already.' }),
      }),
      { description: `Values that would be stored, ${SHOWN} at most.` },
    ),
    events: Type.Array(
      closed({
        id: Id,
        type: Type.String({ examples: ['performed_task'] }),
        recordedAt: Time,
        sensors: Type.Integer(),
        logs: Type.Integer(),
        settings: Type.Integer(),
      }),
      { description: `Events, ${SHOWN} at most, with how many parts of them are right.` },
    ),
    refusals: Type.Array(
      closed({ code: Type.String({ examples: ['TIME_TOO_OLD'] }), path: Type.String(), detail: Type.String() }),
      { description: `What would be refused again, and why; ${SHOWN} at most.` },
    ),
    counts: closed(
      { readings: Type.Integer(), events: Type.Integer(), refusals: Type.Integer() },
      { description: 'How many there are of each, shown or not.' },
    ),
  },
  { description: 'What it would come to.' },
);

export function previews(app: App, { db, clock, caller, timeLimits }: UserRouteOptions): void {
  const schema = {
    summary: 'Preview the replay of a dead letter',
    description: `What the same request to \`replay\` would come to by the rules of now; it changes nothing. The first ${SHOWN} readings are compared with what is stored; events are not, nor how many devices and sensors there may be.`,
    tags: ['dead letters'],
    params: deadLetterParams,
    querystring: closed({}),
    body: Mended,
    response: {
      200: Preview,
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT'),
      ...failures('TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED', 'NUMBER_NOT_FINITE'),
    },
  };
  app.post(
    '/dead-letters/:deadLetterId/preview',
    { config: { access: 'operator' }, schema, bodyLimit: MAX_MENDED_BYTES },
    async (request) => {
      const user = caller(request);
      const letter = await requireDeadLetter(db, user, request.params.deadLetterId);
      const { address, payload } = await mend(letter, request.body);
      const { gatewayId } = letter;
      const { kind, deviceKey } = address;
      const judged = await judge(payload, (parsed) =>
        flatten(kind.rows({ gatewayId, deviceKey, payload: parsed, receivedAt: clock() }, timeLimits)),
      );
      const { readings, events, refusals } = await compare(user, gatewayId, deviceKey, judged);
      return {
        deviceKey: deviceKey ?? null,
        readings: readings.slice(0, SHOWN).map(toReading),
        events: events.slice(0, SHOWN).map(toEvent),
        refusals: refusals.slice(0, SHOWN),
        counts: { readings: readings.length, events: events.length, refusals: refusals.length },
      };
    },
  );

  /** The same by what is known of the device and its sensors. */
  async function compare(
    user: ReturnType<typeof caller>,
    gatewayId: string,
    key: string | undefined,
    { readings, events, refusals }: Judged,
  ): Promise<Judged> {
    const { customerId, officeId } = await requireGateway(db, user, gatewayId);
    const [device] = key === undefined ? [] : await findDevices(db, [{ gatewayId, customerId, officeId, key }]);
    if (!device) return { readings, events, refusals };
    if (device.state === 'blocked' || device.state === 'archived') {
      const blocked = { code: 'DEVICE_BLOCKED', path: '', detail: `the device is ${device.state}` } as const;
      return { readings: [], events: [], refusals: [...refusals, blocked] };
    }
    const stored = await findStoredValues(db, device, readings.slice(0, SHOWN));
    const compared: Judged = { readings: [], events, refusals: [...refusals] };
    for (const [index, reading] of readings.entries()) {
      const { path, value } = reading;
      const known = stored.get(index);
      if (known && known.valueType !== typeof value) {
        const detail = `the sensor has values of type ${known.valueType}, not ${typeof value}`;
        compared.refusals.push({ code: 'TYPE_MISMATCH', path, detail });
      } else if (known && known.value !== null && known.value !== value) {
        const detail = `${JSON.stringify(known.value)} is stored for this time already`;
        compared.refusals.push({ code: 'VALUE_CONFLICT', path, detail });
      } else compared.readings.push({ ...reading, duplicate: known?.value === value });
    }
    return compared;
  }
}

interface Judged {
  readonly readings: (ReadingRow & { duplicate?: boolean })[];
  readonly events: readonly EventRow[];
  readonly refusals: Refusal[];
}

/** What the worker would make of a payload. */
async function judge(payload: Buffer, rowsOf: (parsed: unknown) => Judged): Promise<Judged> {
  try {
    return rowsOf(await readPayload(payload));
  } catch (error) {
    const { code, message: detail } = asRefusal(error);
    return { readings: [], events: [], refusals: [{ code, path: '', detail }] };
  }
}

/** With what it carries. */
function flatten(rows: Rows): Judged {
  const all = [rows, ...rows.carried.map((carried) => carried.rows)];
  return {
    readings: all.flatMap(({ readings }) => readings),
    events: all.flatMap(({ events }) => events),
    refusals: all.flatMap(({ refusals }) => refusals),
  };
}

function toReading({ label, recordedAt, value, duplicate = false }: Judged['readings'][number]) {
  return { label, recordedAt: new Date(recordedAt), value, duplicate };
}

function toEvent({ id, type, recordedAt, sensors, logs, settings }: EventRow) {
  const parts = { sensors: sensors.length, logs: logs.length, settings: settings.length };
  return { id, type, recordedAt: new Date(recordedAt), ...parts };
}
