import { Type } from 'typebox';
import { findDevices } from '../../db/devices.ts';
import { findBoots } from '../../db/gateway-boots.ts';
import type { EventRow } from '../../messages/kind.ts';
import type { App } from '../app.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, Time } from '../schemas.ts';
import { deadLetterParams } from './dead-letters.ts';
import { compareWithStored, type Judged, judge } from './judging.ts';
import { MAX_MENDED_BYTES, Mended, mend } from './mending.ts';
import type { ResourceOptions, UserRouteOptions } from './options.ts';
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

type PreviewOptions = ResourceOptions & Pick<UserRouteOptions, 'timeLimits'>;

export function previews(app: App, { db, clock, caller, timeLimits }: PreviewOptions): void {
  const schema = {
    summary: 'Preview the replay of a dead letter',
    description: `What the same request to \`replay\` would come to by the rules of now; it changes nothing. The first ${SHOWN} readings are compared with what is stored, the sensors of events and registrations with the units that their device has; whether there is another event of the same id is not told, nor how many devices and sensors there may be.`,
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
      const { address, payload, zeros } = await mend(letter, request.body, (boots) => findBoots(db, boots));
      const { gatewayId } = letter;
      const { kind, deviceKey } = address;
      const judged = await judge(payload, (parsed) =>
        kind.rows({ gatewayId, deviceKey, payload: parsed, receivedAt: clock(), zeros }, timeLimits()),
      );
      const { customerId, officeId } = await requireGateway(db, user, gatewayId);
      const names = deviceKey === undefined ? [] : [{ gatewayId, customerId, officeId, key: deviceKey }];
      const [device] = await findDevices(db, names);
      const { readings, events, refusals } = await compareWithStored(db, device, judged, SHOWN);
      return {
        deviceKey: deviceKey ?? null,
        readings: readings.slice(0, SHOWN).map(toReading),
        events: events.slice(0, SHOWN).map(toEvent),
        refusals: refusals.slice(0, SHOWN).map(({ code, path, detail }) => ({ code, path, detail })),
        counts: { readings: readings.length, events: events.length, refusals: refusals.length },
      };
    },
  );
}

function toReading({ label, recordedAt, value, duplicate = false }: Judged['readings'][number]) {
  return { label, recordedAt: new Date(recordedAt), value, duplicate };
}

function toEvent({ id, type, recordedAt, sensors, logs, settings }: EventRow) {
  const parts = { sensors: sensors.length, logs: logs.length, settings: settings.length };
  return { id, type, recordedAt: new Date(recordedAt), ...parts };
}
