import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as Documents from '../src/api/asyncapi/document.ts';
import type * as Migrator from '../src/db/migrator.ts';
import type * as Replay from '../src/messages/replay.ts';
import type * as DeskModule from './worker/desk.ts';

// The worked example of docs/adding.md, put into a copy of StepCloud.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAGE = await readFile(join(ROOT, 'docs/adding.md'), 'utf8');
const FILES = [...PAGE.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```$/gms)].map(([, path, text]) => [path, text]) as Pair[];
const CHANGES = [...PAGE.matchAll(/^```diff\n--- (\S+)\n(.*?)^```$/gms)].map(([, path, text]) => [
  path,
  text,
]) as Pair[];
type Pair = [path: string, text: string];

const copy = await mkdtemp(join(tmpdir(), 'stepcloud-adding-'));
for (const name of ['src', 'migrations', 'test', 'package.json', 'tsconfig.json'])
  await cp(join(ROOT, name), join(copy, name), { recursive: true });
await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
for (const [path, text] of FILES) {
  await mkdir(dirname(join(copy, path)), { recursive: true });
  await writeFile(join(copy, path), text);
}
for (const [path, hunks] of CHANGES) {
  const before = await readFile(join(copy, path), 'utf8');
  const after = hunks.split('@@\n').reduce((text, hunk) => change(path, text, hunk), before);
  await writeFile(join(copy, path), after);
}
afterAll(async () => {
  await compiled;
  await rm(copy, { recursive: true, force: true });
}, 180_000);

/** Puts the new lines of a hunk in place of the old ones, which must stand there once. */
function change(path: string, text: string, hunk: string): string {
  const lines = hunk.trimEnd().split('\n');
  const side = (without: string) =>
    lines
      .filter((line) => !line.startsWith(without))
      .map((line) => line.slice(1))
      .join('\n');
  const [old, fresh] = [side('+'), side('-')];
  if (text.split(`${old}\n`).length !== 2) throw new Error(`docs/adding.md: ${path} does not have, once:\n${old}`);
  return text.replace(`${old}\n`, () => `${fresh}\n`);
}

const load = <Module>(path: string): Promise<Module> => import(/* @vite-ignore */ join(copy, path));

const compiled = compile();
await load('test/messages/notes.test.ts'); // its own tests run here

/** What the compiler says of the files of the example, their test left out. It works beside the other tests. */
async function compile(): Promise<string> {
  const files = [...FILES, ...CHANGES].map(([path]) => path).filter((path) => !path.startsWith('test/'));
  const compilerOptions = { incremental: false, noEmit: true };
  const config = { extends: './tsconfig.json', compilerOptions, files, include: [] };
  await writeFile(join(copy, 'tsconfig.example.json'), JSON.stringify(config));
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  return promisify(execFile)(process.execPath, [tsc, '-p', 'tsconfig.example.json'], { cwd: copy }).then(
    () => '',
    ({ stdout, message }: { stdout: string; message: string }) => stdout || message,
  );
}

describe('the example of a kind of message', () => {
  it('is in the AsyncAPI document', async () => {
    const { createDocument } = await load<typeof Documents>('src/api/asyncapi/document.ts');
    const { channels } = createDocument({ version: '1', urls: [], maxPacketBytes: 1 });
    expect(channels.notesWithRef?.address).toBe('v1/gateways/{gatewayId}/devices/{deviceKey}/notes/{ref}');
  });

  it('shifts the time of a note that is sent again', async () => {
    const { changePayload } = await load<typeof Replay>('src/messages/replay.ts');
    const { notes } = await load<{ notes: Parameters<typeof changePayload>[0] }>('src/messages/notes.ts');
    const change = { shiftMs: 60_000, unit: undefined, receivedAt: 0, zeros: undefined };
    const changed = await changePayload(notes, Buffer.from('{"ts":1795428900000,"text":"a"}'), change);
    expect(JSON.parse(changed.toString())).toEqual({ ts: 1795428960000, text: 'a' });
  });

  describe('in the database', () => {
    let desk: DeskModule.Desk;
    let say: typeof DeskModule.say;
    let batchOf: typeof DeskModule.batchOf;
    let NOW: number;
    beforeAll(async () => {
      const { createDesk, ...made } = await load<typeof DeskModule>('test/worker/desk.ts');
      ({ say, batchOf, NOW } = made);
      desk = await createDesk();
      const { migrateToLatest } = await load<typeof Migrator>('src/db/migrator.ts');
      expect(await migrateToLatest(desk.db)).toEqual(['20991231T0900_create_notes']);
    });
    afterAll(() => desk?.close());

    const rowsOf = async () =>
      (
        await sql<{ key: string; text: string }>`
        SELECT device.key, note.text FROM note JOIN device ON device.id = device_id ORDER BY key, recorded_at, text`.execute(
          desk.db,
        )
      ).rows;

    it('stores each note once, whatever comes again, alone or in a batch', async () => {
      const gateway = await desk.createGateway();
      const topicOf = (device: string) => `v1/gateways/${gateway.id}/devices/${device}/notes`;
      const note = (at: number, text: string) => ({ ts: NOW + at, text });
      const alone = (at: number, text: string) => say(gateway, 'd', note(at, text), { topic: topicOf('d') });
      const carried = [{ device: 'e', kind: 'notes', payload: note(0, 'carried') }];
      const messages = [
        alone(1, 'later'),
        alone(0, 'a'),
        alone(0, 'b'),
        alone(0, 'a'),
        alone(0, ''),
        say(gateway, '', carried, { topic: `v1/gateways/${gateway.id}/batch` }),
      ];
      const worker = desk.worker();
      expect(await worker.store(batchOf(messages))).toMatchObject({ stored: 4, duplicate: 1, rejected: 1 });
      const stored = await rowsOf();
      expect(stored.map(({ key, text }) => `${key} ${text}`)).toEqual(['d a', 'd b', 'd later', 'e carried']);
      expect(await worker.store(batchOf(messages))).toMatchObject({ stored: 0, duplicate: 5, rejected: 1 });
      expect(await rowsOf()).toEqual(stored);
      expect(await desk.letters(gateway)).toMatchObject([{ code: 'TEXT_INVALID', path: '/text', seen: 2 }]);
    });
  });

  it('is whole: without any of it the rest does not compile', async () => {
    expect(await compiled).toBe('');
  }, 180_000);
});
