import { z } from '@hono/zod-openapi';
import { token } from './texts';
import { Count, Flag, integerParam } from './values';

export const LIMIT_DEFAULT = 10;
const LIMIT_MAX = 100;
const SKIP_MAX = 10_000;

/** The parameters that all lists have. */
export const pageQuery = {
  limit: integerParam(1, LIMIT_MAX).optional().openapi({
    type: 'integer',
    minimum: 1,
    maximum: LIMIT_MAX,
    default: LIMIT_DEFAULT,
    description: 'Rows per page.',
  }),
  cursor: token().optional().openapi({
    description:
      'Opaque: `next_cursor` or `prev_cursor` of an earlier answer with the same filters. Not with `skip`.',
  }),
  skip: integerParam(0, SKIP_MAX).optional().openapi({
    type: 'integer',
    minimum: 0,
    maximum: SKIP_MAX,
    description: 'Rows to skip. Not with `cursor`.',
  }),
  order: z.enum(['asc', 'desc']).optional().openapi({
    description:
      '`asc` begins with the oldest (or the fewest votes), `desc` with the newest (or the most). `desc` unless the list says otherwise.',
    example: 'desc',
  }),
  total: Flag.default(false).openapi({
    type: 'boolean',
    default: false,
    description: 'Add the size of the whole list.',
  }),
};

/** The answer of every list. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    data: z.array(item),
    page: z
      .object({
        limit: z.int().min(1).max(LIMIT_MAX),
        next_cursor: z.string().nullable().openapi({ description: 'Null if this is the last page.' }),
        prev_cursor: z.string().nullable().openapi({ description: 'Null if this is the first page.' }),
        total: Count.nullable().optional().openapi({
          description: 'Only with `total=true`. Exact; null if a filtered list has more than 10,000 rows.',
        }),
      })
      .openapi({ example: { limit: LIMIT_DEFAULT, next_cursor: null, prev_cursor: null } }),
  });
}

/** The query of a list that has no filters. */
export const PageQuery = z.object(pageQuery);
