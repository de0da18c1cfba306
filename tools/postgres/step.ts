import { DatabaseError, type Session } from '../neon/backend.ts';

/** A script, and what to call it when it fails. */
export interface Part {
  name: string;
  script: string;
}

/** One thing that is done to a database: a migration in one direction, a release of the functions, a change of a journal. */
export interface Step {
  /** The migration, or the schema of the release. */
  tag: string;
  /** Where the tag is not what is made: it only leaves the journal; or it is an old release that goes, or one that stays. */
  kind?: 'struck' | 'dropped' | 'kept';
  parts: Part[];
}

/** Runs a step; throws an error that names the part and, where Postgres tells it, the line. */
export async function runStep(session: Session, { parts }: Step): Promise<void> {
  for (const { name, script } of parts) {
    try {
      await session.execute(script);
    } catch (error) {
      const at = error instanceof DatabaseError ? lineOf(script, error) : undefined;
      const where = at === undefined ? '' : ` at line ${at}`;
      throw new Error(`${name} failed${where}: ${(error as Error).message}`, { cause: error });
    }
  }
}

/** Postgres counts the characters of a script, or the lines of a function's body; people count lines of the file. */
function lineOf(script: string, { fields }: DatabaseError): number | undefined {
  const position = Number(fields.position);
  if (position) return lines([...script].slice(0, position).join(''));
  const [, name = '', line] = /PL\/pgSQL function "?(\w+)"? near line (\d+)/.exec(fields.where ?? '') ?? [];
  const head = new RegExp(`\\bFUNCTION\\s+"?${name}"?\\s*\\([^]*?\\$\\w*\\$`, 'i').exec(script);
  if (!line || !head) return undefined;
  return lines(script.slice(0, head.index + head[0].length)) + Number(line) - 1;
}

const lines = (text: string) => text.split('\n').length;
