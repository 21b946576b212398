import type { LiveEvent } from '../db/live.ts';
import type { Refusal, Value } from '../messages/kind.ts';
import type { DecodedMessage } from './decode.ts';
import type { Device } from './references.ts';

/** What became of one message, or of one that it carries. Items are values of readings, whole events and registrations. */
export interface Outcome {
  readonly message: DecodedMessage;
  /** Items that brought something new. */
  stored: number;
  /** Items that were there before, with the same content. */
  duplicate: number;
  readonly refusals: Refusal[];
  /** The values of readings among what is stored. */
  readonly values: NewValue[];
  /** The events of which something is new. */
  readonly events: LiveEvent[];
}

/** A value that is in the database since now. Times are epoch milliseconds. */
export interface NewValue {
  readonly sensorId: number;
  readonly recordedAt: number;
  readonly receivedAt: number;
  readonly value: Value;
}

/** A message whose rows may be stored, since its device takes them. */
export interface Accepted {
  readonly outcome: Outcome;
  readonly device: Device;
}
