// Written by `npm run generate` from drizzle/functions: the schema of this release, and what its functions take and return.

export const SCHEMA = 'ledge_00000000';

export const FUNCTIONS = {} as const satisfies Record<string, { reads: boolean; names: readonly string[] }>;

export type FunctionTypes = {};

export type FunctionName = keyof FunctionTypes & keyof typeof FUNCTIONS;
