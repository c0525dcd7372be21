-- PostgreSQL roles with least privilege: the owner migrates, the application reads and writes and owns nothing.
-- It may only SELECT and INSERT in append-only tables, so it can neither change the ledger or the audit log nor disable
-- the triggers that protect them.
--
-- Run as a superuser or as a role that may create roles and owns the tables, before the first `db upgrade` or at any later
-- time; running it again changes nothing:
--
--   psql -v owner=repute_owner -v app=repute_app -f grants.sql repute
--
-- Then give both roles passwords (\password repute_app). Connect as the owner for `python -m server db upgrade`, `db check` and
-- `demo`, and as the application for everything else (REPUTE_DATABASE_URL).

\set ON_ERROR_STOP on
\if :{?owner} \else \set owner repute_owner \endif
\if :{?app} \else \set app repute_app \endif

SELECT format('CREATE ROLE %I LOGIN', name) FROM (VALUES (:'owner'), (:'app')) AS roles (name)
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

BEGIN;

-- Only the owner creates tables.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO :"owner";
GRANT USAGE ON SCHEMA public TO :"app";
REVOKE CREATE ON SCHEMA public FROM :"app";
SELECT format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()) \gexec

-- What an earlier set-up created as another role belongs to the owner from now on.
SELECT format('ALTER %s %s OWNER TO %I', CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END,
              pg_class.oid::regclass, :'owner')
  FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'S')
    AND relowner <> (:'owner')::regrole
    -- A serial column's sequence follows its table.
    AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype IN ('a', 'i'))
  ORDER BY relkind = 'S' \gexec
SELECT format('ALTER ROUTINE %s OWNER TO %I', pg_proc.oid::regprocedure, :'owner')
  FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proowner <> (:'owner')::regrole
    AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e') \gexec
SELECT format('ALTER TYPE %s OWNER TO %I', pg_type.oid::regtype, :'owner')
  FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd') AND typowner <> (:'owner')::regrole \gexec

-- What exists now, and what later migrations create.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :"app";
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO :"app";
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA public TO :"app";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"app";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO :"app";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT EXECUTE ON ROUTINES TO :"app";

-- Append-only tables are those with a trigger against TRUNCATE. Migrations that add one revoke these privileges themselves.
SELECT format('REVOKE UPDATE, DELETE, TRUNCATE, TRIGGER ON %s FROM %I', tgrelid::regclass, :'app')
  FROM pg_trigger WHERE tgname LIKE '%\_no\_truncate' AND NOT tgisinternal \gexec

-- The schema's version is read at every start and changed by the owner only.
SELECT format('REVOKE INSERT, UPDATE, DELETE ON %s FROM %I', to_regclass('public.alembic_version'), :'app')
  WHERE to_regclass('public.alembic_version') IS NOT NULL \gexec

COMMIT;
