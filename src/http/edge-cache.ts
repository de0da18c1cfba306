import type { Context } from 'hono';
import type { Database } from '../db/database';
import { logEvent } from '../log';
import type { AppEnv } from './context';
import { isTokenRequest } from './token-endpoint';

const REVALIDATE_SECONDS = 30;
/** Without this limit Cloudflare serves stale copies as long as errors last. */
const ERROR_SECONDS = 60;
/** The tag of answers that may show several posts or users. */
const LISTS = 'lists';

const postTag = (id: number) => `post-${id}`;

/**
 * Lets a shared cache keep the answer if it succeeds, the operator has allowed it, and the caller is anonymous. An
 * answer that depends on the caller is never cached.
 */
export function shareAnswer(c: Context<AppEnv>, seconds: number): void {
  if (c.get('settings').PUBLIC_CACHE_SECONDS === 0) return;
  if (c.get('caller').user !== null || c.get('refusal') !== null) return;
  c.set('shared', { seconds, tag: LISTS });
}

/** Lets the browser alone keep a page, until it is asked for again: then it may name other files. */
export const revalidateAnswer = (c: Context<AppEnv>): void => c.set('isRevalidated', true);

/** Tags an answer that shows only this post, so that it is purged with the post. */
export function tagPost(c: Context<AppEnv>, id: number): void {
  const shared = c.get('shared');
  if (shared) c.set('shared', { ...shared, tag: postTag(id) });
}

/** Called once the status is known, because errors are never cached. */
export function setCacheHeaders(c: Context<AppEnv>): void {
  const shared = c.get('shared');
  const { headers, status } = c.res;
  // Missing if the request failed before it was set.
  const db = c.get('db') as Database | undefined;
  if (db?.age_ms !== undefined) headers.set('Age', String(Math.floor(db.age_ms / 1_000)));
  if (shared === undefined || (status !== 200 && status !== 304)) {
    headers.set('Cache-Control', c.get('isRevalidated') && status === 200 ? 'private, no-cache' : 'no-store');
    // RFC 6749 §5.1, for caches of HTTP/1.0.
    if (isTokenRequest(c)) headers.set('Pragma', 'no-cache');
    headers.set('X-Request-Id', c.get('requestId'));
    return;
  }
  // Without X-Request-Id: everybody would get the id of the request that filled the cache.
  headers.set('Cache-Control', `public, ${lifetimeOf(shared.seconds, db)}`);
  headers.set('Cache-Tag', shared.tag);
}

/**
 * How long a good answer may be used. What a replica answers may show a post whose purge has passed: it is kept no longer than
 * a replica may lag.
 */
function lifetimeOf(seconds: number, db: Database | undefined): string {
  if (!db?.replica || db.age_ms === undefined)
    return `max-age=${seconds}, stale-while-revalidate=${REVALIDATE_SECONDS}, stale-if-error=${ERROR_SECONDS}`;
  return `max-age=${Math.min(seconds, db.replica.lag_max_ms / 1_000)}`;
}

/** Removes a post that was deleted or hidden, and all lists, from the cache. */
export const purgePost = (c: Context<AppEnv>, id: number) => purge(c, { tags: [postTag(id), LISTS] });

/** For a deleted account, which appears in more answers than tags could name. */
export const purgeEverything = (c: Context<AppEnv>) => purge(c, { purgeEverything: true });

/**
 * The answer does not wait for the purge, and a failure is only logged: Cloudflare allows few purges (5 a minute), and
 * cached answers expire soon. `ctx.cache` exists on Cloudflare only.
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
