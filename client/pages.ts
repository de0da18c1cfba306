import { type AnyAnswer, type BodyOf, unwrap } from './problems.ts';

// biome-ignore lint/suspicious/noExplicitAny: a call takes what its route takes.
type ListCall = (input?: any, options?: any) => Promise<AnyAnswer>;

type InputOf<Call extends ListCall> = Parameters<Call>[0];

/** What a list holds. */
export type ItemOf<Call extends ListCall> =
  BodyOf<Awaited<ReturnType<Call>>> extends { data: (infer Item)[]; page: unknown } ? Item : never;

export interface PagesOptions {
  /** Ends the iteration: it throws the reason of the signal. */
  signal?: AbortSignal | undefined;
}

/** The input and the options. The input may be left out where the call can do without. Nothing fits a call of no list. */
export type PagesArguments<Call extends ListCall> = [ItemOf<Call>] extends [never]
  ? [input: never]
  : undefined extends InputOf<Call>
    ? [input?: InputOf<Call>, options?: PagesOptions]
    : [input: InputOf<Call>, options?: PagesOptions];

interface ListPage {
  data: unknown[];
  page: { next_cursor: string | null };
}

/**
 * The items of a list, from page to page. A page is requested when its first item is needed, so whoever leaves the loop
 * requests no more. `limit` in the query is the size of a page.
 */
export async function* pages<Call extends ListCall>(
  call: Call,
  ...given: PagesArguments<Call>
): AsyncGenerator<ItemOf<Call>, void, undefined> {
  const [input, { signal } = {}] = given as [input?: InputOf<Call>, options?: PagesOptions];
  const { query, ...rest } = (input ?? {}) as { query?: Record<string, unknown> };
  let next: string | null | undefined = query?.cursor as string | undefined;
  do {
    signal?.throwIfAborted();
    const { skip, ...filters } = query ?? {};
    // `skip` is for the first page: a cursor says where the others begin.
    const place = next ? { cursor: next } : skip !== undefined ? { skip } : {};
    const asked = { ...rest, query: { ...filters, ...place } };
    const body = (await unwrap(call(asked, signal && { init: { signal } }))) as ListPage;
    for (const item of body.data) {
      signal?.throwIfAborted();
      yield item as ItemOf<Call>;
    }
    next = body.page.next_cursor;
  } while (next);
}
