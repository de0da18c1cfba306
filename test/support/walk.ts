// Reads a list page by page, as a client would, and holds it against what a plain model says of it.
import { expect } from 'vitest';
import { api } from './api';

export interface Walk {
  /** The list with its filters: `/posts?tag=a`. */
  path: string;
  token?: string | undefined;
  limit: number;
  /** What names a row. */
  keyOf?: (row: Record<string, never>) => unknown;
  /** The keys that the list should hold at this moment, in order. */
  expected: () => unknown[];
  /** Called between two pages: rows may come and go. */
  between?: (page: number) => Promise<void>;
}

const byId = (row: { id: number }) => row.id;

function linkOf(header: string | null, rel: string): string | null {
  const found = (header ?? '').split(', ').find((link) => link.endsWith(`rel="${rel}"`));
  return found ? (/^<([^>]+)>/.exec(found)?.[1] ?? null) : null;
}

// Far more than any test has rows: cursors that go round in a circle are a failure, not a test that never ends.
const PAGES_MAX = 1_000;

/** Follows a list from page to page, to its end. */
async function* pagesOf(walk: Walk, first: string, rel: 'next' | 'prev') {
  let path: string | null = first;
  for (let count = 1; path; count += 1) {
    if (count > PAGES_MAX) throw new Error(`${first} has no end.`);
    const answer: Page = await page(walk, path);
    yield { ...answer, path };
    path = answer[rel];
  }
}

type Page = Awaited<ReturnType<typeof page>>;

async function page({ token, keyOf = byId as never }: Walk, path: string) {
  const { status, headers, body, text } = await api(`GET ${path}`, { token });
  expect(status, `${path}: ${text}`).toBe(200);
  const next = linkOf(headers.get('link'), 'next');
  const prev = linkOf(headers.get('link'), 'prev');
  const cursorIn = (link: string | null) =>
    link && new URL(link, 'https://x.example').searchParams.get('cursor');
  expect(cursorIn(next)).toBe(body.page.next_cursor);
  expect(cursorIn(prev)).toBe(body.page.prev_cursor);
  return { keys: body.data.map(keyOf) as unknown[], next, prev, total: body.page.total };
}

const withQuery = (path: string, query: string) => `${path}${path.includes('?') ? '&' : '?'}${query}`;

/** Forwards from the start and backwards from the end, while nothing changes: the same pages both ways. */
export async function expectWholeList(walk: Walk): Promise<void> {
  const expected = walk.expected();
  const pages: unknown[][] = [];
  let last = withQuery(walk.path, `limit=${walk.limit}&total=true`);
  for await (const { keys, prev, total, path } of pagesOf(walk, last, 'next')) {
    expect(total).toBe(expected.length);
    expect(prev === null).toBe(pages.length === 0);
    pages.push(keys);
    last = path;
  }
  expect(pages.flat()).toEqual(expected);
  for (const full of pages.slice(0, -1)) expect(full).toHaveLength(walk.limit);
  if (expected.length > 0) expect(pages.at(-1)).not.toHaveLength(0);

  const backwards: unknown[][] = [];
  for await (const { keys } of pagesOf(walk, last, 'prev')) backwards.unshift(keys);
  expect(backwards).toEqual(pages);
}

/** The page that `skip` begins: nothing but a slice of the list. */
export async function expectSlice(walk: Walk, skip: number): Promise<void> {
  const expected = walk.expected();
  const { keys, next, prev } = await page(walk, withQuery(walk.path, `limit=${walk.limit}&skip=${skip}`));
  expect(keys).toEqual(expected.slice(skip, skip + walk.limit));
  expect(next === null).toBe(skip + walk.limit >= expected.length);
  expect(prev === null).toBe(skip === 0 || expected.length === 0);
}

/** While rows come and go: nothing twice, nothing missing of what was there throughout, nothing that never was. */
export async function expectSteadyWalk(walk: Walk): Promise<void> {
  for (const rel of ['next', 'prev'] as const) {
    const throughout = new Set(walk.expected());
    const ever = new Set(walk.expected());
    const seen: unknown[] = [];
    const first = withQuery(walk.path, `limit=${walk.limit}`);
    // Backwards begins behind the last row, where a walk forwards ended.
    const start = rel === 'prev' ? await lastPage(walk, first) : first;
    let turn = 0;
    for await (const { keys, [rel]: link } of pagesOf(walk, start, rel)) {
      seen.push(...(rel === 'next' ? keys : keys.toReversed()));
      if (!link) break;
      await walk.between?.(turn++);
      const now = new Set(walk.expected());
      for (const key of throughout) if (!now.has(key)) throughout.delete(key);
      for (const key of now) ever.add(key);
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((key) => !ever.has(key))).toEqual([]);
    expect([...throughout].filter((key) => !seen.includes(key))).toEqual([]);
  }
}

async function lastPage(walk: Walk, first: string): Promise<string> {
  let last = first;
  for await (const { path } of pagesOf(walk, first, 'next')) last = path;
  return last;
}
