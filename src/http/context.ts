import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { $ZodIssue } from 'zod/v4/core';
import type { Caller, Database } from '../db/database';
import type { Settings } from '../env';
import { type InputFault, invalidInput, type Problem } from '../problems';

/** What every handler finds in `c.var`. */
export interface AppEnv {
  Bindings: Env;
  Variables: {
    settings: Settings;
    db: Database;
    caller: Caller;
    /** What is wrong with the token that came, for the routes that ask for one. */
    refusal: Problem | null;
    /** Media types, where a body may be more than JSON. */
    accepted: string | undefined;
    requestId: string;
  };
}

/** A group of routes: input that breaks its contract is a 422 that says where and why. */
export function createRouter() {
  return new OpenAPIHono<AppEnv>({
    strict: false,
    defaultHook: (parsed) => {
      if (!parsed.success) throw invalidInput(...parsed.error.issues.map(faultOf));
    },
  });
}

/** Parses what the route's own validators leave open: one of several bodies. Throws the same 422. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw invalidInput(...parsed.error.issues.map(faultOf));
  return parsed.data;
}

const REQUIRED = 'is required';

// An issue that Zod hands out no longer holds its input: only here is a missing key told from one of a wrong type.
z.config({
  customError: ({ code, input }) => (code === 'invalid_type' && input === undefined ? REQUIRED : undefined),
});

const LENGTH_CODES = { too_small: 'too_short', too_big: 'too_long' } as const;
const AMOUNT_CODES = { too_small: 'too_small', too_big: 'too_large' } as const;

function faultOf(issue: $ZodIssue): InputFault {
  return { path: issue.path.join('.'), code: faultCode(issue), message: issue.message };
}

function faultCode(issue: $ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message === REQUIRED ? 'required' : 'invalid_type';
    case 'too_small':
    case 'too_big':
      return (issue.origin === 'string' || issue.origin === 'array' ? LENGTH_CODES : AMOUNT_CODES)[
        issue.code
      ];
    case 'custom':
      return typeof issue.params?.code === 'string' ? issue.params.code : 'invalid';
    default:
      return issue.code;
  }
}
