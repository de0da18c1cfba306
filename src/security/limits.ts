import type { Context } from 'hono';
import { hasEnded } from '../db/ended-sessions';
import type { Settings } from '../env';
import { limitHeaders } from '../header-values';
import type { AppEnv } from '../http/context';
import { logEvent } from '../log';
import { Problem } from '../problems';
import { networkOf } from './network';

type Shield = 'REQUESTS' | 'WRITES' | 'SIGN_INS';

const WINDOW_SECONDS = 60;

const QUOTAS = {
  REQUESTS: 'REQUESTS_PER_MINUTE',
  WRITES: 'WRITES_PER_MINUTE',
  SIGN_INS: 'SIGN_INS_PER_MINUTE',
} as const satisfies Record<Shield, keyof Settings>;

/**
 * Cloudflare's rate-limit bindings: fast, approximate, per location. Wrong passwords are counted exactly, in Postgres
 * (`security/attempts`). If a binding is missing or fails, requests pass.
 */
async function check(c: Context<AppEnv>, shield: Shield, key: string, weight = 1): Promise<void> {
  const binding = c.env[shield] as RateLimit | undefined;
  let isAllowed = true;
  for (let i = 0; i < weight && isAllowed; i += 1) {
    const counted = await binding?.limit({ key }).catch(() => undefined);
    isAllowed = counted?.success ?? true;
  }
  if (isAllowed) return;
  const name = shield.toLowerCase();
  logEvent('warn', 'rate_limited', {
    request_id: c.get('requestId'),
    shield: name,
    user: c.get('caller').user,
  });
  throw new Problem('rate_limited', 'Too many requests. Try again in a minute.', {
    headers: limitHeaders({ name, quota: c.get('settings')[QUOTAS[shield]], window_seconds: WINDOW_SECONDS }),
  });
}

/** RFC 9110 §9.2.1: these change nothing. */
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A parameter whose name has an escape counts too: it may spell one of these names. */
const SEARCH = /[?&](?:(?:search|q|total)=|[^=&%]*%)/;

/** How many requests this one counts for: more than one where Postgres may read thousands of rows. */
function weightOf({ path, url }: Context['req']): number {
  if (path === '/users/me/export') return 20;
  return SEARCH.test(url) ? 5 : 1;
}

/** Counts every request: for the user if one is signed in, else for the network. */
export async function limitRequest(c: Context<AppEnv>): Promise<void> {
  const { user, session } = c.get('caller');
  // A token can be sent after its session has ended. It must not use up the limit of its user.
  const isSignedIn = user !== null && !(session !== null && hasEnded(session));
  const key = isSignedIn ? `user:${user}` : `network:${networkOf(c)}`;
  await check(c, READS.has(c.req.method) ? 'REQUESTS' : 'WRITES', key, weightOf(c.req));
}

/** Counts requests that cost a hash or a mail. Always for the network: the caller has proved nothing yet. */
export const limitSignIn = (c: Context<AppEnv>) => check(c, 'SIGN_INS', `network:${networkOf(c)}`);
