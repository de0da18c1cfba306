// Written by `npm run generate` from drizzle/functions: the schema of this release, and what its functions take and return.

export const SCHEMA = 'ledge_97521060';

export const FUNCTIONS = { schema_version: { reads: true, names: [] } } as const satisfies Record<
  string,
  { reads: boolean; names: readonly string[] }
>;

export interface FunctionTypes {
  schema_version: { values: Record<string, never>; answer: string | null };
}

export type FunctionName = keyof FunctionTypes & keyof typeof FUNCTIONS;
