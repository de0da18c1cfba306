// What the functions for the Worker take and return, as the database's own catalogue says it.
import type { Backend } from '../neon/backend.ts';

interface Argument {
  name: string;
  type: Type;
  /** The expression of its default; null when it has none. */
  default: string | null;
}

/** A type by its name, and its element where it is an array. */
interface Type {
  name: string;
  kind: 'base' | 'composite' | 'other';
  element: Type | null;
}

interface Signature {
  name: string;
  reads: boolean;
  returns_set: boolean;
  returns: string;
  /** Whether it has OUT, VARIADIC or TABLE arguments. */
  has_modes: boolean;
  arguments: Argument[];
}

const typeOf = (oid: string) => `(SELECT json_build_object(
    'name', CASE WHEN typnamespace = pronamespace THEN typname ELSE format_type(pg_type.oid, NULL) END,
    'kind', CASE WHEN typtype = 'b' THEN 'base' WHEN typtype = 'c' AND typnamespace = pronamespace THEN 'composite'
      ELSE 'other' END,
    'element', CASE WHEN typcategory = 'A' THEN (SELECT json_build_object(
        'name', CASE WHEN element.typnamespace = pronamespace THEN element.typname ELSE format_type(element.oid, NULL) END,
        'kind', CASE WHEN element.typtype = 'b' THEN 'base'
          WHEN element.typtype = 'c' AND element.typnamespace = pronamespace THEN 'composite' ELSE 'other' END,
        'element', NULL)
      FROM pg_type element WHERE element.oid = pg_type.typelem) END)
  FROM pg_type WHERE pg_type.oid = ${oid})`;

const SIGNATURES = `SELECT json_build_object(
    'name', proname, 'reads', provolatile <> 'v', 'returns_set', proretset, 'returns', format_type(prorettype, NULL),
    'has_modes', proargmodes IS NOT NULL,
    'arguments', coalesce((SELECT json_agg(json_build_object(
        'name', proargnames[place], 'type', ${typeOf('proargtypes[place - 1]')},
        'default', pg_get_function_arg_default(pg_proc.oid, place::integer)) ORDER BY place)
      FROM generate_series(1, pronargs) AS place), '[]'))
  FROM pg_proc WHERE pronamespace = $1::regnamespace AND prosecdef ORDER BY proname COLLATE "C"`;

/**
 * TypeScript that says what the functions of this schema take and return; throws when it can't express one of them. The
 * catalogue does not say what JSON holds, nor which texts a function answers: for those it refers to src/db/json.ts.
 */
export async function renderSignatures(backend: Pick<Backend, 'query'>, schema: string): Promise<string> {
  const { rows } = await backend.query({ text: SIGNATURES, params: [schema] });
  const signatures = rows.map(([json]) => JSON.parse(json ?? 'null') as Signature);
  signatures.forEach((signature, i) => {
    check(signature);
    if (signatures[i - 1]?.name === signature.name) throw fault(signature, 'has the name of another');
  });
  const types = signatures.flatMap((signature) =>
    signature.arguments.map(({ type }) => type.element ?? type),
  );
  const composites = new Set(types.filter(({ kind }) => kind === 'composite').map(({ name }) => name));
  const aliases = [...composites]
    .sort()
    .map(
      (name) =>
        `/** A row of \`${name}\` as Postgres writes it. */\nexport type ${pascal(name)} = string & { readonly row?: '${name}' };\n`,
    );
  const calls = signatures.map(
    ({ name, reads, arguments: given }) =>
      `${name}: { reads: ${reads}, names: [${given.map((argument) => `'${argument.name}'`).join(', ')}] },`,
  );
  const shapes = signatures.map(
    (signature) => `${signature.name}: { values: ${valuesOf(signature)}; answer: ${answerOf(signature)} };`,
  );
  return `// Written by \`npm run generate\` from drizzle/functions: the schema of this release, and what its functions take and return.
import type { Answers, JsonArguments } from './json';

export const SCHEMA = '${schema}';

${aliases.join('\n')}
export const FUNCTIONS = {${calls.join('\n')}} as const satisfies Record<string, { reads: boolean; names: readonly string[] }>;

${shapes.length > 0 ? `export interface FunctionTypes {${shapes.join('\n')}}` : 'export type FunctionTypes = {};'}

export type FunctionName = keyof FunctionTypes & keyof typeof FUNCTIONS;
`;
}

const fault = ({ name }: Signature, what: string) =>
  new Error(`The function ${name} ${what}: drizzle/functions/README.md tells how one is written.`);

const NAME = /^[a-z_][a-z0-9_]*$/;

function check(signature: Signature): void {
  if (!NAME.test(signature.name)) throw fault(signature, 'must be named in lower case');
  if (signature.returns_set) throw fault(signature, 'returns a set');
  if (signature.has_modes) throw fault(signature, 'has arguments that are not plain inputs');
  for (const { name, default: value } of signature.arguments) {
    if (!NAME.test(name ?? '')) throw fault(signature, 'has an argument without a name in lower case');
    if (value !== null && !/^NULL(::|$)/.test(value))
      throw fault(signature, `gives ${name} the default ${value}, and may give no other than NULL`);
  }
}

/** The arguments that `callAs` adds. */
const CALLER = ['session', 'caller'];

/** Without any argument, an object of no property. */
function valuesOf(signature: Signature): string {
  const lines = signature.arguments
    .filter(({ name }) => !CALLER.includes(name))
    .map(({ name, type, default: value }) => {
      const written = isJson(type.name)
        ? `JsonArguments['${signature.name}']['${name}']`
        : argumentTypeOf(signature, name, type);
      return value === null ? `${name}: ${written};` : `${name}?: ${written} | null | undefined;`;
    });
  return lines.length > 0 ? `{ ${lines.join(' ')} }` : 'Record<string, never>';
}

const isJson = (type: string) => type === 'json' || type === 'jsonb';

const VALUES: Record<string, string> = {
  smallint: 'number',
  integer: 'number',
  bigint: 'number',
  boolean: 'boolean',
  text: 'string',
  uuid: 'string',
  bytea: 'string',
  'timestamp with time zone': 'string',
};

function argumentTypeOf(signature: Signature, argument: string, { name, kind, element }: Type): string {
  if (element) return `${argumentTypeOf(signature, argument, element)}[]`;
  if (kind === 'composite') return pascal(name);
  const written = VALUES[name];
  if (!written) throw fault(signature, `takes ${argument} as ${name}, which nothing here writes`);
  return written;
}

const ANSWERS: Record<string, string> = {
  void: 'unknown',
  boolean: 'boolean | null',
  smallint: 'number | null',
  integer: 'number | null',
};

function answerOf(signature: Signature): string {
  const { name, returns } = signature;
  if (isJson(returns) || returns === 'text') return `Answers['${name}']`;
  // The driver hands it over as a string.
  if (returns === 'bigint') throw fault(signature, 'returns bigint, which must be json or integer');
  const written = ANSWERS[returns];
  if (!written) throw fault(signature, `returns ${returns}, which nothing here reads`);
  return written;
}

/** `time_stretch` → `TimeStretch` */
const pascal = (name: string) => name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
