import { StepCloudError } from '../errors.ts';
import type { Log } from '../telemetry/log.ts';
import { DEVICES, type SimulatedSensor } from './devices.ts';
import { openGateway } from './gateway.ts';
import { createProducer } from './producer.ts';

export interface SimulatorOptions {
  /** Like mqtt://127.0.0.1:1883. */
  url: string;
  /** The username. */
  gatewayId: string;
  /** The password: the gateway's JWT. */
  token: string;
  /** Messages per second of this gateway, all devices together; at most one per device and millisecond. */
  readingsPerSecond: number;
  seed: number;
  /** Whether each print ends with a `performed_task` event. */
  events: boolean;
  /** What the offline buffer holds; beyond it the oldest are dropped and counted. */
  bufferMessages: number;
  log: Log;
  /** Epoch ms. */
  clock?: () => number;
  /** Stops by itself after this time. */
  durationMs?: number;
}

/** published = acknowledged + buffered + dropped; a resend is not counted again. */
export interface SimulatorCounts {
  published: number;
  acknowledged: number;
  buffered: number;
  dropped: number;
}

export interface Simulator {
  counts(): SimulatorCounts;
  /** Resolves once stopped, by duration or by `stop`. */
  done: Promise<void>;
  /** Measures no more, sends what is buffered (at most 5 s, if connected) and disconnects. */
  stop(): Promise<void>;
}

/** What the simulated gateway's devices are, for whoever registers them. */
export const SIMULATED_DEVICES: readonly {
  key: string;
  label: string;
  model: string;
  sensors: readonly SimulatedSensor[];
}[] = DEVICES.map(({ key, label, model, sensors }) => ({ key, label, model, sensors }));

const MAX_READINGS_PER_SECOND = 1000 * DEVICES.length;

/** A gateway with devices that measure, publish and survive outages. Throws CONFIG_INVALID for options it cannot serve. */
export function startSimulator(options: SimulatorOptions): Simulator {
  checkOptions(options);
  const { readingsPerSecond, durationMs, clock = Date.now } = options;
  const gateway = openGateway(options);
  const due = createProducer({ ...options, clock });
  const measure = () => due().forEach(gateway.publish);

  let closed: Promise<void> | undefined;
  let finish = () => {};
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  function stop(): Promise<void> {
    clearInterval(ticking);
    clearTimeout(ending);
    closed ??= gateway.close().then(finish);
    return closed;
  }

  // Above 100 a second several messages leave per tick.
  const ticking = setInterval(measure, Math.min(1000, Math.max(10, 1000 / readingsPerSecond)));
  const ending = durationMs === undefined ? undefined : setTimeout(stop, durationMs);
  measure();

  return { counts: gateway.counts, done, stop };
}

function checkOptions({ url, readingsPerSecond, bufferMessages }: SimulatorOptions) {
  const refuse = (detail: string) => {
    throw new StepCloudError('CONFIG_INVALID', `simulator: ${detail}`);
  };
  if (!/^(mqtts?|wss?):\/\/[^/]/.test(url)) refuse('url must begin with mqtt://, mqtts://, ws:// or wss://');
  if (!(readingsPerSecond > 0 && readingsPerSecond <= MAX_READINGS_PER_SECOND)) {
    refuse(`readingsPerSecond must be above 0 and at most ${MAX_READINGS_PER_SECOND}`);
  }
  if (!(Number.isInteger(bufferMessages) && bufferMessages > 0)) refuse('bufferMessages must be a positive integer');
}
