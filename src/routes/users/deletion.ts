import type { Context } from 'hono';
import { deleteRestOfAccounts } from '../../db/cleaning';
import type { Deletion } from '../../db/json';
import type { AppEnv } from '../../http/context';
import { purgeEverything } from '../../http/edge-cache';
import { logEvent } from '../../log';

/** Cloudflare stops what runs for 30 s after the answer. */
const TIME_MS = 25_000;

/**
 * Goes on after the answer with what is left of a large account. What is not done in time, or because this process ends, is
 * left to the schedule (`src/cron.ts`).
 */
export function finishDeletion(c: Context<AppEnv>, deleted: Deletion): void {
  purgeEverything(c);
  if (deleted === 'deleted') return;
  const { db, requestId } = c.var;
  c.executionCtx.waitUntil(
    deleteRestOfAccounts(db, TIME_MS).catch(() =>
      logEvent('warn', 'deletion_interrupted', { request_id: requestId }),
    ),
  );
}
