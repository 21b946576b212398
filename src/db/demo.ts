import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { findModel } from './catalogue.ts';
import type { Db } from './database.ts';

export const DEMO_EMAIL = 'demo@stepcloud.example';
const DEMO_CUSTOMER = 'Demo workshop';

export interface DemoTenant {
  customerId: string;
  officeId: string;
}

export interface DemoDevice {
  key: string;
  label: string;
  /** An identifier of the catalogue; empty for none. */
  model: string;
  sensors: readonly {
    label: string;
    unit: string;
    measure: 'gauge' | 'counter' | 'state';
    visualization: 'default' | 'line' | 'scatter' | 'bar';
    valueType: 'number' | 'boolean' | 'string';
  }[];
}

/** The demo customer with its office, made where it is missing. Call it under a lock: names need not be unique. */
export async function ensureDemoTenant(db: Db): Promise<DemoTenant> {
  const present = await db
    .selectFrom('customer')
    .innerJoin('office', 'office.customer_id', 'customer.id')
    .where('customer.name', '=', DEMO_CUSTOMER)
    .orderBy('office.created_at')
    .select(['customer.id as customerId', 'office.id as officeId'])
    .executeTakeFirst();
  if (present) return present;
  const customerId = uuid();
  const officeId = uuid();
  await db.insertInto('customer').values({ id: customerId, name: DEMO_CUSTOMER }).execute();
  await db
    .insertInto('office')
    .values({ id: officeId, customer_id: customerId, name: 'Workshop', time_zone: 'Europe/Berlin' })
    .execute();
  return { customerId, officeId };
}

export async function findDemoUser(db: Db): Promise<string | undefined> {
  const row = await db.selectFrom('user').where('email', '=', DEMO_EMAIL).select('id').executeTakeFirst();
  return row?.id;
}

/** The manager of the demo customer, with this password from now on. */
export async function setDemoUser(db: Db, { customerId }: DemoTenant, passwordHash: string): Promise<void> {
  await db
    .insertInto('user')
    .values({ id: uuid(), email: DEMO_EMAIL, password_hash: passwordHash, first_name: 'Demo', last_name: 'Manager' })
    .onConflict((conflict) => conflict.column('email').doUpdateSet({ password_hash: passwordHash }))
    .execute();
  const id = await findDemoUser(db);
  await db
    .insertInto('membership')
    .values({ id: uuid(), user_id: id as string, customer_id: customerId, office_id: null, role: 'manager' })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The n-th gateway of the demo customer, made where it is missing. Beyond the first each has an office of its own. */
export async function ensureDemoGateway(
  db: Db,
  tenant: DemoTenant,
  n: number,
): Promise<{ gatewayId: string; officeId: string }> {
  const label = n === 1 ? 'Demo gateway' : `Demo gateway ${n}`;
  const present = await db
    .selectFrom('gateway')
    .where('customer_id', '=', tenant.customerId)
    .where('label', '=', label)
    .where('deleted_at', 'is', null)
    .select(['id as gatewayId', 'office_id as officeId'])
    .executeTakeFirst();
  if (present) return present;
  let { officeId } = tenant;
  if (n > 1) {
    officeId = uuid();
    const name = `Workshop ${n}`;
    await db.insertInto('office').values({ id: officeId, customer_id: tenant.customerId, name }).execute();
  }
  const gatewayId = uuid();
  await db
    .insertInto('gateway')
    .values({
      id: gatewayId,
      customer_id: tenant.customerId,
      office_id: officeId,
      label,
      software_version: 'simulator',
    })
    .execute();
  return { gatewayId, officeId };
}

/** Registers devices with their sensors, active; returns the id of each by its key. */
export async function ensureDemoDevices(
  db: Db,
  { customerId, officeId }: DemoTenant,
  devices: readonly DemoDevice[],
): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const { key, label, model, sensors } of devices) {
    const modelId = (await findModel(db, model)) ?? null;
    await db
      .insertInto('device')
      .values({
        id: uuid(),
        customer_id: customerId,
        office_id: officeId,
        key,
        label,
        state: 'active',
        device_model_id: modelId,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const { id } = await db
      .selectFrom('device')
      .where('office_id', '=', officeId)
      .where('key', '=', key)
      .select('id')
      .executeTakeFirstOrThrow();
    ids.set(key, id);
    for (const sensor of sensors) {
      await sql`
        INSERT INTO sensor (device_id, label, unit, value_type, measure, visualization)
        VALUES (${id}, ${sensor.label}, ${sensor.unit || null}, ${sensor.valueType}, ${sensor.measure}, ${sensor.visualization})
        ON CONFLICT DO NOTHING`.execute(db);
    }
  }
  return ids;
}
