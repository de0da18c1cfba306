import { type Command, Option } from 'commander';
import { Failure } from './failure.ts';
import { examples, type Options } from './options.ts';
import { printJson, printNote, printRows, type Row } from './print.ts';
import { callFunction } from './query.ts';
import { withTarget } from './target.ts';
import { idOf, LIST_LIMIT, positive, readNote } from './values.ts';

interface ListOptions extends Options {
  status?: 'open' | 'resolved';
  limit: number;
  all?: boolean;
}

interface ResolveOptions extends Options {
  note?: string;
}

export function add(program: Command): void {
  const group = program.command('reports').description('read and resolve reports');
  group
    .command('list')
    .description('list reports, open ones first, each group newest first')
    .addOption(new Option('--status <status>', 'only these').choices(['open', 'resolved']))
    .option('--limit <number>', 'list so many reports at most', positive, LIST_LIMIT)
    .option('--all', 'list all reports')
    .addHelpText('after', examples('reports list --status open', 'reports list --all --json'))
    .action((_, command: Command) => list(command));
  group
    .command('resolve')
    .description('resolve a report')
    .argument('<id>', 'the report', idOf('report'))
    .option('--note <text>', 'what the admins should know about it')
    .addHelpText('after', examples('reports resolve 12', "reports resolve 12 --note 'Not spam.'"))
    .action((id: number, _, command: Command) => resolve(id, command));
}

function list(command: Command): Promise<void> {
  const { status, limit, all, json } = command.optsWithGlobals<ListOptions>();
  return withTarget(command, 'read', async ({ backend }) => {
    // One more than is shown tells whether there are more.
    const row_limit = all ? null : limit + 1;
    const open = status === undefined ? null : status === 'open';
    const found = await callFunction<Row[]>(backend, 'admin_list_reports', { row_limit, open });
    const shown = all ? found : found.slice(0, limit);
    printRows(shown, { json, none: 'There are no reports.' });
    if (shown.length < found.length)
      printNote(`These are the first ${limit}, and there are more: --limit ${limit * 2}, or --all.`, {
        json,
      });
  });
}

async function resolve(id: number, command: Command): Promise<void> {
  const { note: given, json } = command.optsWithGlobals<ResolveOptions>();
  const note = await readNote('--note', given);
  await withTarget(command, 'write', async ({ backend }) => {
    const found = await callFunction<{ report: Row; changed: boolean } | null>(
      backend,
      'admin_resolve_report',
      { id, note },
    );
    if (!found) throw new Failure(`There is no report ${id}.`);
    if (json) printJson(found.report);
    else if (found.changed) console.log(`Resolved report ${id}.`);
    else
      console.log(`Report ${id} was resolved already${note === null ? '' : ', and has the new note now'}.`);
  });
}
