// The environment that a database belongs to, which is stored in it. Its address isn't enough: behind a tunnel, every database
// looks local.
import type { Backend } from '../neon/backend.ts';
import type { Step } from './step.ts';

export type Environment = 'development' | 'staging' | 'production';

// In the schema of the journal of migrations, which drizzle-kit and the queries don't look at.
const DECLARED = 'drizzle.environment';

/** Undefined when none is stored. */
export async function readEnvironment(backend: Backend): Promise<Environment | undefined> {
  const exists = await backend.query({ text: `SELECT to_regclass('${DECLARED}') IS NOT NULL` });
  if (exists.rows[0]?.[0] !== 't') return undefined;
  const { rows } = await backend.query({ text: `SELECT name FROM ${DECLARED}` });
  return (rows[0]?.[0] ?? undefined) as Environment | undefined;
}

/** SQL that stores the environment of a database that has none. */
export const declaration = (environment: Environment) =>
  `CREATE SCHEMA IF NOT EXISTS drizzle; CREATE TABLE IF NOT EXISTS ${DECLARED} (name text PRIMARY KEY);
INSERT INTO ${DECLARED} (name) SELECT '${environment}' WHERE NOT EXISTS (SELECT FROM ${DECLARED});\n`;

/** The same as a step of a migration. */
export const declare = (environment: Environment): Step => ({
  tag: environment,
  parts: [{ name: environment, script: declaration(environment) }],
});
