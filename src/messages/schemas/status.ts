import { Type } from 'typebox';
import { optional, stamp, Time } from './parts.ts';

export const MAX_VERSION_CHARACTERS = 128;

const count = (description: string) =>
  optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), description);
const version = optional(Type.String({ maxLength: MAX_VERSION_CHARACTERS }), 'Shown with the gateway.');

/** What its reader checks by schema as well. */
export const statusFields = {
  state: Type.Enum(['online', 'offline'], {
    description: 'offline: as the Will, or as the last word before it leaves.',
  }),
  buffered: count('Messages that wait at the gateway.'),
  dropped: count('Messages that the gateway gave up since it started.'),
  clockSynced: optional(Type.Boolean(), "Whether the gateway's clock is set by a time server."),
};

export const Status = Type.Object(
  {
    ...statusFields,
    ...stamp,
    softwareVersion: version,
    hardwareVersion: version,
    oldestBufferedAt: optional(Time, 'Of the oldest message that waits.'),
  },
  {
    $id: 'Status',
    title: 'Status',
    description: 'What a gateway says of itself; also as its Will. The newest one by its receipt counts.',
    examples: [
      {
        state: 'online',
        softwareVersion: '2.4.1',
        hardwareVersion: 'rev C',
        buffered: 120,
        oldestBufferedAt: '2026-11-23T08:00:00Z',
        dropped: 0,
        clockSynced: true,
      },
      { state: 'offline' },
    ],
  },
);
