import type { Command } from 'commander';
import type { Session } from '../neon/backend.ts';
import { declaration } from '../postgres/environment.ts';
import { dropAllReleases, grantReleases, readFunctions, readReleases } from '../postgres/functions.ts';
import { createPrivateSchema, planUp, readMigrations, scriptOf } from '../postgres/migrations.ts';
import { confirm } from './ask.ts';
import { Failure } from './failure.ts';
import { examples, type Options } from './options.ts';
import { plain, printJson } from './print.ts';
import { rows } from './query.ts';
import { readableTables, readRights, revokeTables } from './rights.ts';
import { type Target, withTarget } from './target.ts';

interface ResetOptions extends Options {
  force?: boolean;
}

export function add(program: Command): void {
  const group = program.command('database').description('reset the database, or grant rights on it');
  group
    .command('reset')
    .description(
      'delete everything and create the tables again, with the rights of other roles; not in production',
    )
    .option('--force', 'do not ask')
    .action((_, command: Command) =>
      withTarget(command, 'destroy', (target) => reset(command, target), { creates: true }),
    );
  group
    .command('grant')
    .description('let the role of the Worker call the functions of this and later releases, and nothing else')
    .argument('<role>', 'the user in the connection string of the Worker')
    .addHelpText('after', examples('database grant ledge_worker --env production'))
    .action((role: string, _, command: Command) =>
      withTarget(command, 'write', (target) => grant(role, command, target)),
    );
}

async function reset(command: Command, { backend, name, environment }: Target): Promise<void> {
  const { force, json } = command.optsWithGlobals<ResetOptions>();
  await confirm(`Delete everything in ${name}?`, { force });
  const release = readFunctions();
  const migrations = readMigrations();
  const steps = planUp(migrations, 'all', release)([]);
  // Not by down migrations: a database of another branch or in a broken state has to be dropped, too.
  const drop = `${dropAllReleases()}DROP SCHEMA IF EXISTS drizzle CASCADE; DROP SCHEMA public CASCADE;`;
  const create = createPrivateSchema('public') + createPrivateSchema('drizzle');
  const declare = environment && environment !== 'development' ? declaration(environment) : '';
  const roles = await backend.session(async (session) => {
    await session.execute('BEGIN');
    const rights = await readRights(session);
    const script = scriptOf(steps).replace(/^BEGIN;|COMMIT;\s*$/g, '');
    // Default privileges have to be granted before the tables are created.
    await session.execute(
      [drop, create, rights.onSchemas, declare, script, rights.onRelations, 'COMMIT;'].join('\n'),
    );
    return rights.roles;
  });
  const tags = migrations.map(({ tag }) => tag);
  if (json) return printJson({ database: name, applied: tags, functions: release.schema, roles });
  console.log(`${name} is empty and migrated to ${tags.at(-1)}.`);
  if (roles.length > 0) console.log(`The rights of ${plain(roles.join(', '))} were kept.`);
}

/** Lets a role call the functions for the Worker, and do nothing else. */
async function grant(role: string, command: Command, { backend, name }: Target): Promise<void> {
  const { json } = command.optsWithGlobals<Options>();
  const schemas = await backend.session(async (session) => {
    await session.execute('BEGIN');
    const quoted = await checkRole(session, role);
    const releases = await readReleases(session);
    await session.execute(revokeTables(quoted));
    await session.execute(grantReleases(releases, quoted));
    const readable = await readableTables(session, role);
    if (readable.length > 0)
      throw new Failure(
        `${role} could still read ${readable.join(', ')}, by a right of PUBLIC, of a role that it is a member of, or that another role granted: nothing was done. Revoke that right first.`,
      );
    await session.execute('COMMIT');
    return releases.map(({ schema }) => schema);
  });
  if (json) return printJson({ database: name, role, functions: schemas });
  console.log(
    `In ${name}, ${plain(role)} may call the functions for the Worker (${schemas.join(', ') || 'none yet'}, and those of every later release), and nothing else.`,
  );
}

/** The name of the role, quoted for SQL. Throws when it is not suitable for the Worker. */
async function checkRole(session: Session, role: string): Promise<string> {
  const [found] = await rows<{ quoted: string; is_owner: boolean }>(
    session,
    `SELECT quote_ident(rolname) AS quoted, rolsuper OR pg_has_role(oid, current_user, 'MEMBER') AS is_owner
       FROM pg_roles WHERE rolname = $1`,
    [role],
  );
  if (!found) throw new Failure(`There is no role ${role}: docs/deployment.md says how to create it.`);
  if (found.is_owner)
    throw new Failure(
      `${role} owns the database and can do everything. The Worker needs a role of its own: docs/deployment.md says how to create it.`,
    );
  return found.quoted;
}
