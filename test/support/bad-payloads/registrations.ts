import { DECLARED, type Draft, GOOD_SENSOR, gauge, register, rows } from './table.ts';

export const registrations: readonly Draft[] = [
  ...rows('registration', [
    [
      '59: a model that the catalogue does not have',
      register({ model: 'Nobody 3000', sensors: [gauge('s')] }),
      'MODEL_UNKNOWN /model',
    ],
    ['43: a number for a model', register({ model: 17 }), 'PAYLOAD_INVALID /model'],
    ['43: an object for a label', register({ label: {} }), 'PAYLOAD_INVALID /label'],
    ['43: sensors that are no list', register({ sensors: {} }), 'PAYLOAD_INVALID /sensors', ['registered']],
    [
      '46: 2,001 sensors',
      register({ sensors: Array(2_001).fill(gauge('s')) }),
      'PAYLOAD_TOO_LARGE /sensors',
      ['registered'],
    ],
    [
      '43: bad sensors beside a good one',
      register({ sensors: [17, GOOD_SENSOR, gauge('s', { measure: 'text' }), gauge('s', { visualization: 'pie' })] }),
      ['PAYLOAD_INVALID /sensors/0', 'PAYLOAD_INVALID /sensors/2/measure', 'PAYLOAD_INVALID /sensors/3/visualization'],
      DECLARED,
    ],
    [
      '48: names of the prototype for sensors',
      '{"model":"MAX Mini","sensors":[{"label":"__proto__","measure":"gauge"},{"label":"x","measure":"toString"}]}',
      'PAYLOAD_INVALID /sensors/1/measure',
      ['registered', 'declared __proto__'],
    ],
  ]),
  ...rows(
    'registration',
    [
      [
        '43: another unit',
        register({ sensors: [gauge('good', { unit: 'g' }), gauge('s', { unit: 'g' })] }),
        'UNIT_MISMATCH /sensors/0/unit',
        [...DECLARED, 'declared s'],
      ],
    ],
    { earlier: [['registration', register({ sensors: [gauge('good', { unit: 'kg' })] })]] },
  ),

  ...rows('status', [
    ['43: a state that there is not', { state: 'asleep' }, 'PAYLOAD_INVALID /state'],
    ['43: a negative count', { state: 'online', buffered: -1 }, 'PAYLOAD_INVALID /buffered'],
    ['40: a count of 1e400', '{"state":"online","dropped":1e400}', 'PAYLOAD_INVALID /dropped'],
    ['40: a count beyond 2^53', { state: 'online', dropped: 2 ** 53 }, 'PAYLOAD_INVALID /dropped'],
    ['43: a text for a boolean', { state: 'online', clockSynced: 'yes' }, 'PAYLOAD_INVALID /clockSynced'],
  ]),
];
