// What is wrong with an input, in our words. Zod's own words never reach people.
import { z } from '@hono/zod-openapi';
import type { InputFault } from '../problems';

/** Which rule a value breaks, and a sentence whose subject is the name of the field. */
export type Fault = Omit<InputFault, 'path'>;

export const fault = (code: string, message: string): Fault => ({ code, message });

/** A string that `read` turns into a value, or says why it can't. */
export const stringOf = <Value extends string | number | object | null>(
  read: (given: string) => Value | Fault,
) =>
  z.string().transform((given, ctx): Value => {
    const value = read(given);
    if (!isFault(value)) return value;
    ctx.addIssue({ code: 'custom', params: { code: value.code }, message: value.message });
    return z.NEVER;
  });

const isFault = (value: unknown): value is Fault =>
  typeof value === 'object' && value !== null && 'code' in value && 'message' in value;

/** Stands for the value of a field that may be given once and was given several times. */
export const REPEATED = Symbol('repeated');

const GIVEN_TWICE = 'must be given once';
const REQUIRED = 'is required';

const TYPES: Record<string, string> = {
  string: 'must be a text',
  number: 'must be a whole number',
  int: 'must be a whole number',
  boolean: 'must be true or false',
  array: 'must be a list',
  object: 'must be an object',
};

/** Zod asks this wherever a schema has no sentence of its own. Only here its issues contain their input. */
function sentenceOf(issue: z.core.$ZodRawIssue): string {
  if (issue.input === undefined) return REQUIRED;
  if (issue.input === REPEATED) return GIVEN_TWICE;
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? 'has the wrong type';
    case 'invalid_value':
      return `must be ${alternatives(issue.values.map(String))}`;
    case 'too_small':
      return `must be at least ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    default:
      return 'has the wrong form';
  }
}

z.config({ customError: sentenceOf });

function alternatives(names: string[]): string {
  const shown = names.filter((name) => name !== '');
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`;
}

/** Nobody reads more. */
const FAULTS_MAX = 100;

/** What is wrong with a value by its schema: the first fault of each path. Empty if nothing is. */
export function faultsOf(issues: readonly z.core.$ZodIssue[]): InputFault[] {
  const faults = new Map<string, InputFault>();
  for (const issue of issues) {
    if (faults.size === FAULTS_MAX) break;
    const path = issue.path.join('.');
    if (!faults.has(path)) faults.set(path, { path, code: codeOf(issue), message: messageOf(issue) });
  }
  return [...faults.values()];
}

const messageOf = ({ path, code, message }: z.core.$ZodIssue) =>
  path.length === 0 && code === 'invalid_type' ? 'the body must be a JSON object' : message;

const AMOUNT_CODES = { too_small: 'too_small', too_big: 'too_large' } as const;

function codeOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_small':
    case 'too_big':
      return AMOUNT_CODES[issue.code];
    case 'custom':
      return typeof issue.params?.code === 'string' ? issue.params.code : 'invalid';
    default:
      if (issue.message === REQUIRED) return 'required';
      return issue.message === GIVEN_TWICE ? 'repeated' : issue.code;
  }
}
