#!/usr/bin/env bash
# Makes the role of the app, which may call functions and nothing else. PostgreSQL's image runs this once, in a new database.
set -euo pipefail

psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set ON_ERROR_STOP=1 \
  --set password="$(cat "${WORKER_PASSWORD_FILE:-/run/secrets/worker_password}")" <<'SQL'
CREATE ROLE ledge_worker LOGIN PASSWORD :'password';
ALTER ROLE ledge_worker SET statement_timeout = '8s';
ALTER ROLE ledge_worker SET jit = off;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO ledge_worker;
SQL
