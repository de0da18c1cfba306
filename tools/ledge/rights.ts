// What roles other than the owner may do in a schema goes with the schema: the statements that give it again.
import type { Session } from '../neon/backend.ts';
import { rows } from './query.ts';

/** Rights on schemas and on what will be made in them, and rights on what is in them. */
export interface Rights {
  onSchemas: string;
  onRelations: string;
  /** Whose they are. */
  roles: string[];
}

const SCHEMAS = `'public', 'drizzle'`;
const TO = `CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END ||
  CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END`;
const ROLE = 'CASE WHEN grantee <> 0 THEN pg_get_userbyid(grantee) END AS role';

/** Nobody can change the defaults of a role that they are not a member of: those are left out. */
const STATEMENTS = `WITH spaces AS (SELECT * FROM pg_namespace WHERE nspname IN (${SCHEMAS}))
  SELECT false AS on_relation, ${ROLE},
         format('GRANT %s ON SCHEMA %I TO %s', privilege_type, nspname, ${TO}) AS statement
    FROM spaces, aclexplode(nspacl) WHERE grantee <> nspowner
  UNION ALL
  SELECT false, ${ROLE},
         format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT %s ON %s TO %s', pg_get_userbyid(defaclrole),
           nspname, privilege_type, CASE defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES'
             WHEN 'f' THEN 'FUNCTIONS' ELSE 'TYPES' END, ${TO})
    FROM pg_default_acl JOIN spaces ON spaces.oid = defaclnamespace, aclexplode(defaclacl)
    WHERE pg_has_role(defaclrole, 'MEMBER')
  UNION ALL
  SELECT true, ${ROLE},
         format('DO %L', format('BEGIN IF to_regclass(%L) IS NOT NULL THEN %s; END IF; END', format('%I.%I', nspname, relname),
           format('GRANT %s ON %s %I.%I TO %s', privilege_type, CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END,
             nspname, relname, ${TO})))
    FROM pg_class JOIN spaces ON spaces.oid = relnamespace, aclexplode(relacl)
    WHERE relkind IN ('r', 'p', 'v', 'm', 'S') AND grantee <> relowner`;

/** What is granted now. What is no longer there afterwards is passed over. */
export async function readRights(session: Session): Promise<Rights> {
  const found = await rows<{ on_relation: boolean; role: string | null; statement: string }>(
    session,
    STATEMENTS,
  );
  const script = (relations: boolean) =>
    found
      .filter(({ on_relation }) => on_relation === relations)
      .map(({ statement }) => `${statement};\n`)
      .join('');
  const roles = [...new Set(found.map(({ role }) => role))].filter((role) => role !== null);
  return { onSchemas: script(false), onRelations: script(true), roles };
}
