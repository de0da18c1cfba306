import type { Command } from 'commander';
import { Failure } from './failure.ts';
import { printJson } from './print.ts';
import type { Options } from './program.ts';
import { WHOSE, writtenRows } from './query.ts';
import { withTarget } from './target.ts';

interface RevokeOptions extends Options {
  session?: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function add(program: Command): void {
  const group = program.command('tokens').description('sign people out');
  group
    .command('revoke')
    .description(
      'end the sessions of a person: their refresh tokens and their access tokens are refused from then on',
    )
    .argument('<person>', 'an id, a username or an email')
    .option('--session <id>', 'end this session only')
    .action((person: string, _, command: Command) => revoke(person, command));
}

function revoke(person: string, command: Command): Promise<void> {
  const { session = null, json } = command.optsWithGlobals<RevokeOptions>();
  if (session !== null && !UUID.test(session)) throw new Failure(`${session} is not the id of a session.`);
  return withTarget(command, 'write', async ({ backend }) => {
    const [outcome] = await writtenRows<{ known: boolean; ended: number }>(
      backend,
      `SELECT person.id IS NOT NULL AS known, (SELECT count(*) FROM gone) AS ended
         FROM (SELECT 1) AS one LEFT JOIN person ON true`,
      [person, session],
      `person AS (SELECT id FROM users WHERE ${WHOSE}),
       gone AS (DELETE FROM sessions USING person
         WHERE user_id = person.id AND ($2::uuid IS NULL OR sessions.id = $2::uuid) RETURNING 1)`,
    );
    if (!outcome?.known) throw new Failure(`There is no user ${person}.`);
    if (session !== null && outcome.ended === 0) throw new Failure(`${person} has no session ${session}.`);
    if (json) printJson({ ended: outcome.ended });
    else console.log(`Ended ${outcome.ended} session${outcome.ended === 1 ? '' : 's'} of ${person}.`);
  });
}
