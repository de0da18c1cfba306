// Reads what the API says, whole, and compares it with the model.
import { expect } from 'vitest';
import { PROBLEMS } from '../../../src/problems';
import { type Answer, api } from '../api';
import type { Read } from './reads';

/** What a client has seen of a thing with a tag, by viewer and path. */
export type Cache = Map<string, { etag: string; body: string }>;

/** All at once, since nothing changes meanwhile; throws what is wrong with the first. */
export async function expectReads(reads: Read[], token: string | undefined, cache: Cache): Promise<void> {
  const results = await Promise.allSettled(reads.map((read) => expectRead(read, token, cache)));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

async function expectRead(read: Read, token: string | undefined, cache: Cache): Promise<void> {
  const { path, is } = read;
  if ('rows' in is) return expectRows(read, is.rows, token);
  const known = 'body' in is ? cache.get(`${token} ${path}`) : undefined;
  const answer = await api(`GET ${path}`, {
    token,
    ...(known && { headers: { 'If-None-Match': known.etag } }),
  });
  if ('refusal' in is) return expectRefusal(answer, is.refusal, path);
  const body = JSON.stringify(is.body);
  // What somebody sees of themselves has the version of the account in its tag: more may change it than they see.
  if (answer.status === 304 || (known?.body === body && !isOwn(is.body))) {
    expect([answer.status, known?.body], `${path} with If-None-Match`).toEqual([304, body]);
    return;
  }
  expect(answer.body, path).toEqual(is.body);
  const etag = answer.headers.get('etag');
  if (etag) cache.set(`${token} ${path}`, { etag, body });
}

const isOwn = (body: unknown) =>
  (body as { username?: string }).username !== undefined && 'unread_notifications' in (body as object);

export function expectRefusal(answer: Answer, code: keyof typeof PROBLEMS, path: string): void {
  expect([answer.status, answer.body?.code], `${path}: ${answer.text}`).toEqual([
    PROBLEMS[code].status,
    code,
  ]);
}

async function expectRows(read: Read, expected: unknown[], token: string | undefined): Promise<void> {
  const { path, isOurs } = read;
  const rows: unknown[] = [];
  const totals = new Set<number>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Answer = await api(
      `GET ${path}${path.includes('?') ? '&' : '?'}limit=100&total=true&cursor=${cursor}`,
      { token },
    );
    expect(page.status, `${path}: ${page.text}`).toBe(200);
    rows.push(...page.body.data);
    totals.add(page.body.page.total);
    cursor = page.body.page.next_cursor;
  }
  expect(isOurs ? rows.filter(isOurs) : rows, path).toEqual(expected);
  expect([...totals], `the total of ${path}`).toEqual([rows.length]);
}
