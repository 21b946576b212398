import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { collectUnknown, named, type UnknownFields } from './fields.ts';
import { type Kind, NO_ROWS, type Rows, type SensorRow } from './kind.ts';
import { readList } from './lists.ts';
import { at, Fault, toRefusal } from './refusals.ts';
import { MAX_SENSORS, MEASURES, Registration as Payload } from './schemas/registration.ts';
import { STAMP, wholeStamp } from './stamps.ts';
import { MAX_LABEL_CHARACTERS, oneOf, readName, readText, readUnit, textOf, VISUALIZATIONS } from './values.ts';

const field = Type.Optional(Type.Unknown());
const Head = {
  model: field,
  label: field,
  interfaceName: field,
  serialNumber: field,
  networkIp: field,
  registrationCode: field,
};
const Registration = Type.Object({ ...Head, sensors: field });
type Registration = Type.Static<typeof Registration>;
const isRegistration = Compile(Registration);
const Sensor = Type.Object({ label: field, unit: field, measure: field, visualization: field });
const isSensor = Compile(Sensor);
const FIELDS = named(...STAMP, ...Object.keys(Registration.properties));
const SENSOR = named(...Object.keys(Sensor.properties));

/**
 * A gateway says what a device is and which sensors it has (docs/mqtt.md, registration). A bad sensor costs itself alone;
 * all else is taken or refused as a whole.
 */
export const registration: Kind = {
  name: 'registration',
  levels: ['devices', ':device', 'registration'],
  payload: Payload,
  eachStamp: wholeStamp,
  rows({ payload }) {
    const unknown = collectUnknown();
    try {
      if (!isRegistration.Check(payload))
        throw new Fault('PAYLOAD_INVALID', 'a registration is one object: {model, ...}');
      unknown.note(payload, FIELDS, '');
      return { ...readRegistration(payload, unknown), unknownFields: unknown.found };
    } catch (error) {
      return { ...NO_ROWS, refusals: [toRefusal(error)], unknownFields: unknown.found };
    }
  },
};

function readRegistration(given: Registration, unknown: UnknownFields): Rows {
  const text = (name: keyof typeof Head): string | null =>
    at(`/${name}`, () => readText(textOf(given[name] ?? ''), MAX_LABEL_CHARACTERS) || null);
  const { good, bad } = readList('/sensors', given.sensors, MAX_SENSORS, (sensor) => readSensor(sensor, unknown));
  // Every sensor has it along, to be mended and sent again, so it is no more than what was checked.
  const head = Object.fromEntries(Object.keys(Head).map((name) => [name, given[name as keyof typeof Head]]));
  const inHead = <Part extends { readonly item: unknown }>(part: Part) => ({
    ...part,
    item: { ...head, sensors: part.item },
  });
  const row = {
    model: at('/model', () => readName(given.model)),
    label: text('label'),
    interfaceName: text('interfaceName'),
    serialNumber: text('serialNumber'),
    networkAddress: text('networkIp'),
    registrationCode: text('registrationCode'),
    sensors: good.map(inHead),
  };
  return { ...NO_ROWS, registration: row, refusals: bad.map(inHead) };
}

function readSensor(given: unknown, unknown: UnknownFields): Omit<SensorRow, 'path' | 'item'> {
  if (!isSensor.Check(given)) throw new Fault('PAYLOAD_INVALID', 'a sensor is {label, measure, ...}');
  unknown.note(given, SENSOR, '/sensors/*');
  return {
    label: at('/label', () => readName(given.label)),
    unit: at('/unit', () => readUnit(given.unit) || null),
    measure: at('/measure', () => oneOf(MEASURES, given.measure)),
    visualization: at('/visualization', () => oneOf(VISUALIZATIONS, given.visualization ?? 'default')),
  };
}
