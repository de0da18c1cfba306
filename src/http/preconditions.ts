import type { Context } from 'hono';
import { invalidInput } from '../problems';

const LENGTH_MAX = 2_000;

/** What a route declares among its `parameters`: a header of its own is read where it is needed, not validated before. */
const entityTagHeader = (name: string, description: string) => ({
  // Not `example`: a page to try things out on would send it, and it is true for a moment only.
  schema: {
    type: 'string' as const,
    maxLength: LENGTH_MAX,
    description,
    examples: ['"3-9a0364b9e99b-12-4-0"'],
  },
  required: false,
  description,
  name,
  in: 'header' as const,
});

/** RFC 9110 §13.1.1 */
export const IF_MATCH = entityTagHeader(
  'If-Match',
  'Go on only if nobody has changed it since the answer with this `ETag`; votes do not count.',
);

/** RFC 9110 §13.1.2 */
export const IF_NONE_MATCH = entityTagHeader('If-None-Match', 'Answer 304 if this `ETag` is still the one.');

function readEntityTags(c: Context, { name }: { name: string }): string | undefined {
  const header = c.req.header(name);
  if (header !== undefined && header.length > LENGTH_MAX) {
    const message = `Too big: expected string to have <=${LENGTH_MAX} characters`;
    throw invalidInput({ path: name, code: 'too_long', message });
  }
  return header;
}

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
  const header = readEntityTags(c, IF_MATCH);
  if (header === undefined || header.trim() === '*') return null;
  return [...entityTags(header)]
    .filter(({ weak }) => !weak)
    .map(({ opaque }) => Number(/^(\d{1,9})(-[\da-f]+)*$/.exec(opaque)?.[1]))
    .filter(Number.isInteger);
}

/** Whether the caller holds this very view already (RFC 9110 §13.1.2, by weak comparison). */
export function isNotModified(c: Context, etag: string): boolean {
  const header = readEntityTags(c, IF_NONE_MATCH);
  if (header === undefined) return false;
  return header.trim() === '*' || [...entityTags(header)].some(({ opaque }) => opaque === etag);
}
