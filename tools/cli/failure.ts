import { isContention } from '../../src/db/retry.ts';
import { DatabaseError } from '../neon/backend.ts';

/** What a person can do something about: its message is all they see. */
export class Failure extends Error {
  /** The command has already told what is wrong. */
  readonly told: boolean;
  /** What to do about it, for the doctor. */
  readonly fix: string | undefined;

  constructor(message: string, { told = false, fix }: { told?: boolean; fix?: string } = {}) {
    super(message);
    this.told = told;
    this.fix = fix;
  }
}

/** No such schema, function, table or column. */
const UNDEFINED = new Set(['3F000', '42883', '42P01', '42703']);

/** An error as a sentence that says what to do, where that is known. */
export function explain(error: Error, env?: string): string {
  if (error instanceof DatabaseError && UNDEFINED.has(error.code ?? ''))
    return `the database lacks migrations (${error.message}). Run: npm run ledge -- migrations up${env ? ` --env ${env}` : ''}`;
  if (error instanceof DatabaseError && isContention(error.code))
    return `others were changing the same rows (${error.message}), and nothing was done. Try again in a moment.`;
  const heldBy = /is in use by process (\d+)/.exec(error.message);
  if (heldBy)
    return `the local database is in use by process ${heldBy[1]}: another command, or "npm run dev" that is just starting or ending. Try again in a moment, or name another database in DATABASE_URL.`;
  return error.message;
}
