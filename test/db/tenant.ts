import { randomUUID } from 'node:crypto';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { registerProcess } from '../../src/db/processes.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createDatabase } from '../support/database.ts';

export interface Home {
  readonly customerId: string;
  readonly officeId: string;
}

export interface Gateway extends Home {
  readonly id: string;
}

/** A migrated database of a test's own. */
export interface Own {
  readonly url: string;
  readonly db: Database;
  /** Another pool on it, with settings of its sessions as in PGOPTIONS. */
  open(options?: string, poolSize?: number): Database;
  createHome(customerId?: string): Promise<Home>;
  createGateway(home?: Home): Promise<Gateway>;
  /** A device that a user has approved. */
  createDevice(home: Home, key?: string): Promise<string>;
  /** A broker that lives. */
  createProcess(leaseMs?: number): Promise<string>;
  createSensor(deviceId: string, label: string, valueType?: 'number' | 'boolean' | 'string'): Promise<number>;
  close(): Promise<void>;
}

export async function ownDatabase(poolSize = 4): Promise<Own> {
  const { url, drop } = await createDatabase();
  const log = createLog('test', { level: 'silent', pretty: false });
  const opened: Database[] = [];
  const open: Own['open'] = (options, size = 2) => {
    const db = openDatabase({ url, poolSize: size, log, ...(options === undefined ? {} : { options }) });
    opened.push(db);
    return db;
  };
  const db = open(undefined, poolSize);

  const own: Own = {
    url,
    db,
    open,

    async createHome(customerId) {
      const home = { customerId: customerId ?? randomUUID(), officeId: randomUUID() };
      if (!customerId) await db.insertInto('customer').values({ id: home.customerId, name: 'A customer' }).execute();
      await db
        .insertInto('office')
        .values({ id: home.officeId, customer_id: home.customerId, name: 'An office' })
        .execute();
      return home;
    },

    async createGateway(home) {
      const gateway = { id: randomUUID(), ...(home ?? (await own.createHome())) };
      await db
        .insertInto('gateway')
        .values({ id: gateway.id, customer_id: gateway.customerId, office_id: gateway.officeId })
        .execute();
      return gateway;
    },

    async createDevice({ customerId, officeId }, key = randomUUID()) {
      const id = randomUUID();
      const names = { id, customer_id: customerId, office_id: officeId, key };
      await db
        .insertInto('device')
        .values({ ...names, state: 'active' })
        .execute();
      return id;
    },

    async createProcess(leaseMs = 3_600_000) {
      const id = randomUUID();
      await registerProcess(db, { id, role: 'broker', version: '1.2.3', host: 'here' }, 0, leaseMs);
      return id;
    },

    async createSensor(deviceId, label, valueType = 'number') {
      const { id } = await db
        .insertInto('sensor')
        .values({ device_id: deviceId, label, value_type: valueType })
        .returning('id')
        .executeTakeFirstOrThrow();
      return id;
    },

    async close() {
      for (const pool of opened) await pool.destroy();
      await drop();
    },
  };
  return own;
}
