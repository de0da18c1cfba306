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
  let path: string | null = withQuery(walk.path, `limit=${walk.limit}&total=true`);
  let last = path;
  while (path) {
    const { keys, next, prev, total } = await page(walk, path);
    expect(total).toBe(expected.length);
    expect(prev === null).toBe(pages.length === 0);
    pages.push(keys);
    last = path;
    path = next;
  }
  expect(pages.flat()).toEqual(expected);
  for (const full of pages.slice(0, -1)) expect(full).toHaveLength(walk.limit);
  if (expected.length > 0) expect(pages.at(-1)).not.toHaveLength(0);

  const backwards: unknown[][] = [];
  for (let link: string | null = last; link; ) {
    const { keys, prev } = await page(walk, link);
    backwards.unshift(keys);
    link = prev;
  }
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
    let path: string | null = withQuery(walk.path, `limit=${walk.limit}`);
    // Backwards begins behind the last row, where a walk forwards ended.
    if (rel === 'prev') path = await lastPage(walk, path);
    for (let turn = 0; path; turn += 1) {
      const answer: Awaited<ReturnType<typeof page>> = await page(walk, path);
      seen.push(...(rel === 'next' ? answer.keys : answer.keys.toReversed()));
      path = answer[rel];
      if (!path) break;
      await walk.between?.(turn);
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
  let path = first;
  for (let next: string | null = first; next; next = (await page(walk, next)).next) path = next;
  return path;
}
