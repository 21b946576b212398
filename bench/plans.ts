import { CompiledQuery, Kysely, PostgresDialect, sql } from 'kysely';
import { createPool, type Database } from '../src/db/database.ts';
import type { DB } from '../src/db/schema.gen.ts';
import type { Log } from '../src/telemetry/log.ts';

/** A database that remembers what it was asked. */
export interface Recorded {
  readonly db: Database;
  /** The queries of this work, as they were sent. */
  record(work: (db: Database) => Promise<unknown>): Promise<CompiledQuery[]>;
}

export function openRecorded(url: string, log: Log): Recorded {
  let queries: CompiledQuery[] = [];
  const db = new Kysely<DB>({
    dialect: new PostgresDialect({ pool: createPool({ url, poolSize: 1, log }) }),
    log: ({ query }) => {
      queries.push(query);
    },
  });
  return {
    db,
    async record(work) {
      queries = [];
      await work(db);
      return queries.filter((query) => /^\s*(SELECT|WITH|\()/i.test(query.sql));
    },
  };
}

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Loops'?: number;
  Plans?: Plan[];
}

/** What the plan of a query does to tables: which it touches, and which of them it reads from end to end. */
export interface Touched {
  readonly tables: ReadonlySet<string>;
  readonly scanned: ReadonlySet<string>;
}

/** Runs the queries again and looks at their plans; a table that a plan names and never reads counts as not touched. */
export async function explain(db: Database, queries: readonly CompiledQuery[]): Promise<Touched> {
  const [tables, scanned] = [new Set<string>(), new Set<string>()];
  const walk = (plan: Plan): void => {
    const table = plan['Relation Name'];
    if (table && (plan['Actual Loops'] ?? 0) > 0) {
      tables.add(table);
      if (plan['Node Type'] === 'Seq Scan') scanned.add(table);
    }
    plan.Plans?.forEach(walk);
  };
  for (const { sql: text, parameters } of queries) {
    const query = CompiledQuery.raw(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, [...parameters]);
    const { rows } = await db.executeQuery<{ 'QUERY PLAN': { Plan: Plan }[] }>(query);
    for (const { Plan } of rows[0]?.['QUERY PLAN'] ?? []) walk(Plan);
  }
  return { tables, scanned };
}

/** Tables that are too large to be read from end to end. */
export async function listLargeTables(db: Database): Promise<Set<string>> {
  const { rows } = await sql<{ name: string }>`
    SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND reltuples > 20000`.execute(db);
  return new Set(rows.map(({ name }) => name));
}
