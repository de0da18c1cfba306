import type { Context } from 'hono';
import { type Accept, parseAccept } from 'hono/utils/accept';
import type { AppEnv } from './context';
import { JSON_TYPE } from './media-type';

/** How much a client wants a type, and how exactly it says so (RFC 9110 §12.5.1): the most specific range counts. */
function wishFor(type: string, accepted: Accept[]) {
  const ranges = ['*/*', type.replace(/\/.*/, '/*'), type];
  const wishes = accepted.map(({ type: range, q }) => ({
    exactness: ranges.indexOf(range.toLowerCase()),
    q,
  }));
  return wishes
    .filter(({ exactness }) => exactness >= 0)
    .reduce((best, wish) => (wish.exactness > best.exactness ? wish : best), { exactness: -1, q: 0 });
}

/** Whether `Accept` asks for HTML rather than for JSON, which is what a client without a preference gets. */
export function prefersHtml(accept: string | undefined): boolean {
  const accepted = parseAccept(accept ?? '*/*');
  const [page, json] = [wishFor('text/html', accepted), wishFor(JSON_TYPE, accepted)];
  return page.q > json.q || (page.q > 0 && page.q === json.q && page.exactness > json.exactness);
}

/** The same for a request, whose answer then differs by `Accept`. */
export function negotiatesHtml(c: Context<AppEnv>): boolean {
  c.set('isNegotiated', true);
  return prefersHtml(c.req.header('accept'));
}
