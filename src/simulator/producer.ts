import { gzipSync } from 'node:zlib';
import { DEVICES, type Device } from './devices.ts';
import { printEvent } from './print-event.ts';
import { seedFor } from './random.ts';

export interface Message {
  topic: string;
  payload: string | Buffer;
}

export interface ProducerOptions {
  gatewayId: string;
  readingsPerSecond: number;
  seed: number;
  events: boolean;
  /** Epoch ms. */
  clock: () => number;
}

/** Beyond such a gap (a suspended machine, a clock set anew) the rhythm begins again: no flood to catch up. */
const GAP_MS = 5_000;

/**
 * The devices take turns in the rhythm of `readingsPerSecond`. Each call returns what they have measured since the last
 * one, stamped with the time it was due and not with the time of the call, so that two readings of a device never share
 * a millisecond however many leave at once.
 */
export function createProducer({ gatewayId, readingsPerSecond, seed, events, clock }: ProducerOptions) {
  const reporters = DEVICES.map((device) => createReporter(gatewayId, device, seedFor(seed, device.key), events));
  const intervalMs = 1000 / readingsPerSecond;
  let origin = clock();
  let last = origin;
  let sinceOrigin = 0;
  let turn = 0;

  return function due(): Message[] {
    const now = clock();
    if (now < last || now - last > Math.max(GAP_MS, 2 * intervalMs)) {
      origin = now;
      sinceOrigin = 0;
    }
    last = now;
    const messages: Message[] = [];
    for (let at = origin + sinceOrigin * intervalMs; at <= now; at = origin + sinceOrigin * intervalMs) {
      messages.push(...reporters[turn]!(Math.floor(at)));
      sinceOrigin += 1;
      turn = (turn + 1) % reporters.length;
    }
    return messages;
  };
}

/** One device: its readings, and after a print the print's event. A print that ended before the start is not told. */
function createReporter(gatewayId: string, device: Device, seed: number, events: boolean) {
  const topic = (kind: string) => `v1/gateways/${gatewayId}/devices/${device.key}/${kind}`;
  const readingsTopic = topic('readings');
  let last = Number.NEGATIVE_INFINITY;
  let told: number | undefined;

  return (at: number): Message[] => {
    const ts = Math.max(at, last + 1);
    last = ts;
    const messages: Message[] = [
      { topic: readingsTopic, payload: JSON.stringify({ ts, values: device.sample(seed, ts) }) },
    ];
    const print = events ? device.finishedPrint?.(seed, ts) : undefined;
    if (print && told !== undefined && print.index > told) {
      messages.push({ topic: topic('events'), payload: gzipSync(JSON.stringify(printEvent(device.key, print))) });
    }
    told = print?.index;
    return messages;
  };
}
