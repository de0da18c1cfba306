import { unwrap } from './problems.js';
/**
 * The items of a list, from page to page. A page is requested when its first item is needed, so whoever leaves the loop
 * requests no more. `limit` in the query is the size of a page.
 */
export async function* pages(call, ...given) {
    const [input, { signal } = {}] = given;
    const { query, ...rest } = (input ?? {});
    let next = query?.cursor;
    do {
        signal?.throwIfAborted();
        const { skip, ...filters } = query ?? {};
        // `skip` is for the first page: a cursor says where the others begin.
        const place = next ? { cursor: next } : skip !== undefined ? { skip } : {};
        const asked = { ...rest, query: { ...filters, ...place } };
        const body = (await unwrap(call(asked, signal && { init: { signal } })));
        for (const item of body.data) {
            signal?.throwIfAborted();
            yield item;
        }
        next = body.page.next_cursor;
    } while (next);
}
