// Straight to the test database: for states that the API can't produce, and people by the hundred.
import { env } from 'cloudflare:workers';
import { neon, neonConfig } from '@neondatabase/serverless';

const settings = env as unknown as Record<'DATABASE_URL' | 'DATABASE_ENDPOINT', string>;
neonConfig.fetchEndpoint = settings.DATABASE_ENDPOINT;

/**
 * The owner of the tables: the role of the Worker has no right on any. Its round trips are no request's, so it makes no
 * difference when a test's own statement comes.
 */
const url = new URL(settings.DATABASE_URL);
url.username = 'owner';

/** Runs one statement; values become parameters. Resolves to its rows. */
export const sql = neon(url.href);

/** One statement that may take longer than a database allows by default. Resolves to its rows. */
export async function unhurried(statement: ReturnType<typeof sql>) {
  const [, rows] = await sql.transaction([sql`SET LOCAL statement_timeout = 0`, statement]);
  return rows;
}
