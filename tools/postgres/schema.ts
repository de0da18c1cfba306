import type { Backend } from '../neon/backend.ts';

/** A condition that excludes objects of an extension. */
const isNotOfExtension = (catalog: string) =>
  `NOT EXISTS (SELECT FROM pg_depend WHERE classid = '${catalog}'::regclass AND objid = thing.oid AND deptype = 'e')`;

// Like pg_dump, but from the catalogs, so that no program of a matching version is needed. Columns are sorted by name,
// because one that was added later comes last in its table, and no query depends on the order.
const TABLES = `
  SELECT 'column ' || thing.relname || '.' || column_.attname || ' ' || format_type(atttypid, atttypmod)
      || CASE WHEN attnotnull THEN ' not null' ELSE '' END
      || CASE attidentity WHEN 'a' THEN ' identity always' WHEN 'd' THEN ' identity by default' ELSE '' END
      || CASE attgenerated WHEN 's' THEN ' generated' ELSE '' END
      || coalesce(' default ' || pg_get_expr(adbin, adrelid), '')
    FROM pg_class thing JOIN pg_attribute column_ ON attrelid = thing.oid AND attnum > 0 AND NOT attisdropped
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE thing.relkind IN ('r', 'p', 'v', 'm') AND thing.relnamespace = 'public'::regnamespace
  UNION ALL
  SELECT 'constraint ' || conrelid::regclass || '.' || conname || ' ' || pg_get_constraintdef(thing.oid)
    FROM pg_constraint thing
    -- Since version 18, every NOT NULL is a constraint, too; the column already has it.
    WHERE thing.connamespace = 'public'::regnamespace AND contype <> 'n' AND conrelid <> 0
  UNION ALL
  SELECT 'index ' || pg_get_indexdef(indexrelid)
    FROM pg_index JOIN pg_class thing ON thing.oid = indexrelid WHERE thing.relnamespace = 'public'::regnamespace
  UNION ALL
  SELECT 'sequence ' || thing.relname FROM pg_class thing
    WHERE thing.relkind = 'S' AND thing.relnamespace = 'public'::regnamespace
  UNION ALL
  SELECT 'type ' || thing.typname || coalesce(' ' || (
      SELECT string_agg(enumlabel, ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = thing.oid), '')
    FROM pg_type thing
    WHERE thing.typtype IN ('e', 'd') AND thing.typnamespace = 'public'::regnamespace
      AND ${isNotOfExtension('pg_type')}`;

const RULES = `
  SELECT 'function ' || thing.oid::regprocedure || ' ' || pg_get_functiondef(thing.oid)
    FROM pg_proc thing
    WHERE thing.pronamespace = 'public'::regnamespace AND thing.prokind IN ('f', 'p')
      AND ${isNotOfExtension('pg_proc')}
  UNION ALL
  SELECT 'trigger ' || pg_get_triggerdef(thing.oid)
    FROM pg_trigger thing JOIN pg_class ON pg_class.oid = tgrelid
    WHERE relnamespace = 'public'::regnamespace AND NOT tgisinternal
  UNION ALL
  SELECT 'extension ' || extname FROM pg_extension thing WHERE extname <> 'plpgsql'`;

async function queryLines(backend: Pick<Backend, 'query'>, text: string): Promise<string[]> {
  const { rows } = await backend.query({ text });
  return rows.map(([line]) => line ?? '').sort();
}

/** Describes the tables of the schema `public` and what belongs to them, one line for each object. */
export const describeTables = (backend: Pick<Backend, 'query'>) => queryLines(backend, TABLES);

/** Describes the schema `public` with its functions, triggers and extensions. */
export const describeSchema = (backend: Pick<Backend, 'query'>) =>
  queryLines(backend, `${TABLES} UNION ALL ${RULES}`);

/** SQL that creates the extensions and functions of a described schema, which tables need. */
export function prerequisitesOf(schema: string[]): string {
  const extensions = schema.filter((line) => line.startsWith('extension ')).map((line) => `CREATE ${line};`);
  const functions = schema
    .filter((line) => line.startsWith('function '))
    .map((line) => `${line.slice(line.indexOf('CREATE OR REPLACE'))};`);
  // Their bodies refer to tables that don't exist yet.
  return ['SET check_function_bodies = off;', ...extensions, ...functions].join('\n');
}

/** The differences of two descriptions, as the lines of a diff. */
export function compareSchemas(actual: string[], expected: string[]): string[] {
  const actualLines = new Set(actual);
  const expectedLines = new Set(expected);
  return [
    ...expected.filter((line) => !actualLines.has(line)).map((line) => `- ${line}`),
    ...actual.filter((line) => !expectedLines.has(line)).map((line) => `+ ${line}`),
  ];
}
