import { loadConfig, withDatabase } from '../config.ts';
import { type AuditRecord, recordAudit } from '../db/audit.ts';
import { openDatabase } from '../db/database.ts';
import { StepCloudError } from '../errors.ts';
import { type KeyStatus, listKeys, retireKey, rotateKeys } from '../identity/rotation.ts';
import { createLog } from '../telemetry/log.ts';
import { loadInstallation } from './installation.ts';

const KID_WIDTH = 43;
const TIME_WIDTH = 24;

export interface KeysFlags {
  now: boolean;
  force: boolean;
}

/** `stepcloud keys list`, `rotate` and `retire`: the signing keys in their file. Running processes notice by themselves. */
export async function keys([action, ...rest]: readonly string[], { now, force }: KeysFlags): Promise<void> {
  const [kid] = rest;
  if (action === 'list' && rest.length === 0) return list();
  if (action === 'rotate' && rest.length === 0) return rotate(now);
  if (action === 'retire' && kid !== undefined && rest.length === 1) return retire(kid, force);
  throw new StepCloudError('CONFIG_INVALID', 'say what: keys list, keys rotate [--now], or keys retire KID [--force]');
}

async function list(): Promise<void> {
  print('KEY', 'CREATED', 'STATE');
  for (const { kid, createdAt, ...status } of await listKeys(await findKeysFile(), Date.now()))
    print(kid, createdAt?.toISOString() ?? 'unknown', describe(status));
}

function print(kid: string, createdAt: string, state: string): void {
  console.log(`${kid.padEnd(KID_WIDTH)}  ${createdAt.padEnd(TIME_WIDTH)}  ${state}`);
}

function describe({ state, signsFrom }: Pick<KeyStatus, 'state' | 'signsFrom'>): string {
  return state === 'waits' ? `will sign from ${signsFrom.toISOString()}` : state;
}

async function rotate(atOnce: boolean): Promise<void> {
  const { kid, signsFrom } = await rotateKeys(await findKeysFile(), { now: Date.now(), atOnce });
  console.log(`${kid} is published and signs from ${signsFrom.toISOString()}`);
  await writeDown('keys.rotated', { kid, atOnce });
}

async function retire(kid: string, force: boolean): Promise<void> {
  if (force) {
    await retireKey(await findKeysFile(), kid, Date.now());
  } else {
    const { keysFile, databaseUrl: url, log } = await loadInstallation();
    const db = openDatabase({ url, poolSize: 2, log: createLog('keys', log) });
    await retireKey(keysFile, kid, Date.now(), db).finally(() => db.destroy());
  }
  console.log(`${kid} is retired: what it signed is refused`);
  await writeDown('keys.retired', { kid, force });
}

/** In the audit; where the database is out of reach the deed is done all the same. */
async function writeDown(action: 'keys.rotated' | 'keys.retired', detail: AuditRecord['detail'] & object) {
  try {
    const { databaseUrl: url, log } = await loadInstallation();
    const db = openDatabase({ url, poolSize: 1, log: createLog('keys', log) });
    await recordAudit(db, { at: new Date(), actor: { kind: 'operator' }, action, detail }).finally(() => db.destroy());
  } catch (error) {
    console.error(
      `stepcloud: this is not in the audit, since the database is out of reach: ${(error as Error).message}`,
    );
  }
}

/** Without asking for a database, since the keys must be in reach when it is not. */
async function findKeysFile(): Promise<string> {
  return (await loadConfig(withDatabase('postgres://none'))).keysFile;
}
