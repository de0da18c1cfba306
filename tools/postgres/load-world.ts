// Fills a database with millions of rows.
import type { Backend, Session } from '../neon/backend.ts';

/** The id of the session of a person in a loaded world. */
export const sessionOf = (user: number) => `00000000-0000-4000-8000-${String(user).padStart(12, '0')}`;

/** Fills an empty, migrated database with the script of a world; `say` is called before each step. */
export async function loadWorld(backend: Backend, world: string, say: (line: string) => void): Promise<void> {
  await backend.session(async (session) => {
    const keys = await dropKeys(session);
    const indexes = await dropIndexes(session);
    say('rows: posts, people, votes, follows');
    await session.execute(world);
    for (const [name, definition] of [...keys, ...indexes]) {
      say(`index ${name}`);
      await session.execute(definition);
    }
    say('statistics');
    await session.execute('VACUUM ANALYZE');
  });
}

type Definitions = [name: string, definition: string][];

/** Drops the primary keys that no other table refers to. Resolves to the statements that add them. */
async function dropKeys(session: Session): Promise<Definitions> {
  const { rows } = await session.query({
    text: `SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint AS key
      WHERE contype = 'p' AND connamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE confrelid = key.conrelid)`,
  });
  const keys = rows as [table: string, name: string, definition: string][];
  for (const [table, name] of keys) await session.execute(`ALTER TABLE ${table} DROP CONSTRAINT "${name}"`);
  return keys.map(([table, name, definition]) => [
    name,
    `ALTER TABLE ${table} ADD CONSTRAINT "${name}" ${definition}`,
  ]);
}

/** Drops the indexes that no constraint needs, which makes loading several times as fast. Resolves to their definitions. */
async function dropIndexes(session: Session): Promise<Definitions> {
  const { rows } = await session.query({
    text: `SELECT relname, pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
      WHERE relnamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)`,
  });
  const indexes = rows as Definitions;
  for (const [name] of indexes) await session.execute(`DROP INDEX "${name}"`);
  return indexes;
}
