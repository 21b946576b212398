import { Type } from 'typebox';
import { MAX_LABEL_CHARACTERS } from '../values.ts';
import { described, Label, optional, stamp, Unit, visualization } from './parts.ts';

export const MAX_SENSORS = 2_000;
export const MEASURES = ['gauge', 'counter', 'state'] as const;

const text = (description: string) => optional(Type.String({ maxLength: MAX_LABEL_CHARACTERS }), description);

const Sensor = Type.Object({
  label: Label,
  unit: optional(Unit, 'That of the first registration that names one stays.'),
  measure: Type.Enum([...MEASURES], {
    description: 'gauge: goes up and down. counter: only grows. state: one of several conditions.',
  }),
  visualization,
});

export const Registration = Type.Object(
  {
    ...stamp,
    model: described(Label, 'An identifier of the catalogue of models, written the same or in other case.'),
    label: text('Its name for people, taken where it has none yet.'),
    interfaceName: text('How the gateway reaches it.'),
    serialNumber: text('Taken where none is known yet.'),
    networkIp: text('Its address in the network of the gateway.'),
    registrationCode: text('Taken where none is known yet.'),
    sensors: optional(Type.Array(Sensor, { maxItems: MAX_SENSORS }), 'What it measures.'),
  },
  {
    $id: 'Registration',
    title: 'Registration',
    description:
      'What a device is, and which sensors it has; to be sent whenever the gateway starts, or finds or changes a device. With a known model a pending device becomes active. One that brings nothing new is a duplicate; a bad sensor costs that sensor. An empty text counts as left out.',
    examples: [
      {
        model: 'PRO 4K UV385',
        label: 'Printer 1',
        serialNumber: '4K-0815',
        interfaceName: 'eth0',
        networkIp: '192.168.1.20',
        registrationCode: '7F3K',
        sensors: [
          { label: 'power', unit: 'W', measure: 'gauge', visualization: 'line' },
          { label: 'energy', unit: 'kWh', measure: 'counter' },
          { label: 'state', measure: 'state' },
        ],
      },
    ],
  },
);
