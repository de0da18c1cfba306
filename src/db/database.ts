import { Circuit, PROBE_TIMEOUT_MS } from './circuit';
import { hasEnded, keepEndedSession } from './ended-sessions';
import {
  CallRefused,
  ConstraintViolation,
  DatabaseOutdated,
  DatabaseUnavailable,
  SessionEnded,
} from './errors';
import { FUNCTIONS, type FunctionName, type FunctionTypes, SCHEMA } from './functions';
import { type NeonSettings, neonPort } from './neon';
import { type Port, PostgresError } from './port';
import { AGE, REPLICA_TIMEOUT_MS, Replica, STAMP } from './replica';
import { isContention, retry } from './retry';
import { askOnce, type Server } from './round-trip';

/** Who is calling: both null for an anonymous reader, both set once a token was verified. */
export interface Caller {
  user: number | null;
  session: string | null;
}

export interface DatabaseSettings extends NeonSettings {
  DATABASE_TIMEOUT_MS: number;
  DATABASE_READ_URL?: string | undefined;
  DATABASE_READ_LAG_SECONDS?: number;
}

/** The database for one request, with what its calls have done so far. The server is the primary. */
export interface Database extends Server {
  readonly replica: Replica | undefined;
  readonly timeout_ms: number;
  round_trips: number;
  /** Whether what is read may be as old as what the replica shows. */
  mayLag: boolean;
  /** Whether a function was called that writes. */
  hasWritten: boolean;
  /** How old what was read may be; undefined when it came from the primary. */
  age_ms: number | undefined;
}

/** A server that is not Cloudflare's brings its own connections to the database and its replica; the Worker has none. */
export interface PortBinding {
  DATABASE?: Port;
  DATABASE_READ?: Port;
}

const circuits = new WeakMap<Port, Circuit>();
const replicas = new WeakMap<Port, Replica>();

/** Opens the database for one request. */
export function openDatabase(settings: DatabaseSettings, ports: PortBinding = {}): Database {
  const port = ports.DATABASE ?? neonPort(settings);
  return {
    port,
    circuit: getOrCreate(circuits, port, () => new Circuit()),
    replica: openReplica(settings, ports),
    timeout_ms: settings.DATABASE_TIMEOUT_MS,
    round_trips: 0,
    mayLag: false,
    hasWritten: false,
    age_ms: undefined,
  };
}

function openReplica(settings: DatabaseSettings, { DATABASE_READ }: PortBinding): Replica | undefined {
  const { DATABASE_READ_URL, DATABASE_READ_LAG_SECONDS = 0 } = settings;
  if (DATABASE_READ_URL === undefined) return undefined;
  const port = DATABASE_READ ?? neonPort({ ...settings, DATABASE_URL: DATABASE_READ_URL });
  return getOrCreate(replicas, port, () => new Replica(port, DATABASE_READ_LAG_SECONDS * 1_000));
}

/** The value of a map for a key, which is made the first time. */
function getOrCreate<Key, Value>(
  map: { get(key: Key): Value | undefined; set(key: Key, value: Value): unknown },
  key: Key,
  make: () => Value,
): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

/** What a function answers. */
export type Answer<Name extends FunctionName> = FunctionTypes[Name]['answer'];
/** The values of a function's arguments, without the caller. One that is left out or undefined is sent as null. */
export type Values<Name extends FunctionName> = FunctionTypes[Name]['values'];

/**
 * Calls one function of `drizzle/functions` in one round trip; `callAs` does so for a caller. The call is repeated up to twice:
 * of a function that only reads when the outcome is unknown, of one that writes only when Postgres said that nothing was done.
 * While the circuit is open, most calls are not sent. A read that may lag goes to the replica; what is no answer there is asked
 * of the primary. The type of an answer in JSON is not checked. Its statements are the only SQL of the Worker. Throws the
 * errors of `db/errors`.
 */
export async function call<Name extends FunctionName>(
  db: Database,
  name: Name,
  values: Values<Name>,
): Promise<Answer<Name>> {
  const given = values as { session?: string | null; [argument: string]: unknown };
  const { session } = given;
  if (session && hasEnded(session)) throw new SessionEnded();
  const { reads, names } = FUNCTIONS[name];
  const params = names.map((argument) => parameterOf(given[argument]));
  const began_ms = Date.now();
  const called = textOf(name, names);
  if (!reads) db.hasWritten = true;
  const replica = reads && db.mayLag ? db.replica : undefined;
  const place = replica?.choose(began_ms);
  if (replica && place === 'replica') {
    const found = await askReplica(db, replica, `SELECT ${AGE}, ${called}`, params);
    if (found !== null) return found as Answer<Name>;
  }
  const text = place === 'stamp' ? `SELECT ${called}, ${STAMP}` : `SELECT ${called}`;
  try {
    return (await askPrimary(db, text, params, reads, began_ms)) as Answer<Name>;
  } catch (error) {
    if (session && error instanceof SessionEnded) keepEndedSession(session);
    throw error;
  }
}

async function askPrimary(
  db: Database,
  text: string,
  params: unknown[],
  reads: boolean,
  began_ms: number,
): Promise<unknown> {
  const admission = db.circuit.admit(Date.now());
  if (admission === 'refuse') throw new DatabaseUnavailable(undefined);
  const isProbe = admission === 'probe';
  const deadline = began_ms + (isProbe ? Math.min(PROBE_TIMEOUT_MS, db.timeout_ms) : db.timeout_ms);
  try {
    const [answer] = await retry(
      () => askOnce(db, db, text, params, deadline - Date.now(), isProbe),
      (error) => Date.now() < deadline && (isProbe || !db.circuit.isOpen) && isRetryable(error, reads),
    );
    return answer;
  } catch (error) {
    throw translate(error);
  }
}

/**
 * What the replica answers to a read. Null when that does not count: it lags, or failed, or has no such thing (which the
 * primary may have), or does not know the session (which may be new).
 */
async function askReplica(db: Database, replica: Replica, text: string, params: unknown[]): Promise<unknown> {
  const began_ms = Date.now();
  const admission = replica.circuit.admit(began_ms);
  if (admission === 'refuse') return null;
  const timeout_ms = Math.min(REPLICA_TIMEOUT_MS, db.timeout_ms);
  try {
    const [age_ms, answer] = await askOnce(db, replica, text, params, timeout_ms, admission === 'probe');
    if (!replica.accept(age_ms, Date.now()) || answer === null) return null;
    db.age_ms = Math.max(age_ms, 0);
    return answer;
  } catch (error) {
    const now_ms = Date.now();
    // For calls that wait in vain there is the circuit, so that one slow search does not count as a failure.
    if (isReplicaFault(error) && now_ms - began_ms < timeout_ms / 2) replica.leaveOut(now_ms);
    return null;
  }
}

/** Calls a function on behalf of a caller. */
export const callAs = <Name extends FunctionName>(
  db: Database,
  { session, user }: Caller,
  name: Name,
  values: Values<Name>,
): Promise<Answer<Name>> => call(db, name, { ...values, session, caller: user } as Values<Name>);

/** Objects become JSON; the driver turns arrays into those of Postgres. */
const parameterOf = (value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? JSON.stringify(value)
    : (value ?? null);

const texts = new Map<FunctionName, string>();

/** The call itself. Arguments stand in their order: Postgres takes longer to look up named ones. */
const textOf = (name: FunctionName, names: readonly string[]) =>
  getOrCreate(texts, name, () => `${SCHEMA}.${name}(${names.map((_, i) => `$${i + 1}`).join(', ')})`);

const SESSION_ENDED = 'LG401';
/** No such schema, function, table, column or type, or no right to use it: it is not the database of this release. */
const OUTDATED = new Set(['3F000', '42883', '42P01', '42703', '42704', '42501']);
/**
 * The classes of PostgreSQL's appendix A that no statement and no value of ours brings about: connection, prepared
 * statements mixed up by a pooler, a transaction that may only read, authorization, no such database, rollback, resources,
 * state of an object, intervention of an operator, snapshots, system, configuration, internal errors.
 */
const OUTAGES = new Set(['08', '25', '26', '28', '3D', '40', '53', '55', '57', '58', '72', 'F0', 'XX']);

const isRetryable = (error: unknown, reads: boolean) =>
  error instanceof PostgresError && (isContention(error.code) || (reads && isOutage(error)));

/** Whether a replica failed, and not the call: a new session, and a read that the replay of a change cancelled, are no failures. */
const isReplicaFault = (error: unknown) =>
  !(error instanceof PostgresError) || !(error.code === SESSION_ENDED || isContention(error.code));

/** No code means that Postgres was not reached. */
const isOutage = ({ code, http_status }: PostgresError) =>
  code === undefined ? http_status === undefined : OUTAGES.has(code.slice(0, 2));

/** The driver's own errors must not leave this file: their messages may hold SQL, hosts or values. */
function translate(error: unknown): Error {
  if (!(error instanceof PostgresError)) return error as Error;
  const { code, constraint, http_status } = error;
  if (code === SESSION_ENDED) return new SessionEnded();
  if (code?.startsWith('23') && constraint) return new ConstraintViolation(constraint);
  if (code !== undefined && OUTDATED.has(code)) return new DatabaseOutdated(code);
  if (isOutage(error)) return new DatabaseUnavailable(code);
  return new CallRefused(http_status ? { http_status } : { sql_state: code });
}
