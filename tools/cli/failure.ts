import { isContention } from '../../src/db/retry.ts';
import { DatabaseError } from '../neon/backend.ts';

/** An error that the user can do something about: only its message is shown. */
export class Failure extends Error {
  /** The command has already printed what is wrong: the message is only for programs. */
  readonly isPrinted: boolean;
  /** What to do about it. */
  readonly fix: string | undefined;

  constructor(message: string, { isPrinted = false, fix }: { isPrinted?: boolean; fix?: string } = {}) {
    super(message);
    this.isPrinted = isPrinted;
    this.fix = fix;
  }
}

/** A value on the command line was not understood. Commander would put words of its own before ours. */
export class UsageFailure extends Failure {}

/** No such schema, function, table or column. */
const UNDEFINED = new Set(['3F000', '42883', '42P01', '42703']);

/** The command that applies missing migrations. */
export const upCommand = (env?: string) => `npm run ledge -- migrations up${env ? ` --env ${env}` : ''}`;

/** The message of an error; for known errors a sentence that says what to do. */
export function explain(error: Error, env?: string): string {
  if (error instanceof DatabaseError && UNDEFINED.has(error.code ?? ''))
    return `The database lacks migrations (${error.message}). Run: ${upCommand(env)}`;
  if (error instanceof DatabaseError && isContention(error.code))
    return `Others were changing the same rows (${error.message}), and nothing was done. Try again in a moment.`;
  const usedBy = /is in use by process (\d+)/.exec(error.message);
  if (usedBy)
    return `The local database is in use by process ${usedBy[1]}: another command, or "npm run dev" that is just starting or ending. Try again in a moment, or name another database in DATABASE_URL.`;
  return error.message;
}
