import type { Context } from 'hono';
import { decodeBase64Url } from 'hono/utils/encode';
import type { Cursor, Key, KeyKind, Page, PageRequest } from '../db/page';
import { linkTo, uriReference } from '../header-values';
import { invalidInput } from '../problems';
import { isBlank, isUnicodeText } from '../schemas/characters';
import { LIMIT_DEFAULT, type PageQuery } from '../schemas/page';
import { givenParameters } from './query';

const VERSION = 1;
/** Parameters that choose a page. All others are filters of the list. */
const PAGE_PARAMETERS = new Set(['limit', 'cursor', 'skip', 'total']);
/** Those of them that a cursor replaces. */
const START_PARAMETERS = new Set(['cursor', 'skip']);

/** The page that was asked for, and the list that it belongs to. */
export interface ListRequest<Stretch extends string> extends PageRequest<Stretch> {
  list: List;
}

interface List {
  path: string;
  /** Its parameters as they were written, but for those that say where a page starts. */
  query: string[];
  /** Identifies the list, with its filters and order: a cursor is valid for one list only. */
  scope: string;
}

/**
 * Reads which page a request asks for. Without `limit`, a page of given `ids` holds all of them. Throws a 422 if the cursor is
 * malformed or from another list.
 */
export function pageRequest<Stretch extends string>(
  c: Context,
  query: PageQuery & { ids?: number[] | undefined },
  key: Key<Stretch>,
  order: 'asc' | 'desc' = 'desc',
): ListRequest<Stretch> {
  if (query.cursor !== undefined && query.skip !== undefined) {
    throw invalidInput({ path: 'skip', code: 'conflict', message: 'cannot be combined with cursor' });
  }
  const list = listOf(c);
  return {
    list,
    key,
    limit: query.limit ?? query.ids?.length ?? LIMIT_DEFAULT,
    skip: query.skip ?? 0,
    order: query.order ?? order,
    cursor: query.cursor === undefined ? null : decode(query.cursor, list.scope, key.kinds),
    total: query.total,
  };
}

/** Answers a page, with `Link` headers to its neighbours (RFC 8288). */
export function pageResponse<Item>(
  c: Context,
  { list, limit, total: isCounted }: ListRequest<string>,
  { items, next, prev, total }: Page<Item>,
) {
  const next_cursor = next && encode(next, list.scope);
  const prev_cursor = prev && encode(prev, list.scope);
  const links = [link(list, next_cursor, 'next'), link(list, prev_cursor, 'prev')].filter(
    (entry) => entry !== null,
  );
  if (links.length > 0) c.header('Link', links.join(', '));
  return c.json({ data: items, page: { limit, next_cursor, prev_cursor, ...(isCounted && { total }) } }, 200);
}

/** Where a page, the first one and its neighbours are, without the host; null where there is none. */
export function pageAddresses({ list, cursor }: ListRequest<string>, { next, prev }: Page<unknown>) {
  const address = (start: Cursor | null) => uriReference(pathOf(list, start && encode(start, list.scope)));
  return {
    self: address(cursor),
    first: address(null),
    next: next && address(next),
    prev: prev && address(prev),
  };
}

function pathOf({ path, query }: List, cursor: string | null): string {
  const parameters = cursor === null ? query : [...query, `cursor=${cursor}`];
  return parameters.length > 0 ? `${path}?${parameters.join('&')}` : path;
}

const link = (list: List, cursor: string | null, rel: 'next' | 'prev'): string | null =>
  cursor === null ? null : linkTo(pathOf(list, cursor), rel);

/** Without `new URL`, which throws if the Host header is malformed, and URLSearchParams, which take as long as the rest. */
function listOf(c: Context): List {
  const [, path = '/', search = ''] = /^[^:]+:\/\/[^/?]*([^?#]*)(?:\?([^#]*))?/.exec(c.req.url) ?? [];
  const filters = givenParameters(c).filter(([name]) => !PAGE_PARAMETERS.has(name));
  return {
    path,
    query: search.split('&').filter(isLinked),
    scope: fnv1a(JSON.stringify([path.replace(/\/$/, ''), filters.sort()])),
  };
}

/** Whether a parameter, as it was written, belongs to the link of another page. */
function isLinked(parameter: string): boolean {
  const [, name = '', value = ''] = (/^([^=]*)=?(.*)$/s.exec(parameter) ?? []).map((part) =>
    decodeURIComponent(part.replaceAll('+', ' ')),
  );
  return !START_PARAMETERS.has(name) && !isBlank(value);
}

/** A 32-bit FNV-1a hash. It tells lists apart; it is no protection. */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(36);
}

function encode({ backwards, inclusive, key }: Cursor, scope: string): string {
  const text = JSON.stringify([VERSION, scope, Number(backwards), Number(inclusive), key]);
  // JSON may hold any character as an escape: in ASCII it needs no bytes of UTF-8, which take longer to encode.
  const ascii = text.replaceAll(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return btoa(ascii).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

const TIMESTAMP = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Whether a time exists: Postgres refuses 30 February, which has the right form. */
function isTimestamp(part: unknown): boolean {
  if (typeof part !== 'string' || !TIMESTAMP.test(part)) return false;
  const time = Date.parse(part);
  return !Number.isNaN(time) && new Date(time).toISOString() === part;
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

const READS: Record<KeyKind, (part: unknown) => boolean> = {
  flag: (part) => part === 't' || part === 'f',
  time: isTimestamp,
  id: (part) => Number.isSafeInteger(part),
  count: (part) => Number.isSafeInteger(part),
  text: (part) => typeof part === 'string' && isUnicodeText(part),
  uuid: (part) => typeof part === 'string' && UUID.test(part),
};

function decode(text: string, scope: string, kinds: readonly KeyKind[]): Cursor {
  const malformed = () =>
    invalidInput({
      path: 'cursor',
      code: 'invalid_cursor',
      message: 'is malformed, or from a list with another sort or filter',
    });
  let parts: unknown;
  try {
    parts = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(decodeBase64Url(text)),
    );
  } catch {
    throw malformed();
  }
  if (!Array.isArray(parts)) throw malformed();
  const [version, from, backwards, inclusive, key] = parts;
  const sound =
    parts.length === 5 &&
    version === VERSION &&
    from === scope &&
    (backwards === 0 || backwards === 1) &&
    (inclusive === 0 || inclusive === 1) &&
    (key === null || isKey(key, kinds));
  if (!sound) throw malformed();
  return { backwards: backwards === 1, inclusive: inclusive === 1, key };
}

function isKey(key: unknown, kinds: readonly KeyKind[]): boolean {
  return Array.isArray(key) && key.length === kinds.length && kinds.every((kind, i) => READS[kind](key[i]));
}
