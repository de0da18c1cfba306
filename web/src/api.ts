import { isProblem, UnexpectedAnswer } from '../../client/index.ts';
import { words } from './words.ts';

export { api } from './state/session.ts';

/** `fetch` throws a TypeError if no answer came. */
export const isOffline = (error: unknown): boolean => error instanceof TypeError;

/** Whether the same request may succeed later: no answer, or one that says so. */
export const isPassing = (error: unknown): boolean =>
  isOffline(error) ||
  (isProblem(error) && (error.status >= 500 || error.status === 429)) ||
  (error instanceof UnexpectedAnswer && error.status >= 500);

/** What went wrong, in a sentence for the reader. */
export function sentenceOf(error: unknown): string {
  if (isOffline(error)) return words.errors.offline;
  if (!isProblem(error)) return words.errors.unexpected;
  if (isProblem(error, 'rate_limited')) return words.errors.rateLimited(error.retryAfter ?? 1);
  const own: Record<string, string> = words.errors.codes;
  return own[error.code] ?? error.detail;
}

/** The field that a problem is about. */
const FIELDS: Record<string, string> = {
  email_taken: 'email',
  username_taken: 'username',
  wrong_password: 'current_password',
};

/** What is wrong with each value of a form, by its name. */
export function faultsOf(error: unknown): Record<string, string> {
  if (!isProblem(error)) return {};
  if (isProblem(error, 'invalid_input'))
    return Object.fromEntries(error.errors.map(({ path, message }) => [path.split(/[.[]/)[0], message]));
  const field = FIELDS[error.code];
  return field ? { [field]: error.detail } : {};
}
