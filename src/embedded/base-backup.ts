import { Readable } from 'node:stream';
import { Client, type QueryResult } from 'pg';
import type { Log } from '../telemetry/log.ts';

/** The WAL that a backup needs to become consistent; it is part of it. */
export interface WalRange {
  timeline: number;
  start: string;
  /** Whatever was committed before this position is in the backup. */
  end: string;
}

/** The major version of a server, and about how much there is to back up. */
export async function describeServer(url: string): Promise<{ postgres: number; bytes: number }> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ postgres: number; bytes: number }>(`
      SELECT current_setting('server_version_num')::int / 10000 AS postgres, sum(pg_database_size(oid))::float8 AS bytes
      FROM pg_database`);
    return rows[0]!;
  } finally {
    await client.end();
  }
}

/**
 * Postgres verifies the checksums of all pages on the way, so that damaged ones make it fail. It need not wait for an
 * archive, should there be one, since the WAL comes along.
 */
const BASE_BACKUP = `BASE_BACKUP (LABEL 'stepcloud backup', CHECKPOINT 'fast', WAL, WAIT false, MANIFEST 'yes')`;

/**
 * A backup that Postgres makes of itself while it goes on working, as pg_basebackup asks for it. `write` is given the
 * bytes of one file after the other: `base.tar`, with all it needs to start, WAL included, and `backup_manifest`, by
 * which pg_verifybackup checks that.
 */
export async function takeBaseBackup(
  url: string,
  { write, log, signal }: { write: (file: string, bytes: Buffer) => Promise<void>; log: Log; signal: AbortSignal },
): Promise<WalRange> {
  const client = new Client({ connectionString: url, replication: 'true' } as object);
  client.on('error', () => {});
  client.on('notice', ({ severity, message }) => severity === 'WARNING' && log.warn(message));
  try {
    await client.connect();
    // Keeps the WAL, however much is written meanwhile; it goes with the connection.
    await client.query(`CREATE_REPLICATION_SLOT stepcloud_backup_${process.pid} TEMPORARY PHYSICAL (RESERVE_WAL)`);
    const { messages, answer } = startCopy(client, BASE_BACKUP, signal);
    for await (const { file, bytes } of readPieces(messages)) await write(file, bytes);
    return walRangeOf(await answer);
  } finally {
    await client.end();
  }
}

/** Runs a command that answers with messages of COPY; Postgres waits while nobody reads them. */
function startCopy(client: Client, command: string, signal: AbortSignal) {
  const { stream } = client.connection;
  const messages = new Readable({ objectMode: true, signal, read: () => void stream.resume() });
  client.connection.on('copyData', ({ chunk }: { chunk: Buffer }) => {
    // A copy, since pg uses its buffer again.
    if (!messages.push(Buffer.from(chunk))) stream.pause();
  });
  const answer = client.query(command) as unknown as Promise<QueryResult[]>;
  answer.then(
    () => messages.push(null),
    (error) => messages.destroy(error),
  );
  return { messages: messages as AsyncIterable<Buffer>, answer };
}

/** See BASE_BACKUP in "Streaming Replication Protocol" of the manual of Postgres. */
async function* readPieces(messages: AsyncIterable<Buffer>): AsyncGenerator<{ file: string; bytes: Buffer }> {
  let file = '';
  for await (const message of messages) {
    const [kind, bytes] = [String.fromCharCode(message[0] as number), message.subarray(1)];
    if (kind === 'n') file = bytes.toString('utf8', 0, bytes.indexOf(0));
    else if (kind === 'm') file = 'backup_manifest';
    else if (kind === 'd') yield { file, bytes };
    // What remains, 'p', tells of its progress.
  }
}

/** It tells where it began, of its tablespaces, and where it ended. */
function walRangeOf([began, , ended]: QueryResult[]): WalRange {
  return { timeline: Number(began?.rows[0].tli), start: began?.rows[0].recptr, end: ended?.rows[0].recptr };
}
