// Fills a database with millions of rows.
import type { Backend, Session } from '../neon/backend.ts';

/** The id of the session of a person in a loaded world. */
export const sessionOf = (user: number) => `00000000-0000-4000-8000-${String(user).padStart(12, '0')}`;

/** Fills an empty, migrated database with the script of a world; `say` is called before each step. */
export async function loadWorld(backend: Backend, world: string, say: (line: string) => void): Promise<void> {
  await backend.session(async (session) => {
    const indexes = await dropIndexes(session);
    say('rows: posts, people, votes, follows');
    await session.execute(world);
    for (const [name, definition] of indexes) {
      say(`index ${name}`);
      await session.execute(definition);
    }
    say('statistics');
    await session.execute('VACUUM ANALYZE');
  });
}

/** Drops the indexes that no constraint needs, which makes loading several times as fast. Resolves to their definitions. */
async function dropIndexes(session: Session): Promise<[name: string, definition: string][]> {
  const { rows } = await session.query({
    text: `SELECT relname, pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
      WHERE relnamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)`,
  });
  const indexes = rows as [string, string][];
  for (const [name] of indexes) await session.execute(`DROP INDEX "${name}"`);
  return indexes;
}
