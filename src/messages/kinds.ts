import { batch } from './batch.ts';
import { events } from './events.ts';
import type { Kind } from './kind.ts';
import { readings } from './readings.ts';
import { registration } from './registration.ts';
import { status } from './status.ts';

/** Every kind of message a gateway may publish. docs/adding.md shows how to add one. */
export const KINDS: readonly Kind[] = [readings, events, registration, batch, status];
