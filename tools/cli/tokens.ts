import type { Command } from 'commander';
import { Failure } from './failure.ts';
import { examples, type Options } from './options.ts';
import { printJson } from './print.ts';
import { callFunction } from './query.ts';
import { withTarget } from './target.ts';

interface RevokeOptions extends Options {
  session?: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function add(program: Command): void {
  const group = program.command('tokens').description('sign people out');
  group
    .command('revoke')
    .description('end the sessions of a user, which invalidates their refresh and access tokens')
    .argument('<user>', 'an id, a username or an email')
    .option('--session <id>', 'end this session only')
    .addHelpText('after', examples('tokens revoke ada'))
    .action((person: string, _, command: Command) => revoke(person, command));
}

function revoke(person: string, command: Command): Promise<void> {
  const { session = null, json } = command.optsWithGlobals<RevokeOptions>();
  if (session !== null && !UUID.test(session)) throw new Failure(`${session} is not the id of a session.`);
  return withTarget(command, 'write', async ({ backend }) => {
    const ended = await callFunction<number | null>(backend, 'admin_revoke_sessions', {
      person,
      id: session,
    });
    if (ended === null) throw new Failure(`There is no user ${person}.`);
    if (session !== null && ended === 0) throw new Failure(`${person} has no session ${session}.`);
    if (json) printJson({ ended });
    else console.log(`Ended ${ended} session${ended === 1 ? '' : 's'} of ${person}.`);
  });
}
