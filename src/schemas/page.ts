import { z } from '@hono/zod-openapi';
import { knownSecret } from './texts';
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
    description: 'The maximum number of items on a page.',
  }),
  cursor: knownSecret().optional().openapi({
    description:
      'Which page to return: `next_cursor` or `prev_cursor` of an earlier response with the same filters. Cannot be combined with `skip`.',
  }),
  skip: integerParam(0, SKIP_MAX).optional().openapi({
    type: 'integer',
    minimum: 0,
    maximum: SKIP_MAX,
    description: 'The number of items to skip. Cannot be combined with `cursor`.',
  }),
  order: z.enum(['asc', 'desc']).optional().openapi({
    description:
      '`asc`: oldest first, or fewest votes first. `desc`: newest first, or most votes first. The default is `desc`, except where the description of the list names another.',
    example: 'desc',
  }),
  total: Flag.default(false).openapi({
    type: 'boolean',
    default: false,
    description: 'Whether to return the total number of items as `page.total`.',
  }),
};

const PageInfo = z
  .object({
    limit: z.int().min(1).max(LIMIT_MAX),
    next_cursor: z
      .string()
      .nullable()
      .openapi({ description: 'Send it as `cursor` to get the next page. Null if this is the last page.' }),
    prev_cursor: z.string().nullable().openapi({
      description: 'Send it as `cursor` to get the previous page. Null if this is the first page.',
    }),
    total: Count.nullable().optional().openapi({
      description:
        'The total number of items; only with `total=true`. Null if the list is filtered and has more than 10,000.',
    }),
  })
  .openapi('PageInfo', { example: { limit: LIMIT_DEFAULT, next_cursor: null, prev_cursor: null } });

/** The answer of every list. `docs/components` names it after its items. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ data: z.array(item), page: PageInfo });

/** The query of a list that has no filters. */
export const PageQuery = z.object(pageQuery);
export type PageQuery = z.infer<typeof PageQuery>;
