import { DatabaseError, type Session } from '../neon/backend.ts';

/** A script, with its name in an error. */
export interface Part {
  name: string;
  script: string;
}

/** A migration up or down, a release of the functions, or a change of the journal. */
export interface Step {
  /** The tag of the migration, or the schema of the release. */
  tag: string;
  /** Set when the step doesn't apply the tag: a migration leaves the journal, or a release is dropped, or kept as it is. */
  kind?: 'unstamped' | 'dropped' | 'kept';
  parts: Part[];
}

/** Runs a step; throws an error with the name of the part and, if Postgres says it, the line. */
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

/** The line in the script, from a position in characters or from a line in the body of a function. */
function lineOf(script: string, { fields }: DatabaseError): number | undefined {
  const position = Number(fields.position);
  if (position) return countLines([...script].slice(0, position).join(''));
  const [, name = '', line] = /PL\/pgSQL function "?(\w+)"? near line (\d+)/.exec(fields.where ?? '') ?? [];
  const head = new RegExp(`\\bFUNCTION\\s+"?${name}"?\\s*\\([^]*?\\$\\w*\\$`, 'i').exec(script);
  if (!line || !head) return undefined;
  return countLines(script.slice(0, head.index + head[0].length)) + Number(line) - 1;
}

const countLines = (text: string) => text.split('\n').length;
