import { sql } from 'kysely';
import type { Database } from '../../src/db/database.ts';
import type { Gateway } from '../db/tenant.ts';

/**
 * All that is stored of what these gateways sent, as sorted lines: by names instead of ids, and without what tells which of
 * several messages with the same content came first.
 */
export async function stateOf(db: Database, gateways: readonly Gateway[]): Promise<string[]> {
  const ids = sql`${gateways.map(({ id }) => id)}::uuid[]`;
  const offices = sql`${gateways.map(({ officeId }) => officeId)}::uuid[]`;
  const { rows } = await sql<{ line: unknown }>`
    WITH gateways AS (SELECT id, n, 'gateway ' || n AS name FROM unnest(${ids}) WITH ORDINALITY AS given (id, n)),
      devices AS (
        SELECT *, jsonb_build_array(array_position(${offices}, office_id), key) AS name
        FROM device WHERE office_id = ANY (${offices})
      ),
      sensors AS (SELECT sensor.*, name || to_jsonb(sensor.label) AS name FROM sensor JOIN devices ON devices.id = device_id)
    SELECT jsonb_build_array('device', name, state, device_model_id, label, serial_number, registration_code, interface_name, network_address) AS line
    FROM devices
    UNION ALL SELECT jsonb_build_array('heard', devices.name, gateways.name)
    FROM device_gateway JOIN devices ON devices.id = device_id JOIN gateways ON gateways.id = gateway_id
    UNION ALL SELECT jsonb_build_array('sensor', name, unit, measure, visualization, value_type, declared_at IS NOT NULL)
    FROM sensors
    UNION ALL SELECT jsonb_build_array('reading', name, recorded_at, value) FROM reading JOIN sensors ON id = sensor_id
    UNION ALL SELECT jsonb_build_array('text', name, recorded_at, value) FROM reading_text JOIN sensors ON id = sensor_id
    UNION ALL SELECT jsonb_build_array('latest', name, recorded_at, value, text)
    FROM sensor_latest JOIN sensors ON id = sensor_id
    UNION ALL SELECT jsonb_build_array('event', name, event.id, recorded_at, started_at, type, outcome, attributes, encode(content_hash, 'hex'))
    FROM event JOIN devices ON devices.id = device_id
    UNION ALL SELECT jsonb_build_array('part', name, event_id, recorded_at, part.label, unit, kind, visualization, number, boolean, text, count, min, max, mean,
      encode(times, 'hex'), encode(values, 'hex'), encode(content_hash, 'hex'))
    FROM event_sensor AS part JOIN devices ON devices.id = device_id
    UNION ALL SELECT jsonb_build_array('log', name, event_id, recorded_at, level, log.label, data)
    FROM event_log AS log JOIN devices ON devices.id = device_id
    UNION ALL SELECT jsonb_build_array('setting', name, event_id, recorded_at, setting.label, data)
    FROM event_setting AS setting JOIN devices ON devices.id = device_id
    UNION ALL SELECT jsonb_build_array('status', name, received_at, state, software_version, hardware_version, buffered, oldest_buffered_at, dropped, clock_synced)
    FROM gateway_status JOIN gateways ON gateways.id = gateway_id
    UNION ALL SELECT jsonb_build_array('refused', name, code, path, detail, replace(topic, gateway_id::text, ''), device_key, encode(item, 'escape'))
    FROM dead_letter JOIN gateways ON gateways.id = gateway_id`.execute(db);
  return rows.map(({ line }) => JSON.stringify(line)).sort();
}
