import { type Static, type TSchema, Type } from 'typebox';
import { REFUSAL_CODES, type RefusalCode, WARNING_CODES, type WarningCode } from '../errors.ts';

/*
 * What the broker says to a gateway on `v1/gateways/{gatewayId}/down/{name}` (docs/mqtt.md, subscribing). The broker sends
 * these bodies and the AsyncAPI document describes them.
 */

const id = (description: string) =>
  Type.String({ format: 'uuid', description, examples: ['01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f'] });
const time = (description: string) =>
  Type.String({ format: 'date-time', description, examples: ['2026-11-23T09:15:00.250Z'] });
const count = (description: string) => Type.Integer({ minimum: 0, description });
const nullableText = (description: string) => Type.Union([Type.String(), Type.Null()], { description });
/** For people and programs alike, so that who reads the document needs no other page. */
const CODES = { ...REFUSAL_CODES, ...WARNING_CODES };
const meanings = Object.entries(CODES).map(([code, meaning]) => `- \`${code}\`: ${meaning}`);
const Ref = Type.String({ description: "The sender's own name for the message.", examples: ['42'] });

/** `down/errors`: something that a gateway sent and that was not stored as it came. */
export const ErrorReport = Type.Object(
  {
    severity: Type.Enum(['error', 'warning'], {
      description: 'error: not stored, a dead letter is kept of it. warning: stored, but not all of it was understood.',
    }),
    id: id('Of the dead letter or warning: the same at a second delivery.'),
    messageId: id('Of the message, made by the broker.'),
    ref: Type.Optional(Ref),
    topic: Type.String({ description: 'Under which the message came.' }),
    path: Type.String({ description: 'JSON pointer (RFC 6901) into its payload; empty for the whole of it.' }),
    code: Type.Enum(Object.keys(CODES) as (RefusalCode | WarningCode)[], {
      description: `For programs: it does not change.\n\n${meanings.join('\n')}`,
    }),
    text: Type.String({ description: 'For people: what to mend.' }),
    seen: Type.Optional(Type.Integer({ minimum: 1, description: 'Of an error: how often the same was refused.' })),
    receivedAt: time('When the broker took the message in.'),
  },
  {
    $id: 'ErrorReport',
    title: 'Error',
    description: 'Something that this gateway sent and that was not stored as it came.',
    examples: [
      {
        severity: 'error',
        id: '019ac3f1-5b0a-7f2e-8d11-2c9be3a4f00d',
        messageId: '019ac3f1-5b0a-7f2e-8d11-2c9be3a40001',
        ref: 'job-17',
        topic: 'v1/gateways/019ab.../devices/printer-1/readings/job-17',
        path: '/values/power',
        code: 'TYPE_MISMATCH',
        text: 'the sensor has values of type number, not string',
        seen: 1,
        receivedAt: '2026-11-23T09:15:00.250Z',
      },
    ],
  },
);
export type ErrorReport = Static<typeof ErrorReport>;

const OUTCOMES = ['stored', 'duplicate', 'rejected'] as const;
const Counts = (description: string) =>
  Type.Object(
    {
      stored: count('New, and stored.'),
      duplicate: count('Known already, and left as it was.'),
      rejected: count('Not stored; a dead letter has the reason.'),
    },
    { description },
  );

/** `down/receipts`: what became of messages, once that is committed. */
export const Receipt = Type.Object(
  {
    messages: Counts('Messages of this gateway, each counted once.'),
    items: Counts('The readings, events and registrations in them.'),
    refs: Type.Array(Type.Object({ ref: Ref, messageId: id('Of the message.'), outcome: Type.Enum([...OUTCOMES]) }), {
      description: 'Each message that has a ref.',
    }),
    committedAt: time('When the last of them was committed.'),
  },
  {
    $id: 'Receipt',
    title: 'Receipt',
    description: 'What became of messages, once it is committed; one receipt may cover several batches.',
    examples: [
      {
        messages: { stored: 2, duplicate: 1, rejected: 1 },
        items: { stored: 24, duplicate: 12, rejected: 1 },
        refs: [{ ref: 'job-17', messageId: '019ac3f1-5b0a-7f2e-8d11-2c9be3a40001', outcome: 'rejected' }],
        committedAt: '2026-11-23T09:15:00.262Z',
      },
    ],
  },
);
export type Receipt = Static<typeof Receipt>;

/** `down/config`: what StepCloud knows of the devices of a gateway. */
export const DeviceConfig = Type.Object(
  {
    complete: Type.Boolean({
      description:
        'True at subscription: all devices, or the first 500 of them. False later: further ones, or those that changed.',
    }),
    devices: Type.Array(
      Type.Object({
        device: Type.String({ description: 'Its key on this gateway, not percent-encoded.' }),
        state: Type.Enum(['pending', 'active', 'refused'], {
          description:
            'pending: kept, but nobody approved it yet. active: shown. refused: blocked or archived, and what comes of it is refused.',
        }),
        monitored: Type.Boolean({ description: 'Whether people watch it.' }),
        model: nullableText('Its model; null where it is not known.'),
        label: nullableText('Its name for people; null where it has none.'),
      }),
    ),
  },
  {
    $id: 'DeviceConfig',
    title: 'Devices',
    description: 'The devices of this gateway; also the answer to a registration.',
    examples: [
      {
        complete: true,
        devices: [
          { device: 'printer-1', state: 'active', monitored: true, model: 'PRO 4K UV385', label: 'Printer 1' },
          { device: 'meter-7', state: 'pending', monitored: true, model: null, label: null },
        ],
      },
    ],
  },
);
export type DeviceConfig = Static<typeof DeviceConfig>;

/** `down/session`: how long the connection lasts and what it may. */
export const SessionReport = Type.Object(
  {
    serverTime: time('The clock of the broker.'),
    exp: time('When the connection ends.'),
    maxPacketBytes: Type.Integer({ minimum: 1, description: 'Largest PUBLISH that is taken in.' }),
    renewable: Type.Boolean({ description: 'Whether fresh tokens come here before exp.' }),
    token: Type.Optional(
      Type.String({
        description: 'A fresh token, the next password: store it, then acknowledge. Only at QoS 1, and only near exp.',
      }),
    ),
    limits: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Object({
          limit: count('How much is allowed.'),
          used: Type.Optional(count('How much of it is in use, where that is counted.')),
        }),
        {
          description:
            'Limits of this gateway by name. burstMessages and burstBytes may go at once after a pause and fill up again at messagesPerSecond and bytesPerSecond: who has spent them is read no faster than that.',
        },
      ),
    ),
  },
  {
    $id: 'SessionReport',
    title: 'Session',
    description: 'How long this connection lasts and what it may.',
    examples: [
      {
        serverTime: '2026-11-23T10:15:00.250Z',
        exp: '2026-11-24T09:02:11.000Z',
        maxPacketBytes: 1048576,
        renewable: true,
        limits: {
          pendingDevices: { limit: 1000, used: 3 },
          sensorsPerDevice: { limit: 2000 },
          deadLetters: { limit: 10000, used: 12 },
          messagesPerSecond: { limit: 1000, used: 2 },
          burstMessages: { limit: 60000, used: 0 },
        },
      },
    ],
  },
);
export type SessionReport = Static<typeof SessionReport>;

/** The body of each topic behind `down/`. */
export const DOWNLINKS = {
  errors: ErrorReport,
  receipts: Receipt,
  config: DeviceConfig,
  session: SessionReport,
} as const satisfies Record<string, TSchema>;
export type DownlinkName = keyof typeof DOWNLINKS;
