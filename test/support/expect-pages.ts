// Reads a list page by page, as a client does, and compares it with the expected rows.
import { expect } from 'vitest';
import { api } from './api';

export interface ListCheck {
  /** The list with its filters: `/posts?tag=a`. */
  path: string;
  token?: string | undefined;
  limit: number;
  /** Identifies a row; by default its id. */
  rowKey?: (row: Record<string, never>) => unknown;
  /** The keys of the rows that the list should have now, in order. */
  expected: () => unknown[];
  /** Called between two pages, to insert and delete rows. */
  betweenPages?: (page: number) => Promise<void>;
}

const byId = (row: { id: number }) => row.id;

function findLink(header: string | null, rel: string): string | null {
  const found = (header ?? '').split(', ').find((link) => link.endsWith(`rel="${rel}"`));
  return found ? (/^<([^>]+)>/.exec(found)?.[1] ?? null) : null;
}

// More than any test has rows, so that cursors in a circle fail the test instead of running forever.
const PAGES_MAX = 1_000;

/** Follows the links of a list to its end. */
async function* followLinks(list: ListCheck, first: string, rel: 'next' | 'prev') {
  let path: string | null = first;
  for (let count = 1; path; count += 1) {
    if (count > PAGES_MAX) throw new Error(`${first} has more than ${PAGES_MAX} pages.`);
    const answer: Page = await fetchPage(list, path);
    yield { ...answer, path };
    path = answer[rel];
  }
}

type Page = Awaited<ReturnType<typeof fetchPage>>;

async function fetchPage({ token, rowKey = byId as never }: ListCheck, path: string) {
  const { status, headers, body, text } = await api(`GET ${path}`, { token });
  expect(status, `${path}: ${text}`).toBe(200);
  const next = findLink(headers.get('link'), 'next');
  const prev = findLink(headers.get('link'), 'prev');
  const cursorOf = (link: string | null) =>
    link && new URL(link, 'https://x.example').searchParams.get('cursor');
  expect(cursorOf(next)).toBe(body.page.next_cursor);
  expect(cursorOf(prev)).toBe(body.page.prev_cursor);
  return { keys: body.data.map(rowKey) as unknown[], next, prev, total: body.page.total };
}

const withQuery = (path: string, query: string) => `${path}${path.includes('?') ? '&' : '?'}${query}`;

/** Reads a list that doesn't change, forwards and then backwards: the same pages both ways. */
export async function expectWholeList(list: ListCheck): Promise<void> {
  const expected = list.expected();
  const pages: unknown[][] = [];
  let last = withQuery(list.path, `limit=${list.limit}&total=true`);
  for await (const { keys, prev, total, path } of followLinks(list, last, 'next')) {
    expect(total).toBe(expected.length);
    expect(prev === null).toBe(pages.length === 0);
    pages.push(keys);
    last = path;
  }
  expect(pages.flat()).toEqual(expected);
  for (const full of pages.slice(0, -1)) expect(full).toHaveLength(list.limit);
  if (expected.length > 0) expect(pages.at(-1)).not.toHaveLength(0);

  const backwards: unknown[][] = [];
  for await (const { keys } of followLinks(list, last, 'prev')) backwards.unshift(keys);
  expect(backwards).toEqual(pages);
}

/** Reads the page after `skip` rows: a slice of the list. */
export async function expectSlice(list: ListCheck, skip: number): Promise<void> {
  const expected = list.expected();
  const { keys, next, prev } = await fetchPage(
    list,
    withQuery(list.path, `limit=${list.limit}&skip=${skip}`),
  );
  expect(keys).toEqual(expected.slice(skip, skip + list.limit));
  expect(next === null).toBe(skip + list.limit >= expected.length);
  expect(prev === null).toBe(skip === 0 || expected.length === 0);
}

/**
 * Reads a list while rows are inserted and deleted: no row twice, none missing that was there all the time, and none that
 * never was.
 */
export async function expectStablePages(list: ListCheck): Promise<void> {
  for (const rel of ['next', 'prev'] as const) {
    const throughout = new Set(list.expected());
    const ever = new Set(list.expected());
    const seen: unknown[] = [];
    const first = withQuery(list.path, `limit=${list.limit}`);
    // Backwards starts with the last page.
    const start = rel === 'prev' ? await findLastPage(list, first) : first;
    let turn = 0;
    for await (const { keys, [rel]: link } of followLinks(list, start, rel)) {
      seen.push(...(rel === 'next' ? keys : keys.toReversed()));
      if (!link) break;
      await list.betweenPages?.(turn++);
      const now = new Set(list.expected());
      for (const key of throughout) if (!now.has(key)) throughout.delete(key);
      for (const key of now) ever.add(key);
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((key) => !ever.has(key))).toEqual([]);
    expect([...throughout].filter((key) => !seen.includes(key))).toEqual([]);
  }
}

async function findLastPage(list: ListCheck, first: string): Promise<string> {
  let last = first;
  for await (const { path } of followLinks(list, first, 'next')) last = path;
  return last;
}
