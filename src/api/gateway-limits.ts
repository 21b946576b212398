import { Type } from 'typebox';
import { DELAY_REASONS, type DelayReason } from '../db/delays.ts';
import { closed, nullable, Time } from './schemas.ts';

const reasons = Object.entries(DELAY_REASONS).map(([reason, meaning]) => `\`${reason}\`: ${meaning}`);
const Limit = closed({
  limit: Type.Integer({ minimum: 0 }),
  used: Type.Optional(Type.Integer({ minimum: 0, description: 'Missing where it is not counted.' })),
});

/** What a gateway may (`readGatewayLimits`), for whoever asks. */
export const GatewayLimits = closed(
  {
    limits: Type.Record(Type.String(), Limit, {
      description:
        'By name. `messagesPerSecond` and `bytesPerSecond` hold on average, and `used` is the average since the hour began; `burstMessages` and `burstBytes` may go at once after a pause. `customer...` is what all gateways of the customer may together.',
      examples: [{ messagesPerSecond: { limit: 1000, used: 2 }, deadLetters: { limit: 10000, used: 12 } }],
    }),
    delayed: nullable(
      closed(
        {
          reason: Type.Enum(Object.keys(DELAY_REASONS) as DelayReason[], { description: `${reasons.join('; ')}.` }),
          since: Time,
        },
        { description: 'Since when it is read less often than it sends, and why; null while it is not.' },
      ),
    ),
  },
  { description: 'What the gateway may.' },
);
