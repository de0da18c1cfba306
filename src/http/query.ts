import type { Context } from 'hono';
import { isBlank } from '../schemas/characters';

/** The parameters of a query, each with one of its values. One without a value counts as left out. */
export const givenParameters = (c: Context): [name: string, value: string][] =>
  Object.entries(c.req.queries()).flatMap(([name, values]) =>
    values.filter((value) => !isBlank(value)).map((value): [string, string] => [name, value]),
  );
