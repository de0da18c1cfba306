// Statements to the test database, for states that the API can't produce and for many rows at once.
import { env } from 'cloudflare:workers';
import { neon, neonConfig } from '@neondatabase/serverless';

const settings = env as unknown as Record<'DATABASE_URL' | 'DATABASE_ENDPOINT', string>;
neonConfig.fetchEndpoint = settings.DATABASE_ENDPOINT;

/**
 * The owner of the tables, because the role of the Worker has no rights on them. Its round trips are not counted as those
 * of a request.
 */
const url = new URL(settings.DATABASE_URL);
url.username = 'owner';

/** Runs one statement; values become parameters. Resolves to its rows. */
export const sql = neon(url.href);

/** Runs one statement without the timeout of the role; resolves to its rows. */
export async function withoutTimeout(statement: ReturnType<typeof sql>) {
  const [, rows] = await sql.transaction([sql`SET LOCAL statement_timeout = 0`, statement]);
  return rows;
}
