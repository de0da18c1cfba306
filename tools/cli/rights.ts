// The rights of other roles on tables. Dropping a schema drops them, so they are read before as statements that grant them
// again. The role of the Worker, which only calls functions, has its rights on tables revoked.
import type { Session } from '../neon/backend.ts';
import { rows } from './query.ts';

/** Scripts that grant rights on schemas with default privileges, and rights on tables and sequences. */
export interface Rights {
  onSchemas: string;
  onRelations: string;
  /** The roles that have them. */
  roles: string[];
}

const SCHEMAS = `'public', 'drizzle'`;
const TO = `CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END ||
  CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END`;
const ROLE = 'CASE WHEN grantee <> 0 THEN pg_get_userbyid(grantee) END AS role';

/** A statement that only runs if `condition` holds. `values` are those of the condition, then those of the statement. */
const onlyIf = (condition: string, statement: string, values: string) =>
  `format('DO %L', format('BEGIN IF ${condition} THEN ${statement}; END IF; END', ${values}))`;

/**
 * Default privileges of roles that the current one is not a member of can't be changed and are left out. Relations first
 * lose the rights that default privileges give them, which can be more than they had.
 */
const STATEMENTS = `WITH spaces AS (SELECT * FROM pg_namespace WHERE nspname IN (${SCHEMAS})),
  relations AS (
    SELECT pg_class.*, format('%I.%I', nspname, relname) AS name, CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind
      FROM pg_class JOIN spaces ON spaces.oid = relnamespace WHERE relkind IN ('r', 'p', 'v', 'm', 'S'))
  SELECT 0 AS step, ${ROLE},
         format('GRANT %s ON SCHEMA %I TO %s', privilege_type, nspname, ${TO}) AS statement
    FROM spaces, aclexplode(nspacl) WHERE grantee <> nspowner
  UNION ALL
  SELECT 0, ${ROLE},
         format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT %s ON %s TO %s', pg_get_userbyid(defaclrole),
           nspname, privilege_type, CASE defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES'
             WHEN 'f' THEN 'FUNCTIONS' ELSE 'TYPES' END, ${TO})
    FROM pg_default_acl JOIN spaces ON spaces.oid = defaclnamespace, aclexplode(defaclacl)
    WHERE pg_has_role(defaclrole, 'USAGE')
  UNION ALL
  SELECT 1, NULL,
         format('DO %L', format('DECLARE role text; BEGIN FOR role IN
             SELECT DISTINCT CASE grantee WHEN 0 THEN ''PUBLIC'' ELSE quote_ident(pg_get_userbyid(grantee)) END
               FROM pg_class, aclexplode(relacl) WHERE pg_class.oid = to_regclass(%L) AND grantee <> relowner
           LOOP EXECUTE %L || role; END LOOP; END', name, format('REVOKE ALL ON %s %s FROM ', kind, name)))
    FROM relations
  UNION ALL
  SELECT 2, ${ROLE},
         ${onlyIf('to_regclass(%L) IS NOT NULL', 'GRANT %s ON %s %s TO %s', `name, privilege_type, kind, name, ${TO}`)}
    FROM relations, aclexplode(relacl) WHERE grantee <> relowner
  UNION ALL
  SELECT 2, ${ROLE},
         ${onlyIf(
           'EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass(%L) AND attname = %L)',
           'GRANT %s (%I) ON %s TO %s',
           `name, attname, privilege_type, attname, name, ${TO}`,
         )}
    FROM relations JOIN pg_attribute ON attrelid = relations.oid, aclexplode(attacl)
    WHERE grantee <> relowner AND NOT attisdropped
  ORDER BY step`;

/** Reads what is granted now. The scripts skip relations that no longer exist when they run. */
export async function readRights(session: Session): Promise<Rights> {
  const found = await rows<{ step: number; role: string | null; statement: string }>(session, STATEMENTS);
  const script = (relations: boolean) =>
    found
      .filter(({ step }) => step > 0 === relations)
      .map(({ statement }) => `${statement};\n`)
      .join('');
  const roles = [...new Set(found.map(({ role }) => role))].filter((role) => role !== null);
  return { onSchemas: script(false), onRelations: script(true), roles };
}

/** SQL that revokes all rights on tables and sequences from a role, whose name is quoted, and its default privileges. */
export const revokeTables = (role: string) => `DO $do$ DECLARE space text; BEGIN
  FOR space IN SELECT nspname FROM pg_namespace WHERE nspname IN (${SCHEMAS}) LOOP
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %s', space, ${literal(role)});
    EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA %I FROM %s', space, ${literal(role)});
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM %s', space, ${literal(role)});
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I REVOKE ALL ON TABLES FROM %s', space, ${literal(role)});
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I REVOKE ALL ON SEQUENCES FROM %s', space, ${literal(role)});
  END LOOP;
END $do$;
`;

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** The tables of which a role can read a column, by any right. */
export async function readableTables(session: Session, role: string): Promise<string[]> {
  const found = await rows<{ name: string }>(
    session,
    `SELECT oid::regclass AS name FROM pg_class
       WHERE relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN (${SCHEMAS})) AND relkind IN ('r', 'p', 'v', 'm')
         AND has_any_column_privilege($1, oid, 'SELECT')
         AND has_schema_privilege($1, relnamespace, 'USAGE') ORDER BY 1`,
    [role],
  );
  return found.map(({ name }) => name);
}
