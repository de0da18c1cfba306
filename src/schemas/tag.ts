import { z } from '@hono/zod-openapi';

export const TAGS_MAX = 10;
/**
 * 50 characters have at most twice as many UTF-16 units, and a letter comes decomposed into up to four. Normalising takes
 * time that grows with the square of a run of marks: no longer text is.
 */
const UNITS_MAX = 400;
/** Marks are allowed after a letter, because Hindi and Thai write vowels with them. */
const FOLDED = /^(?=.{1,50}$)(?:\p{L}\p{M}*|[\p{N}_-])+$/u;
const RULE = { error: 'must be 1 to 50 letters, digits, - or _' };

/**
 * A tag as it is stored and looked up. The lower case of `İ` is two characters (Unicode's SpecialCasing.txt), of which the
 * dot is dropped.
 */
const foldTag = (tag: string) => tag.toLowerCase().replaceAll('i\u0307', 'i').normalize('NFC');

export const Tag = z
  .string()
  .trim()
  .max(UNITS_MAX, RULE)
  .transform(foldTag)
  .pipe(z.string().regex(FOLDED, RULE))
  .openapi({ type: 'string', minLength: 1, maxLength: 50, example: 'trains' });

/** The same for a part of a text, without the errors of a schema; undefined where it is no tag. */
export function toTag(text: string): string | undefined {
  if (text.length > UNITS_MAX) return undefined;
  const tag = foldTag(text);
  return FOLDED.test(tag) ? tag : undefined;
}
