/**
 * The rooms of src, in the order in which they may know each other: a room imports only rooms above it.
 * docs/path-of-a-message.md walks through them; docs/decisions/0001 says why they are enforced.
 */
const ROOMS = [
  'errors',
  'deadline',
  'config',
  'telemetry',
  'db',
  'signals',
  'leases',
  'identity',
  'mail',
  'messages',
  'queue',
  'ingest',
  'doctor',
];
const PROCESSES = ['broker', 'worker', 'api'];
const ASIDE = ['embedded', 'simulator'];
const path = (rooms) => `^src/(${rooms.join('|')})(/|\\.ts$)`;

const downward = ROOMS.slice(0, -1).map((room, index) => ({
  name: `${room}-knows-only-rooms-above-it`,
  severity: 'error',
  from: { path: path([room]) },
  to: { path: path([...ROOMS.slice(index + 1), ...PROCESSES, ...ASIDE, 'roles', 'commands', 'cli']) },
}));

const apart = PROCESSES.map((room) => ({
  name: `${room}-meets-other-processes-only-in-queue-signals-and-db`,
  severity: 'error',
  from: { path: path([room]) },
  to: { path: path([...PROCESSES.filter((other) => other !== room), ...ASIDE, 'roles', 'commands', 'cli']) },
}));

module.exports = {
  forbidden: [
    ...downward,
    ...apart,
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'doctor-knows-no-process',
      severity: 'error',
      from: { path: path(['doctor']) },
      to: { path: path([...PROCESSES, ...ASIDE, 'roles', 'commands', 'cli']) },
    },
    {
      name: 'aside-knows-only-errors-config-telemetry',
      severity: 'error',
      from: { path: path(ASIDE) },
      to: { path: '^src/', pathNot: path([...ASIDE, 'errors', 'config', 'telemetry']) },
    },
    {
      name: 'only-cli-starts-roles-and-commands',
      severity: 'error',
      from: { path: '^src/', pathNot: path(['cli', 'roles', 'commands']) },
      to: { path: path(['roles', 'commands']) },
    },
    {
      name: 'migrations-import-kysely-only',
      severity: 'error',
      from: { path: '^migrations/' },
      to: { pathNot: '^node_modules/kysely/' },
    },
    {
      name: 'only-queue-knows-bullmq-and-ioredis',
      severity: 'error',
      from: { path: '^src/', pathNot: path(['queue']) },
      to: { path: '^node_modules/(bullmq|ioredis)/' },
    },
    {
      name: 'only-db-signals-and-queue-know-pg',
      severity: 'error',
      from: { path: '^src/', pathNot: path(['db', 'signals', 'queue', 'embedded']) },
      to: { path: '^node_modules/pg/' },
    },
    {
      name: 'only-mail-knows-nodemailer',
      severity: 'error',
      from: { path: '^src/', pathNot: path(['mail']) },
      to: { path: '^node_modules/nodemailer/' },
    },
    {
      name: 'only-broker-knows-aedes',
      severity: 'error',
      from: { path: '^src/', pathNot: path(['broker']) },
      to: { path: '^node_modules/aedes' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
