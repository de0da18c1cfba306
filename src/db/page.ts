import { type Answer, type Caller, callAs, type Database, type Values } from './database';
import type {
  CountStretch,
  EventStretch,
  FunctionName,
  NameStretch,
  ReportStretch,
  SessionStretch,
  TimeStretch,
} from './functions';
import type { Listed } from './json';

/** Where a page starts: after a row's key, or at the end of the list when `key` is null. */
export interface Cursor {
  backwards: boolean;
  /** The row of `key` itself belongs to the page, if it is still there. */
  inclusive: boolean;
  key: (string | number)[] | null;
}

/** Which page of a list by `key` is asked for. */
export interface PageRequest<Stretch extends string> {
  key: Key<Stretch>;
  limit: number;
  skip: number;
  order: 'asc' | 'desc';
  cursor: Cursor | null;
  total: boolean;
}

export interface Page<Item> {
  items: Item[];
  next: Cursor | null;
  prev: Cursor | null;
  /** Null when it was not asked for, or when there are more than `COUNTED_MAX` rows and no counter of them. */
  total: number | null;
}

/** The type of one part of a key; a flag is `t` or `f`, as Postgres writes it. */
export type KeyKind = 'flag' | 'time' | 'id' | 'count' | 'text' | 'uuid';

/** What a list is sorted by. `Stretch` is the type in which the database takes a stretch of it (drizzle/functions/_keys.sql). */
export interface Key<Stretch extends string> {
  kinds: readonly KeyKind[];
  /** For the compiler only. */
  stretch?: Stretch;
}

export const BY_TIME: Key<TimeStretch> = { kinds: ['time', 'id'] };
export const BY_VOTES: Key<CountStretch> = { kinds: ['count', 'id'] };
export const BY_VERSION: Key<CountStretch> = { kinds: ['count'] };
export const BY_USE: Key<NameStretch> = { kinds: ['count', 'text'] };
/** What happened, of whatever kind. */
export const BY_EVENT: Key<EventStretch> = { kinds: ['time', 'text', 'id'] };
export const BY_STATUS: Key<ReportStretch> = { kinds: ['flag', 'time', 'id'] };
export const BY_SIGN_IN: Key<SessionStretch> = { kinds: ['time', 'uuid'] };

/** The rows of a list from `low` on that come before `high`. */
interface Bounds {
  low: Part[];
  high: Part[];
}

type Part = string | number | bigint;

/** The most rows that are counted for a `total`, so that no list costs more. */
const COUNTED_MAX = 10_000;

/** The bounds of every kind. The last part of a key needs no upper one. */
const LEAST: Record<KeyKind, Part> = {
  flag: 'f',
  time: '-infinity',
  id: 0,
  count: -(2n ** 63n),
  text: '',
  uuid: '',
};
const MOST: Partial<Record<KeyKind, Part>> = { flag: 't', time: 'infinity', count: 2n ** 63n - 1n };

/** The whole of a list by time, or what lies from `since` to `until`, both included. */
export function spanOf({ since, until }: { since?: string | undefined; until?: string | undefined }): Bounds {
  return { low: [since ?? '-infinity', 0], high: [until === undefined ? 'infinity' : justAfter(until), 0] };
}

/** The next millisecond: times are stored no finer. */
export function justAfter(time: string): string {
  const next = new Date(Date.parse(time) + 1).toISOString();
  // A year of five digits, which no post has.
  return next.startsWith('+') ? 'infinity' : next;
}

/** The whole of a list, to be counted. */
export const wholeOf = <Stretch extends string>(key: Key<Stretch>, bounds: Bounds): Stretch =>
  stretchOf(key, bounds, { ascending: false, rows: COUNTED_MAX + 1 });

/** A stretch as Postgres reads it: a row of its bounds, the direction, and how many rows. */
function stretchOf<Stretch extends string>(
  { kinds }: Key<Stretch>,
  { low, high }: Bounds,
  { ascending, rows, skip = 0 }: { ascending: boolean; rows: number; skip?: number },
): Stretch {
  // A key of one part is compared by it alone.
  const padding = kinds.length === 1 ? [0] : [];
  const parts = [...low, ...padding, ...high, ...padding, ascending ? 't' : 'f', rows, skip];
  return `(${parts.map((part) => (typeof part === 'string' ? quote(part) : part)).join(',')})` as Stretch;
}

const quote = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '""')}"`;

const everything = ({ kinds }: Key<string>): Bounds => ({
  low: kinds.map((kind) => LEAST[kind]),
  high: kinds.map((kind) => MOST[kind] ?? LEAST[kind]),
});

/** The least key that is greater than `key`. */
function successor(kinds: readonly KeyKind[], key: Part[]): Part[] {
  const kind = kinds.at(-1);
  const last = key.at(-1) ?? 0;
  return [...key.slice(0, -1), kind === 'text' || kind === 'uuid' ? `${last}\u0001` : BigInt(last) + 1n];
}

/** The stretches of a list that a request is about: `before` is what is on the other side of where its page starts. */
function stretchesOf<Stretch extends string>(
  { key, limit, skip, order, cursor, total }: PageRequest<Stretch>,
  bounds: Bounds,
): { page: Stretch; before: Stretch | null; whole: Stretch | null } {
  const ascending = (order === 'asc') !== (cursor?.backwards ?? false);
  const reading = { ascending, rows: limit + 1, skip };
  const whole = total ? wholeOf(key, bounds) : null;
  if (!cursor?.key) {
    // Whatever is skipped comes before.
    const before = skip > 0 ? stretchOf(key, bounds, { ascending, rows: 1 }) : null;
    return { page: stretchOf(key, bounds, reading), before, whole };
  }
  const start = cursor.inclusive === ascending ? cursor.key : successor(key.kinds, cursor.key);
  const below = { low: bounds.low, high: start };
  const above = { low: start, high: bounds.high };
  const [inside, outside] = ascending ? [above, below] : [below, above];
  const before = stretchOf(key, outside, { ascending: !ascending, rows: 1 });
  return { page: stretchOf(key, inside, reading), before, whole };
}

/** The functions that answer one page of a list. */
type ListName = {
  [Name in FunctionName]: Values<Name> extends { page: string } ? Name : never;
}[FunctionName];

/** The arguments that a route gives. With a `whole` of its own, the total counts another list than the page is of. */
export type Filters<Name extends ListName> = Omit<Values<Name>, 'page' | 'before'>;

/** What such a function answers, with a page in place of the rows and their keys. */
type Paged<Answered> =
  Answered extends Listed<infer Item> ? Page<Item> & Omit<Answered, keyof Listed<Item>> : Answered;

/**
 * One page of a list, in one call, with whatever else the function answers. `filters` are its other arguments, `bounds` those
 * of the list if it is not the whole one.
 */
export async function listPage<Name extends ListName>(
  db: Database,
  caller: Caller,
  name: Name,
  request: PageRequest<Values<Name>['page']>,
  filters: Filters<Name>,
  bounds = everything(request.key),
): Promise<Paged<Answer<Name>>> {
  refuseLag(db, request);
  const values = { ...stretchesOf(request, bounds), ...filters };
  const listed = (await callAs(db, caller, name, values as never)) as Listed<unknown> | null;
  return (listed && toPage(listed, request)) as Paged<Answer<Name>>;
}

/**
 * A page that starts beside a row of the last seconds comes from the primary: the replica may not have the rows around it yet,
 * and the client would miss them.
 */
function refuseLag(db: Database, { key, cursor }: PageRequest<string>): void {
  if (!db.mayLag || !db.replica || !cursor?.key || key.kinds[0] !== 'time') return;
  const age_ms = Date.now() - Date.parse(String(cursor.key[0]));
  if (age_ms < db.replica.window_ms) db.mayLag = false;
}

const isKey = (key: Listed<unknown>['first']): key is (string | number)[] =>
  key?.every((part) => part !== null) === true;

/** Says where the neighbours start. */
function toPage(
  { items, first, last, more, beyond, ...rest }: Listed<unknown>,
  { cursor }: PageRequest<string>,
): Page<unknown> {
  const backwards = cursor?.backwards ?? false;
  const [start, end] = backwards ? [last, first] : [first, last];
  if (backwards) items.reverse();
  const before = backwards ? more : beyond;
  const after = backwards ? beyond : more;
  const empty = cursor?.key
    ? { key: cursor.key, inclusive: !cursor.inclusive }
    : { key: null, inclusive: false };
  const neighbour = (toward: boolean, key: Listed<unknown>['first']) =>
    isKey(key) ? { backwards: toward, inclusive: false, key } : { backwards: toward, ...empty };
  return {
    ...rest,
    items,
    next: after ? neighbour(false, end) : null,
    prev: before ? neighbour(true, start) : null,
  };
}
