import { describe, expect, it } from 'vitest';
import { sql } from '../support/sql';

// On a real Postgres, the whole suite runs as the role that docs/deployment.md makes for the Worker.
describe('the role of the Worker', () => {
  it.each([
    'CREATE TABLE public.planted (a int)',
    'ALTER TABLE users ADD COLUMN planted int',
    'DROP TABLE votes',
    'TRUNCATE votes',
    'DROP TRIGGER votes_added ON votes',
    'DELETE FROM drizzle.__drizzle_migrations',
    "COPY users TO PROGRAM 'true'",
  ])('may not %s', async (statement) => {
    await expect(sql.query(statement)).rejects.toMatchObject({ code: '42501' });
  });

  it('ends a statement that runs for longer than anybody waits', async () => {
    expect(
      await sql`SELECT current_setting('statement_timeout') AS ends, current_setting('jit') AS jit`,
    ).toEqual([{ ends: '8s', jit: 'off' }]);
  });
});
