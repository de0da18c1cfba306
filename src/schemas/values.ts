// Numbers, ids, times and lists that come in.
import { z } from '@hono/zod-openapi';
import { fault, stringOf } from './faults';

/** A list of at most `max` items, each once. */
export const listOf = <Item extends z.ZodType>(item: Item, max: number) =>
  z
    .preprocess(
      (items, ctx) => {
        // Before the items are judged: a body has room for a hundred thousand.
        if (!Array.isArray(items) || items.length <= max) return items;
        ctx.addIssue({
          code: 'custom',
          params: { code: 'too_long' },
          message: `must have at most ${max} items`,
        });
        return z.NEVER;
      },
      z.array(item).transform((judged) => [...new Set(judged)]),
    )
    .openapi({ maxItems: max });

const ID_MAX = Number.MAX_SAFE_INTEGER;

/** A fault's sentence, unless the value is missing, which has a sentence of its own. */
const unlessMissing = (message: string) => ({
  error: ({ input }: { input?: unknown }) => (input === undefined ? undefined : message),
});

const NOT_AN_ID = unlessMissing(`must be a whole number from 1 to ${ID_MAX}`);

/** An id in a body: a positive integer that JavaScript can hold. */
export const Id = z.int(NOT_AN_ID).min(1, NOT_AN_ID).max(ID_MAX, NOT_AN_ID).openapi({ example: 1 });

/** One of a few whole numbers. */
export const numberAmong = <Value extends number>(values: Value[], message: string) =>
  z.literal(values, unlessMissing(message)).openapi({ type: 'integer', enum: values });

const DIGITS = /^(0|[1-9][0-9]{0,15})$/;

/** An integer in a path or a query: plain digits, no sign, no exponent. */
export const integerParam = (min: number, max: number) =>
  stringOf((given) => {
    const number = Number(given);
    return DIGITS.test(given) && number >= min && number <= max
      ? number
      : fault('invalid_format', `must be a whole number from ${min} to ${max}`);
  });

const IdText = integerParam(1, ID_MAX).openapi({ type: 'integer', minimum: 1, maximum: ID_MAX, example: 1 });

export const IdParam = z.object({ id: IdText.openapi({ param: { name: 'id', in: 'path' } }) });

const IDS = /^[1-9][0-9]{0,15}(,[1-9][0-9]{0,15}){0,99}$/;

/** Up to 100 ids, separated by commas; each once. */
export const IdList = stringOf((given) => {
  const ids = IDS.test(given) ? given.split(',').map(Number) : [];
  return ids.length > 0 && ids.every((id) => id <= ID_MAX)
    ? [...new Set(ids)]
    : fault('invalid_format', 'must be 1 to 100 ids, separated by commas');
}).openapi({ type: 'string', pattern: IDS.source, example: '1,2,3' });

export const Flag = z
  .enum(['true', 'false'])
  .transform((value) => value === 'true')
  .openapi({ type: 'boolean' });

export const Timestamp = z.iso.datetime().openapi({ example: '2026-11-20T09:30:00.000Z' });

export const Count = z.int().min(0).openapi({ example: 3 });
