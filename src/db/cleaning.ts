import { call, type Database } from './database';

/**
 * Deletes the rows of large accounts that were deleted, batch after batch, for `time_ms`. Resolves to whether nothing is left;
 * it may be called again at any time, also while another call runs.
 */
export async function deleteRestOfAccounts(db: Database, time_ms: number): Promise<boolean> {
  const until = Date.now() + time_ms;
  do {
    if (!(await call(db, 'delete_rest_of_account', {}))) return true;
  } while (Date.now() < until);
  return false;
}
