import type { Command } from 'commander';
import { type Course, readCourse, writeCourse } from '../course/import.ts';
import type { Session } from '../neon/backend.ts';
import { Failure } from './failure.ts';
import { examples, type Options } from './options.ts';
import { printJson, printRows } from './print.ts';
import { open, withTarget } from './target.ts';

interface ImportOptions extends Options {
  from: string;
  dryRun?: boolean;
}

export function add(program: Command): void {
  program
    .command('import')
    .description("import the users, posts and votes of the FastAPI course's database")
    .requiredOption('--from <name>', 'the variable that holds the connection string of the course database')
    .option('--dry-run', 'roll everything back: report what would be imported, or why it would fail')
    .addHelpText(
      'after',
      `\nIds and passwords are kept. See docs/moving.md.\n${examples('import --from COURSE_URL --dry-run')}`,
    )
    .action((_, command: Command) => importCourse(command));
}

async function importCourse(command: Command): Promise<void> {
  const { from, dryRun, json, ...options } = command.optsWithGlobals<ImportOptions>();
  if (from === options.databaseUrlEnv) throw new Failure('--from must not name the database to write to.');
  const source = await open(withoutDriver(process.env[from]), { ...options, databaseUrlEnv: from });
  const course = await readCourse(source.backend).finally(() => source.backend.close());
  await withTarget(command, 'write', async ({ backend }) => {
    await backend.session((session: Session) => writeCourse(session, course, { dryRun: dryRun ?? false }));
    report(course, { dryRun, json });
  });
}

/** SQLAlchemy names its driver in the scheme. */
const withoutDriver = (url: string | undefined) => url?.replace(/^(postgres(?:ql)?)\+\w+:/, '$1:');

function report(
  { users, posts, votes, notes }: Course,
  { dryRun, json }: { dryRun: boolean | undefined; json: boolean | undefined },
): void {
  const counts = { users: users.length, posts: posts.length, votes: votes.length };
  if (json) {
    printJson({ ...counts, notes, written: !dryRun });
    return;
  }
  printRows(
    Object.entries(counts).map(([table, rows]) => ({ table, rows })),
    { json: false, none: '' },
  );
  for (const note of notes) console.log(note);
  console.log(
    dryRun
      ? 'Everything can be imported. Nothing was written.'
      : 'Everything was imported, and all counts were compared.',
  );
}
