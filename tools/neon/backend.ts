export interface Field {
  name: string;
  dataTypeID: number;
  tableID: number;
  columnID: number;
  dataTypeSize: number;
  dataTypeModifier: number;
  format: 'text';
}

/** One statement; parameters are in Postgres' text format, as the driver sends them. */
export interface Query {
  text: string;
  params?: (string | null)[];
}

/** `command` is the first word of the command tag ('' for an empty query), `rowCount` its number if it has one. */
export interface Answer {
  fields: Field[];
  rows: (string | null)[][];
  command: string;
  rowCount: number | null;
}

export const ISOLATION_LEVELS = {
  ReadUncommitted: 'READ UNCOMMITTED',
  ReadCommitted: 'READ COMMITTED',
  RepeatableRead: 'REPEATABLE READ',
  Serializable: 'SERIALIZABLE',
} as const;
export type Isolation = keyof typeof ISOLATION_LEVELS;

/** One connection, used by one caller at a time. */
export interface Session {
  query(query: Query): Promise<Answer>;
  /** Runs a script of any number of statements; throws a DatabaseError. */
  execute(sql: string): Promise<void>;
}

export interface TransactionOptions {
  isolation?: Isolation | undefined;
  readOnly?: boolean;
  deferrable?: boolean;
  /** Called with every answer before COMMIT; throwing rolls back. */
  beforeCommit?: (answers: Answer[], session: Session) => void | Promise<void>;
  signal?: AbortSignal | undefined;
}

/** Every method throws a DatabaseError for what Postgres refuses, and an Error when it can't be reached. */
export interface Backend {
  query(query: Query, signal?: AbortSignal): Promise<Answer>;
  /** Runs all queries in one transaction; the first error rolls all of them back. */
  transaction(queries: Query[], options?: TransactionOptions): Promise<Answer[]>;
  execute(sql: string): Promise<void>;
  /** Exclusive use of one connection, which is reset afterwards: transactions, advisory locks, settings. */
  session<T>(work: (session: Session) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** The fields that the driver copies to its NeonDbError. */
export const ERROR_FIELDS = [
  'severity',
  'code',
  'detail',
  'hint',
  'position',
  'internalPosition',
  'internalQuery',
  'where',
  'schema',
  'table',
  'column',
  'dataType',
  'constraint',
  'file',
  'line',
  'routine',
] as const;
export type ErrorFields = Partial<Record<(typeof ERROR_FIELDS)[number], string | undefined>>;

/** An error that Postgres answered. */
export class DatabaseError extends Error {
  override name = 'DatabaseError';
  readonly fields: ErrorFields;

  constructor(message: string, fields: ErrorFields) {
    super(message);
    this.fields = fields;
  }

  get code(): string | undefined {
    return this.fields.code;
  }
}

// What Neon's proxy sends before a pooled connection serves the next request
// (libs/proxy/tokio-postgres2 `reset_session_background`).
export const RESET_SESSION = `ROLLBACK; CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; DEALLOCATE ALL;
UNLISTEN *; SELECT pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES`;

const PLAIN_COMMANDS = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'MERGE']);
const SESSION_STATE = /set_config|advisory|\btemp(?:orary)?\b/i;

/** Whether a query can leave state on its connection, which then has to be reset. Neon resets after every query. */
export function leavesState(query: Query, answer: Answer | undefined): boolean {
  return SESSION_STATE.test(query.text) || (answer !== undefined && !PLAIN_COMMANDS.has(answer.command));
}

export async function runTransaction(
  session: Session,
  queries: Query[],
  { isolation, readOnly, deferrable, beforeCommit }: TransactionOptions,
): Promise<Answer[]> {
  const modes = [
    isolation && `ISOLATION LEVEL ${ISOLATION_LEVELS[isolation]}`,
    readOnly && 'READ ONLY',
    deferrable && 'DEFERRABLE',
  ].filter(Boolean);
  await session.execute(`START TRANSACTION ${modes.join(', ')}`);
  try {
    const answers: Answer[] = [];
    for (const query of queries) answers.push(await session.query(query));
    await beforeCommit?.(answers, session);
    await session.execute('COMMIT');
    return answers;
  } catch (error) {
    // A broken connection has rolled back by itself; the first error is the one to report.
    await session.execute('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
