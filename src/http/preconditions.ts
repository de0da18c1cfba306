import type { Context } from 'hono';
import { invalidInput } from '../problems';

const LENGTH_MAX = 2_000;

/** Documents a header among the `parameters` of a route. It is not validated; the handler reads it. */
const entityTagHeader = (name: string, description: string) => ({
  // Not `example`: Swagger UI would send it, and it is soon out of date.
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
  'The `ETag` that you read: the change is made only if that is still the current version. Votes do not change the version; a `W/` prefix is ignored.',
);

const SINCE =
  'The `Last-Modified` that you read: the response is 304 if nothing was written or edited since. Ignored beside `If-None-Match`, which also notices what was deleted.';

/** RFC 9110 §13.1.3 */
export const IF_MODIFIED_SINCE = {
  schema: { type: 'string' as const, description: SINCE },
  required: false,
  description: SINCE,
  name: 'If-Modified-Since',
  in: 'header' as const,
};

/** RFC 9110 §13.1.2 */
export const IF_NONE_MATCH = entityTagHeader(
  'If-None-Match',
  'The `ETag` that you read: the response is 304 if that is still current.',
);

function readEntityTags(c: Context, { name }: { name: string }): string | undefined {
  const header = c.req.header(name);
  if (header !== undefined && header.length > LENGTH_MAX) {
    const message = `must have at most ${LENGTH_MAX} characters`;
    throw invalidInput({ path: name, code: 'too_long', message });
  }
  return header;
}

/** What Apache (`"…-gzip"`), Jetty (`"…--gzip"`) and others write into the tag of an answer that they compress. */
const COMPRESSED = /[-;:+]{1,2}(?:gzip|gz|br|deflate|zstd)$/i;

/** RFC 9110 §8.8.3: the entity-tags of a list, each without `W/`, quotes and the marks of those who compress. */
const entityTags = (header: string): string[] =>
  [...header.matchAll(/"([\x21\x23-\x7e\x80-\xff]*)"/g)].map(([, opaque = '']) =>
    opaque.replace(COMPRESSED, ''),
  );

/**
 * The versions that `If-Match` names, or null for any version: without the header, and with `*` (RFC 9110 §13.1.1). Our
 * tags begin with the version of the content. The rest of a tag is ignored, so that a vote in between fails no edit; so
 * is what intermediaries add to the tag of an answer that they compress, `W/` (Cloudflare, nginx) or a suffix. Malformed
 * tags match nothing. workerd drops the header if it is empty.
 */
export function ifMatchVersions(c: Context): number[] | null {
  const header = readEntityTags(c, IF_MATCH);
  if (header === undefined || header.trim() === '*') return null;
  return entityTags(header)
    .map((opaque) => Number(/^(\d{1,9})(-[\da-f]+)*$/.exec(opaque)?.[1]))
    .filter(Number.isInteger);
}

/** Whether `If-None-Match` names this version (RFC 9110 §13.1.2, by weak comparison). */
export function isNotModified(c: Context, etag: string): boolean {
  const header = readEntityTags(c, IF_NONE_MATCH);
  if (header === undefined) return false;
  return header.trim() === '*' || entityTags(header).includes(etag);
}

/** RFC 9110 §5.6.7; what has another form is ignored, as §13.1.3 asks. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/** The same for what has a time, too: `If-Modified-Since` counts where `If-None-Match` is not sent (RFC 9110 §13.2.2). */
export function isUnchanged(c: Context, etag: string, modified_at: string): boolean {
  if (c.req.header(IF_NONE_MATCH.name) !== undefined) return isNotModified(c, etag);
  const since = c.req.header(IF_MODIFIED_SINCE.name)?.trim() ?? '';
  return HTTP_DATE.test(since) && Math.floor(Date.parse(modified_at) / 1000) * 1000 <= Date.parse(since);
}
