import type { Context } from 'hono';
import { logEvent } from '../log';
import type { AppEnv } from './context';

const REVALIDATE_SECONDS = 30;
/** Without it Cloudflare serves a stale copy for as long as errors last. */
const ERROR_SECONDS = 60;
/** Of everything that may show more than one post or person. */
const MANY = 'many';

const postTag = (id: number) => `post-${id}`;

/**
 * Lets a shared cache keep the answer, should it be a good one, where the operator wants that and nobody is signed in:
 * what depends on a caller is kept by nobody.
 */
export function shareAnswer(c: Context<AppEnv>, seconds: number): void {
  if (c.get('settings').PUBLIC_CACHE_SECONDS === 0) return;
  if (c.get('caller').user !== null || c.get('refusal') !== null) return;
  c.set('shared', { seconds, tag: MANY });
}

/** Says that the answer shows this post and no other: it is purged with it. */
export function tagPost(c: Context<AppEnv>, id: number): void {
  const shared = c.get('shared');
  if (shared) c.set('shared', { ...shared, tag: postTag(id) });
}

/** Once the outcome is known: an error is never kept, whatever its route allows. */
export function setCacheHeaders(c: Context<AppEnv>): void {
  const shared = c.get('shared');
  const { headers, status } = c.res;
  if (shared === undefined || (status !== 200 && status !== 304)) {
    headers.set('Cache-Control', 'no-store');
    headers.set('X-Request-Id', c.get('requestId'));
    return;
  }
  // No X-Request-Id: everybody would get that of the request that filled the cache.
  headers.set(
    'Cache-Control',
    `public, max-age=${shared.seconds}, stale-while-revalidate=${REVALIDATE_SECONDS}, stale-if-error=${ERROR_SECONDS}`,
  );
  headers.set('Cache-Tag', shared.tag);
}

/** Takes a post that was deleted or hidden out of the cache, and every list with it. */
export const purgePost = (c: Context<AppEnv>, id: number) => purge(c, { tags: [postTag(id), MANY] });

/** A deleted account stands in more answers than tags could name. */
export const purgeEverything = (c: Context<AppEnv>) => purge(c, { purgeEverything: true });

/**
 * After the answer, which neither waits for the purge nor fails with it: Cloudflare allows few of them (5 a minute), and
 * what is left is gone when its time is over. There is no `ctx.cache` but on Cloudflare.
 */
function purge(c: Context<AppEnv>, what: CachePurgeOptions): void {
  const { cache } = c.executionCtx as { cache?: CacheContext };
  if (!cache) return;
  const purged = cache.purge(what).then(
    ({ success }) => success,
    () => false,
  );
  const request_id = c.get('requestId');
  c.executionCtx.waitUntil(
    purged.then((success) => {
      if (!success) logEvent('warn', 'purge_failed', { request_id });
    }),
  );
}
