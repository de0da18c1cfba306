import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { Problem } from '../problems';
import type { AppEnv } from './context';

/** For a route that takes more than JSON: what it takes, by media type, is what a 415 names. */
export const accepting = (content: Record<string, unknown>) =>
  createMiddleware<AppEnv>(async (c, next) => {
    c.set('accepted', Object.keys(content).join(', '));
    await next();
  });

/** RFC 9110 §15.5.16: with what would be taken instead. */
export function unsupportedType(c: Context<AppEnv>, detail?: string): Problem {
  const { accepted = 'application/json' } = c.var;
  return new Problem('unsupported_media_type', detail ?? `This call takes ${accepted}.`, {
    headers: { Accept: accepted },
  });
}

const UTF_8 = /;\s*charset\s*=\s*"?(?!utf-8"?\s*(;|$))/i;

/**
 * Refuses a body that is not what a reader would take it for: compressed, or JSON that is not UTF-8 (RFC 8259 §8.1).
 * What decodes bodies here would write U+FFFD for what it can't read, and store that.
 */
export async function requireReadable(c: Context<AppEnv>): Promise<void> {
  const encoding = c.req.header('content-encoding');
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    throw new Problem('unsupported_media_type', 'A body with a Content-Encoding is not taken.', {
      headers: { 'Accept-Encoding': 'identity' },
    });
  const type = c.req.header('content-type');
  if (!type || !/^application\/json/i.test(type)) return;
  if (UTF_8.test(type)) throw unsupportedType(c, 'JSON is taken in UTF-8 only.');
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(await c.req.arrayBuffer());
  } catch {
    throw new Problem('malformed_body', 'The body is not UTF-8.');
  }
}
