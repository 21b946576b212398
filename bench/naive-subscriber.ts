import { connectAsync } from 'mqtt';
import pg from 'pg';

/** What many begin with: a script that subscribes and inserts each message as it comes. */
const [url, databaseUrl] = process.argv.slice(2) as [string, string];
const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 });
await pool.query('CREATE TABLE naive (topic text, recorded_at timestamptz, label text, value float8)');
const client = await connectAsync(url);
client.on('message', (topic, payload) => {
  const { ts, values } = JSON.parse(payload.toString()) as { ts: number; values: Record<string, number> };
  for (const [label, value] of Object.entries(values)) {
    void pool.query('INSERT INTO naive VALUES ($1, $2, $3, $4)', [topic, new Date(ts), label, value]);
  }
});
await client.subscribeAsync('#', { qos: 1 });
process.send?.('ready');
process.once('disconnect', () => process.exit());
