import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DEVICES } from '../../src/simulator/devices.ts';
import { finishedPrint } from '../../src/simulator/printer.ts';
import { createProducer, type Message } from '../../src/simulator/producer.ts';
import { seedFor } from '../../src/simulator/random.ts';

const GATEWAY = '01938f4e-6d2a-7c11-9f0e-5b2c7d8e9f10';
const START = Date.UTC(2026, 10, 2, 8);

/** A producer with a clock that the test moves. */
function createRun({ readingsPerSecond = 10, seed = 1, events = false } = {}) {
  const clock = { now: START };
  const due = createProducer({ gatewayId: GATEWAY, readingsPerSecond, seed, events, clock: () => clock.now });
  const advance = (durationMs: number, stepMs: number): Message[] => {
    const messages: Message[] = [];
    const until = clock.now + durationMs;
    while (clock.now < until) {
      clock.now += stepMs;
      messages.push(...due());
    }
    return messages;
  };
  return { clock, due, advance };
}

const isEvent = ({ topic }: Message) => topic.endsWith('/events');

function parseReading({ topic, payload }: Message) {
  const [, , gateway, , device, kind] = topic.split('/');
  const { ts, values } = JSON.parse(payload.toString());
  return { gateway, device, kind, ts, values };
}

describe('readings', () => {
  it('have the topic and the shape of the contract', () => {
    const messages = createRun().advance(10_000, 100);
    for (const message of messages) {
      const reading = parseReading(message);
      expect(message.topic).toBe(`v1/gateways/${GATEWAY}/devices/${reading.device}/readings`);
      expect(Object.keys(JSON.parse(message.payload.toString()))).toEqual(['ts', 'values']);
      expect(Number.isInteger(reading.ts)).toBe(true);
      expect(Object.keys(reading.values).length).toBeGreaterThan(0);
      for (const value of Object.values(reading.values))
        expect(['number', 'boolean', 'string']).toContain(typeof value);
    }
    expect(new Set(messages.map((message) => parseReading(message).device))).toEqual(
      new Set(DEVICES.map(({ key }) => key)),
    );
  });

  it('are the same for the same seed and clock, and others for another seed', () => {
    const run = (seed: number) => createRun({ seed }).advance(60_000, 130);
    expect(run(5)).toEqual(run(5));
    expect(run(5)).not.toEqual(run(6));
  });

  it.each([0.5, 5, 333, 6000])('come at %d a second, whatever the ticks', (readingsPerSecond) => {
    const smooth = createRun({ readingsPerSecond }).advance(10_000, 10);
    const coarse = createRun({ readingsPerSecond }).advance(10_000, 250);
    expect(smooth).toHaveLength(Math.floor(10 * readingsPerSecond) + 1);
    expect(coarse).toEqual(smooth);
  });

  it('never share a device and a millisecond, also at the highest rate and with a clock that steps back', () => {
    const { clock, advance } = createRun({ readingsPerSecond: 6000 });
    const messages = advance(3_000, 10);
    clock.now -= 2_000;
    messages.push(...advance(1_000, 10));
    const stamps = messages.map(parseReading).map(({ device, ts }) => `${device} ${ts}`);
    expect(stamps.length).toBeGreaterThan(20_000);
    expect(new Set(stamps).size).toBe(stamps.length);
  });

  it('do not flood after the machine was asleep', () => {
    const { clock, due, advance } = createRun({ readingsPerSecond: 100 });
    advance(1_000, 10);
    clock.now += 8 * 3_600_000;
    expect(due()).toHaveLength(1);
    expect(advance(1_000, 10)).toHaveLength(100);
  });
});

describe('events', () => {
  it('end each print once, and are left out unless wanted', () => {
    const events = createRun({ events: true }).advance(900_000, 200).filter(isEvent);
    for (const { key, finishedPrint: finished } of DEVICES) {
      const ended = (at: number) => finished?.(seedFor(1, key), at).index ?? 0;
      const told = events.filter(({ topic }) => topic === `v1/gateways/${GATEWAY}/devices/${key}/events`);
      expect(told).toHaveLength(ended(START + 900_000) - ended(START));
    }
    expect(events.length).toBeGreaterThan(10);
    expect(createRun({ events: false }).advance(900_000, 200).filter(isEvent)).toEqual([]);
  });

  it('are gzip of hundreds of kilobytes of JSON with the fields of the contract', () => {
    const message = createRun({ events: true }).advance(900_000, 200).find(isEvent)!;
    expect(message.topic).toMatch(new RegExp(`^v1/gateways/${GATEWAY}/devices/[^/]+/events$`));
    const packed = message.payload as Buffer;
    expect([...packed.subarray(0, 2)]).toEqual([0x1f, 0x8b]);
    const plain = gunzipSync(packed);
    expect(plain.length).toBeGreaterThan(200_000);
    expect(plain.length).toBeLessThan(1_000_000);
    expect(packed.length).toBeLessThan(100_000);

    const event = JSON.parse(plain.toString());
    expect(event).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      recordedAt: expect.stringMatching(/Z$/),
      startedAt: expect.stringMatching(/Z$/),
      type: 'performed_task',
      outcome: 'ok',
      attributes: {
        job: expect.any(String),
        lot: expect.any(String),
        operator: expect.any(String),
        resin: expect.any(String),
        layers: expect.any(Number),
      },
      sensors: expect.any(Array),
      logs: expect.any(Array),
      settings: [{ label: 'print settings', data: expect.any(Object) }],
    });
    expect(Date.parse(event.recordedAt) - Date.parse(event.startedAt)).toBeGreaterThan(100_000);

    const layers = Array.from({ length: event.attributes.layers }, (_, index) => index + 1);
    const [overTime, byLayer, temperature, used] = event.sensors;
    expect(overTime).toMatchObject({ label: 'separation weight', unit: 'kg', kind: 'timeseries', step: 4 });
    expect(overTime.start + overTime.step * (overTime.values.length - 1)).toBeLessThan(Date.parse(event.recordedAt));
    expect(byLayer).toMatchObject({ unit: 'kg', kind: 'timeseries', x: { label: 'layer', values: layers } });
    expect(byLayer.values).toHaveLength(layers.length);
    expect(byLayer.ts).toHaveLength(layers.length);
    expect(Math.max(...overTime.values)).toBeCloseTo(Math.max(...byLayer.values), 1);
    expect(temperature).toMatchObject({ unit: '°C', kind: 'timeseries', ts: byLayer.ts });
    expect(used).toMatchObject({ kind: 'singular', value: expect.any(Number) });
    expect(new Set(event.sensors.map(({ label }: { label: string }) => label)).size).toBe(event.sensors.length);

    const [debug, build] = event.logs;
    expect(debug).toMatchObject({ level: 'debug' });
    expect(debug.data.time).toHaveLength(debug.data.label.length);
    expect(debug.data.time).toHaveLength(debug.data.content.length);
    expect(build).toMatchObject({ level: 'build' });
    expect(build.data.length).toBe(layers.length + 3);
  });

  it('are the same, id included, when told again by a simulator that was started anew', () => {
    const [printer] = DEVICES;
    const { endedAt } = finishedPrint(seedFor(1, printer!.key), START);
    const tell = (startAt: number) => {
      const clock = { now: startAt };
      const options = { gatewayId: GATEWAY, readingsPerSecond: 10, seed: 1, events: true };
      const due = createProducer({ ...options, clock: () => clock.now });
      const messages = due();
      for (; clock.now < endedAt + 2_000; clock.now += 50) messages.push(...due());
      return messages.filter((message) => isEvent(message) && message.topic.includes(printer!.key));
    };
    expect(tell(endedAt - 9_000)).toHaveLength(1);
    expect(tell(endedAt - 9_000)).toEqual(tell(endedAt - 3_456));
  });
});
