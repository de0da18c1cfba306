import type { Backend } from '../neon/backend.ts';

/** Where the names of what an extension brought are to be left out. */
const ownedByExtension = (catalog: string) =>
  `NOT EXISTS (SELECT FROM pg_depend WHERE classid = '${catalog}'::regclass AND objid = thing.oid AND deptype = 'e')`;

// As pg_dump would, from the catalogs, so that no program of a matching version has to be there. Columns by name: one
// that was added later stands at the end of its table, and no query of ours asks for an order.
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
    -- Since version 18 every NOT NULL is one too; the column says it already.
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
      AND ${ownedByExtension('pg_type')}`;

const RULES = `
  SELECT 'function ' || thing.oid::regprocedure || ' ' || pg_get_functiondef(thing.oid)
    FROM pg_proc thing
    WHERE thing.pronamespace = 'public'::regnamespace AND thing.prokind IN ('f', 'p')
      AND ${ownedByExtension('pg_proc')}
  UNION ALL
  SELECT 'trigger ' || pg_get_triggerdef(thing.oid)
    FROM pg_trigger thing JOIN pg_class ON pg_class.oid = tgrelid
    WHERE relnamespace = 'public'::regnamespace AND NOT tgisinternal
  UNION ALL
  SELECT 'extension ' || extname FROM pg_extension thing WHERE extname <> 'plpgsql'`;

async function lines(backend: Pick<Backend, 'query'>, text: string): Promise<string[]> {
  const { rows } = await backend.query({ text });
  return rows.map(([line]) => line ?? '').sort();
}

/** The schema `public` in words, a line a thing: tables with all that belongs to them. */
export const describeTables = (backend: Pick<Backend, 'query'>) => lines(backend, TABLES);

/** The same, with functions, triggers and extensions: what no table definition says. */
export const describeSchema = (backend: Pick<Backend, 'query'>) =>
  lines(backend, `${TABLES} UNION ALL ${RULES}`);

/** SQL that makes what tables are built on, extensions and the functions of indexes, from a described schema. */
export function groundwork(schema: string[]): string {
  const extensions = schema.filter((line) => line.startsWith('extension ')).map((line) => `CREATE ${line};`);
  const functions = schema
    .filter((line) => line.startsWith('function '))
    .map((line) => `${line.slice(line.indexOf('CREATE OR REPLACE'))};`);
  // Their bodies name tables that are not there yet.
  return ['SET check_function_bodies = off;', ...extensions, ...functions].join('\n');
}

/** What one description has and the other has not, each line marked like in a diff. */
export function compareSchemas(is: string[], should: string[]): string[] {
  const here = new Set(is);
  const there = new Set(should);
  return [
    ...should.filter((line) => !here.has(line)).map((line) => `- ${line}`),
    ...is.filter((line) => !there.has(line)).map((line) => `+ ${line}`),
  ];
}
