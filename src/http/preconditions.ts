import type { Context } from 'hono';

/** RFC 9110 §8.8.3: what stands between the quotes of each entity-tag in a list, and whether it is weak. */
function* entityTags(header: string): Generator<{ weak: boolean; opaque: string }> {
  for (const [, weak, opaque = ''] of header.matchAll(/(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/g)) {
    yield { weak: weak !== undefined, opaque };
  }
}

/**
 * The versions that `If-Match` names, or null for any: no header, or `*`, which asks only that there is something
 * (RFC 9110 §13.1.1). A tag of ours begins with the version of what was written; what follows it does not
 * matter here, so that a vote in between fails nobody's edit. Weak tags never match, nor does what can't be read. An
 * empty header is none: workerd leaves those that it knows out before a Worker sees them.
 */
export function ifMatchVersions(c: Context): number[] | null {
  const header = c.req.header('if-match');
  if (header === undefined || header.trim() === '*') return null;
  return [...entityTags(header)]
    .filter(({ weak }) => !weak)
    .map(({ opaque }) => Number(/^(\d{1,9})(-[\da-f]+)*$/.exec(opaque)?.[1]))
    .filter(Number.isInteger);
}

/** Whether the caller holds this very view already (RFC 9110 §13.1.2, by weak comparison). */
export function isNotModified(c: Context, etag: string): boolean {
  const header = c.req.header('if-none-match');
  if (header === undefined) return false;
  return header.trim() === '*' || [...entityTags(header)].some(({ opaque }) => opaque === etag);
}
