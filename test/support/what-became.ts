import { sql } from 'kysely';
import type { Database } from '../../src/db/database.ts';

/** What there is of a device or under a ref, told in short texts that a table can list. */
export interface WhatBecame {
  /** What is stored of a device: values by label, an event and its parts, its registration and declared sensors. */
  stored(device: string): readonly string[];
  /** Dead letters under a ref, each as its code and path. */
  refused(ref: string): readonly string[];
}

interface Found {
  owner: string;
  what: string;
}

/** Everything that became of what gateways of an office sent. */
export async function whatBecameOf(db: Database, officeId: string): Promise<WhatBecame> {
  const { rows: stored } = await sql<Found>`
    WITH known AS (SELECT id, key, state FROM device WHERE office_id = ${officeId}),
      value AS (
        SELECT sensor_id, to_jsonb(value) AS value FROM reading
        UNION ALL SELECT sensor_id, to_jsonb(value) FROM reading_text
      ),
      part AS (
        SELECT device_id, 'sensor ' || label AS what FROM event_sensor
        UNION ALL SELECT device_id, 'log ' || label FROM event_log
        UNION ALL SELECT device_id, 'setting ' || label FROM event_setting
        UNION ALL SELECT device_id, 'event' FROM event
        UNION ALL SELECT device_id, 'declared ' || label FROM sensor WHERE declared_at IS NOT NULL
        UNION ALL SELECT device_id, label || '=' || value::text FROM value JOIN sensor ON sensor.id = sensor_id
        UNION ALL SELECT id, 'registered' FROM known WHERE state = 'active'
      )
    SELECT key AS owner, what FROM part JOIN known ON known.id = device_id`.execute(db);
  const { rows: refused } = await sql<Found>`
    SELECT ref AS owner, code || ' ' || path AS what FROM dead_letter JOIN gateway ON gateway.id = gateway_id
    WHERE office_id = ${officeId}`.execute(db);
  return { stored: group(stored), refused: group(refused) };
}

function group(rows: readonly Found[]) {
  const groups = new Map<string, string[]>();
  for (const { owner, what } of rows) groups.set(owner, [...(groups.get(owner) ?? []), what]);
  return (owner: string): readonly string[] => groups.get(owner)?.toSorted() ?? [];
}
